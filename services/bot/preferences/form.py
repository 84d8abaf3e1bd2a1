"""The form of settings: what it holds, and what of it cannot be taken."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time

from services.bot.errors import PreferenceRefused, TimeNotOffered
from services.bot.preferences import service
from services.bot.preferences.kinds import Kind, Mode
from services.bot.preferences.planning import Preferences
from services.bot.preferences.texts import hour

TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
NEVER_QUIET = ""
USUAL_END = time(8)
"""What is offered to who begins with quiet hours."""
MODE = "mode."
"""Before the name of a kind, in the name of its field."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they stand or as somebody filled them; modes by the names of kinds."""

    quiet_from: str
    quiet_until: str
    digest_at: str
    modes: Mapping[str, str]

    @classmethod
    def of(cls, preferences: Preferences, kinds: Sequence[Kind]) -> "Form":
        """What stands."""
        begin, end = preferences.quiet_from, preferences.quiet_until
        return cls(
            quiet_from=NEVER_QUIET if begin is None else hour(begin),
            quiet_until=hour(USUAL_END if end is None else end),
            digest_at=hour(preferences.digest_at),
            modes={kind.name: preferences.mode_of(kind) for kind in kinds if not kind.is_critical},
        )

    def filled(self, given: Mapping[str, object]) -> "Form":
        """With what somebody sent; a field that they did not send stays."""
        sent = {name: value for name, value in given.items() if isinstance(value, str)}
        modes = {
            name.removeprefix(MODE): value for name, value in sent.items() if name.startswith(MODE)
        }
        return Form(
            quiet_from=sent.get("quiet_from", self.quiet_from),
            quiet_until=sent.get("quiet_until", self.quiet_until),
            digest_at=sent.get("digest_at", self.digest_at),
            modes={**self.modes, **modes},
        )

    def read(self, roles: Collection[str]) -> tuple[Preferences, dict[str, str]]:
        """What was chosen, and what of it cannot be taken: a field and an English text each."""
        wrong: dict[str, str] = {}
        begin = end = None
        digest_at = time()
        modes: dict[str, Mode] = {}
        with _noting(wrong):
            begin, end = self._read_quiet_hours()
        with _noting(wrong):
            digest_at = _read_time("digest_at", self.digest_at)
        for kind, mode in self.modes.items():
            with _noting(wrong):
                _, modes[kind] = service.check_mode(roles, kind, mode)
        return Preferences(begin, end, digest_at, modes), wrong

    def _read_quiet_hours(self) -> tuple[time | None, time | None]:
        if self.quiet_from == NEVER_QUIET:
            return None, None
        begin = _read_time("quiet_from", self.quiet_from)
        end = _read_time("quiet_until", self.quiet_until)
        service.check_quiet_hours(begin, end)
        return begin, end


@contextmanager
def _noting(wrong: dict[str, str]) -> Iterator[None]:
    try:
        yield
    except PreferenceRefused as refused:
        wrong[refused.field] = refused.title


def _read_time(field: str, text: str) -> time:
    if not TIME.fullmatch(text):
        raise TimeNotOffered(field)
    at = time(int(text[:2]), int(text[3:]))
    service.check_time(field, at)
    return at
