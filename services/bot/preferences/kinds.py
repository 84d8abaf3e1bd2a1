"""The kinds of notices: what a person switches, one by one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, get_args

from services.bot.preferences import texts as words
from services.bot.texts import LOOK_AT_WORKS
from shared.texts import Texts

Mode = Literal["now", "hourly", "daily", "never"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Kind:
    """What notices are about. `roles` are offered it: None is everybody.

    A critical kind always comes at once, in quiet hours too, and cannot be switched.
    """

    name: str
    title: Callable[[Texts], str]
    roles: frozenset[str] | None
    is_critical: bool = False
    default: Mode = "now"

    def is_for(self, roles: Collection[str]) -> bool:
        """Whether somebody with these roles may get such notices."""
        return self.roles is None or not self.roles.isdisjoint(roles)


# A work stays its sender's, whatever roles they have by now.
WORKS = Kind("works", words.works, None)
TO_REVIEW = Kind("to_review", words.to_review, LOOK_AT_WORKS)
RECORDED = Kind("recorded", words.recorded, LOOK_AT_WORKS)
VIDEOS = Kind("videos", words.videos, None)
FEEDBACK = Kind("feedback", words.feedback, frozenset({"administrator"}))
RIGHTS = Kind("rights", words.rights, None, is_critical=True)

KINDS = (WORKS, TO_REVIEW, RECORDED, VIDEOS, FEEDBACK, RIGHTS)
BY_NAME = {kind.name: kind for kind in KINDS}


def offered_to(roles: Collection[str]) -> list[Kind]:
    """What somebody with these roles may get, in the order in which it is shown."""
    return [kind for kind in KINDS if kind.is_for(roles)]
