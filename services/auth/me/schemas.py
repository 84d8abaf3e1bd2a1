"""A person's own page as a program reads it, and what the bot says of a person in its chat."""

from typing import Annotated, Self
from uuid import UUID

from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, Field, model_validator

from services.auth.me.service import MeSeen
from services.auth.sessions.device import device_of
from services.auth.sessions.repository import ListedSession

Chosen = Annotated[str, Field(min_length=1, max_length=64)]


class SettingsWanted(BaseModel):
    """What somebody chose in their chat: a language, a time zone, or both."""

    telegram_id: Annotated[int, Field(gt=0, lt=2**52)]
    locale: Chosen | None = None
    zone: Chosen | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.locale is None and self.zone is None:
            raise ValueError("a locale or a zone is wanted")
        return self


class SettingsKept(BaseModel):
    """What stands now, as of this version of the person."""

    person_id: UUID
    version: int
    locale: str
    zone: str


def as_json(seen: MeSeen) -> dict[str, object]:
    """All that the page shows; `session` is the one that asks."""
    person, github, telegram, stepik = seen.person, seen.github, seen.telegram, seen.stepik
    here = seen.sessions.here
    this = next((one for one in seen.sessions.sessions if one.session_id == here), None)
    told: dict[str, object] = jsonable_encoder(
        {
            "person_id": person.person_id,
            "name": person.name,
            "email": person.email,
            "roles": person.roles,
            "locale": person.locale,
            "zone": person.zone,
            "github": {"id": int(github.subject), "login": github.login} if github else None,
            "telegram": {"id": int(telegram.subject), "name": telegram.name} if telegram else None,
            "stepik": {"id": int(stepik.subject), "name": stepik.name} if stepik else None,
            "ways": seen.ways,
            "has_password": seen.has_password,
            "rights": seen.rights,
            "session": _session(this) if this else None,
            "sessions": [_session(one) for one in seen.sessions.sessions],
            "next_sessions": seen.sessions.number + 1 if seen.sessions.has_next else None,
        }
    )
    return told


def _session(session: ListedSession) -> dict[str, object]:
    browser, system = device_of(session.user_agent)
    return {
        "session_id": session.session_id,
        "browser": browser or None,
        "system": system or None,
        "auth_method": session.auth_method,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
    }
