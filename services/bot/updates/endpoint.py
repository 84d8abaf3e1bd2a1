"""`POST WEBHOOK_PATH`: Telegram tells of one update, and again until it hears that it is kept."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.bot.errors import WebhookIsOff, WebhookSecretWrong
from services.bot.service import BotService
from services.bot.updates import repository
from shared.crash import crash_point
from shared.log import get_log
from shared.secret import is_same
from shared.web import service_of

log = get_log(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of one


async def take_update(request: Request) -> Response:
    """Check the secret, keep the update, answer 200 and nothing else once it is durable.

    Any failure makes Telegram repeat it, for a day, and hold back what follows in that chat. So
    what cannot be read, and never will be, is taken too: counted and forgotten.
    """
    service = service_of(request)
    assert isinstance(service, BotService)  # noqa: S101 - for the type checker
    if service.webhook_secret is None:
        raise WebhookIsOff
    given = request.headers.get(SECRET_HEADER, "")
    if not is_same(given, service.webhook_secret):
        raise WebhookSecretWrong
    body = await request.body()
    update = _read(body)
    if update is None:
        log.warning("update_not_readable", bytes=len(body))
        result = "unreadable"
    else:
        result = await _keep(service, update)
    service.webhook_updates.labels(result).inc()
    return Response()


async def _keep(service: BotService, update: dict[str, Any]) -> str:
    async with service.database.transaction() as connection:
        is_new = await repository.insert(connection, [update])
        crash_point("webhook.before_commit")
    crash_point("webhook.after_commit")
    if not is_new:
        return "known"
    service.database.ring("updates")
    return "taken"


def _read(body: bytes) -> dict[str, Any] | None:
    """The update, if this is one at all."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict) or not repository.is_storable(update.get("update_id")):
        return None
    return update
