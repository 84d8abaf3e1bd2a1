"""The bot's half of linking."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from services.auth.errors import LinkRefused
from services.auth.links import service
from services.auth.links.schemas import LinkAccepted, Linked, Offered, OfferWanted
from services.auth.service import AuthService, auth_of
from shared.db import Connection
from shared.identity import called_by
from shared.once import once

router = APIRouter(prefix="/internal/links", dependencies=[called_by("bot")])

IdempotencyKey = Annotated[str | None, Header()]


@router.post("/offer", response_model=Offered)
async def offer(
    wanted: OfferWanted,
    request: Request,
    idempotency_key: IdempotencyKey = None,
    auth: AuthService = Depends(auth_of),
) -> Any:
    """Show whose account a code would link."""

    async def do(connection: Connection) -> Offered:
        account, code = await service.offer(connection, wanted.code, wanted.telegram_id)
        return Offered(account=account, valid_until=code.expires_at)

    return await _once(request, auth, caller="bot:offer", key=idempotency_key, do=do)


@router.post("/accept", response_model=Linked)
async def accept(
    said: LinkAccepted,
    request: Request,
    idempotency_key: IdempotencyKey = None,
    auth: AuthService = Depends(auth_of),
) -> Any:
    """The chat said yes; the page has the last word."""

    async def do(connection: Connection) -> Linked:
        person = await service.accept(
            connection,
            said.code,
            telegram_id=said.telegram_id,
            telegram_name=said.telegram_name,
        )
        return Linked(
            person_id=person.person_id,
            name=person.name,
            roles=list(person.roles),
            locale=person.locale,
        )

    return await _once(request, auth, caller="bot:accept", key=idempotency_key, do=do)


async def _once(
    request: Request,
    auth: AuthService,
    *,
    caller: str,
    key: str | None,
    do: Callable[[Connection], Awaitable[BaseModel]],
) -> Any:
    """What is done, as JSON; the transaction and the memory of the key are around it."""
    body = await request.body()
    async with auth.database.transaction() as connection:

        async def answer() -> Any:
            return (await do(connection)).model_dump(mode="json")

        return await once(connection, caller=caller, key=key, request=body, do=answer)


def answer_refused_link(request: Request, error: Exception) -> Response:
    """409 with the reason, which never changes, for the bot to say in its own words."""
    assert isinstance(error, LinkRefused)  # noqa: S101 - for the type checker
    answer = {"error": "LinkRefused", "reason": error.reason, "detail": error.title}
    return JSONResponse(answer, error.status)
