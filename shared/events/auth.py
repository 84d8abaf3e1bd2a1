"""What auth tells."""

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
