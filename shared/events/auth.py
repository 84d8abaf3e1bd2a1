"""What auth tells."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events.contract import Event


class PersonChanged(Event):
    """Who a person is now, whole: a listener keeps the newest version and forgets the rest."""

    type = "auth.person.changed.v1"
    listeners = ("sync", "mail", "school", "bot")
    keyed_by = "the person"

    person_id: UUID
    version: int
    name: str
    roles: tuple[str, ...] = ()
    locale: str = "ru"
    zone: str = "Europe/Moscow"
    telegram_id: int | None = None
    github_id: int | None = None
    github_login: str | None = None
    stepik_id: int | None = None
    deleted: bool = False

    def key(self) -> str:
        """The person."""
        return str(self.person_id)


class RightEnded(Event):
    """What an outside system let us do in a person's name is over.

    refused: the other side says that it counts no more. taken_back: the person ended it here.
    `version` counts how often this right was granted, so it rises from one end to the next.
    """

    type = "auth.right.ended.v1"
    listeners = ("bot",)
    keyed_by = "the right"

    right_id: UUID
    version: int
    person_id: UUID
    right: str
    issuer: str
    label: str
    reason: Literal["refused", "taken_back"]
    ended_at: datetime
    grant_url: str | None = None

    def key(self) -> str:
        """The right."""
        return str(self.right_id)
