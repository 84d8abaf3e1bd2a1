"""`POST /hooks/github`: every kind of delivery is taken, a few of them say something to us."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response

from services.sync.errors import HookIsOff, NotReadable, PayloadUnknown, SignatureWrong
from services.sync.github import repository, service
from services.sync.github.payloads import PullRequestDelivery, RepositoryDelivery, ReviewDelivery
from services.sync.github.signature import is_signed
from services.sync.settings import SyncSettings
from shared.crash import crash_point
from shared.db import Connection
from shared.errors import Unavailable
from shared.log import get_log
from shared.service import Service
from shared.web import service_of

log = get_log(__name__)
router = APIRouter()

PATH = "/hooks/github"
MAX_BODY = 25 * 1024 * 1024
"""GitHub sends no more."""
LARGE = 1024 * 1024
LARGE_AT_ONCE = 3
WAIT_FOR_PLACE = 5.0

Learn = Callable[[Connection, Any], Awaitable[bool]]

EVENTS: dict[str, tuple[type[BaseModel], Learn]] = {
    "pull_request": (PullRequestDelivery, service.learn_pull),
    "pull_request_review": (ReviewDelivery, service.learn_review),
    "repository": (RepositoryDelivery, service.learn_repository),
}
"""What is read; every other kind is acknowledged and counted."""


@router.post(PATH, status_code=202)
async def take_delivery(request: Request) -> Response:
    """Check the signature over the raw body, claim the delivery, keep what it says, answer."""
    app_service = service_of(request)
    settings = app_service.settings
    assert isinstance(settings, SyncSettings)  # noqa: S101 - for the type checker
    if settings.github_webhook_secret is None:
        raise HookIsOff
    body = await _read(request)
    secret = settings.github_webhook_secret.get_secret_value()
    if not is_signed(body, request.headers.get("X-Hub-Signature-256"), secret):
        raise SignatureWrong
    event = _header(request, "X-GitHub-Event", 100)
    delivery_id = _header(request, "X-GitHub-Delivery", 100)
    payload = _payload(request.headers.get("Content-Type", ""), body)
    crash_point("hook.after_read")
    result = await _take(app_service, event, delivery_id, payload)
    request.app.state.deliveries.labels(event if event in EVENTS else "other", result).inc()
    log.info("github_delivery", github_event=event, delivery_id=delivery_id, result=result)
    return JSONResponse({"result": result}, 202)


async def _take(app_service: Service, event: str, delivery_id: str, payload: dict[str, Any]) -> str:
    action = payload.get("action")
    delivery, learn = None, None
    if event in EVENTS:
        shape, learn = EVENTS[event]
        try:
            delivery = shape.model_validate(payload)
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise PayloadUnknown(f"{event}: {place}") from None
    async with app_service.database.transaction() as connection:
        taken = await repository.claim_receipt(
            connection, delivery_id, event, action if _is_word(action) else None
        )
        if not taken:
            return "repeated"
        if learn is None:
            return "ignored"
        news = await learn(connection, delivery)
        crash_point("hook.before_commit")
    crash_point("hook.after_commit")
    return "learned" if news else "known"


async def _read(request: Request) -> bytes:
    """The body. Large ones, which GitHub seldom sends and strangers like to, wait for one of a few
    places, so that they cannot fill the memory together.

    Raises:
        Unavailable: no place came free in time.
    """
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) <= LARGE:
        return await request.body()
    places: asyncio.Semaphore = request.app.state.large_bodies
    try:
        async with asyncio.timeout(WAIT_FOR_PLACE):
            await places.acquire()
    except TimeoutError:
        raise Unavailable from None
    try:
        return await request.body()
    finally:
        places.release()


def _is_word(action: object) -> bool:
    return isinstance(action, str) and action.isascii() and action.isprintable()


def _header(request: Request, name: str, longest: int) -> str:
    value = request.headers.get(name, "")
    if not value or len(value) > longest or not value.isprintable():
        raise NotReadable(f"{name} is missing or wrong")
    return value


def _payload(content_type: str, body: bytes) -> dict[str, Any]:
    """The JSON of a body, in either form that GitHub can be told to send."""
    try:
        text = body.decode()
        if content_type.lower().startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text, strict_parsing=True, max_num_fields=10)["payload"][0]
        payload = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        raise NotReadable("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise NotReadable("the body is not a JSON object")
    return payload
