"""The bot's half of linking."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import JSONResponse, Response

from services.auth.errors import LinkRefused
from services.auth.links import service
from services.auth.links.schemas import LinkAccepted, Linked, Offered, OfferWanted
from services.auth.service import AuthService, auth_of
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
    body = await request.body()
    async with auth.database.transaction() as connection:

        async def do() -> Any:
            account, code = await service.offer(connection, wanted.code, wanted.telegram_id)
            answer = Offered(account=account, valid_until=code.expires_at)
            return answer.model_dump(mode="json")

        return await once(connection, caller="bot:offer", key=idempotency_key, request=body, do=do)


@router.post("/accept", response_model=Linked)
async def accept(
    said: LinkAccepted,
    request: Request,
    idempotency_key: IdempotencyKey = None,
    auth: AuthService = Depends(auth_of),
) -> Any:
    """Link the account."""
    body = await request.body()
    async with auth.database.transaction() as connection:

        async def do() -> Any:
            person = await service.accept(
                connection,
                said.code,
                telegram_id=said.telegram_id,
                telegram_name=said.telegram_name,
            )
            answer = Linked(
                person_id=person.person_id,
                name=person.name,
                roles=list(person.roles),
                locale=person.locale,
            )
            return answer.model_dump(mode="json")

        return await once(connection, caller="bot:accept", key=idempotency_key, request=body, do=do)


def answer_refused_link(request: Request, error: Exception) -> Response:
    """409 with the reason, which never changes, for the bot to say in its own words."""
    assert isinstance(error, LinkRefused)  # noqa: S101 - for the type checker
    answer = {"error": "LinkRefused", "reason": error.reason, "detail": error.title}
    return JSONResponse(answer, error.status)
