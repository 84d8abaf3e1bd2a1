"""A person's own settings, changed from their chat."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request

from services.auth.me import service
from services.auth.me.schemas import SettingsKept, SettingsWanted
from services.auth.service import AuthService, auth_of
from shared.identity import called_by
from shared.once import once

router = APIRouter(dependencies=[called_by("bot")])


@router.post("/internal/people/settings", response_model=SettingsKept)
async def change_settings(
    wanted: SettingsWanted,
    request: Request,
    idempotency_key: Annotated[str | None, Header()] = None,
    auth: AuthService = Depends(auth_of),
) -> Any:
    """The language and the zone of the one whose chat asks, by the rules of their page."""
    body = await request.body()
    async with auth.database.transaction() as connection:

        async def change() -> Any:
            person = await service.change_in_chat(
                connection, wanted.telegram_id, locale=wanted.locale, zone=wanted.zone
            )
            return SettingsKept(
                person_id=person.person_id,
                version=person.version,
                locale=person.locale,
                zone=person.zone,
            ).model_dump(mode="json")

        return await once(
            connection, caller="bot:settings", key=idempotency_key, request=body, do=change
        )
