"""Telegram's calls behind both gateways."""

import itertools
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from parta.gateway import Gateway
from services.bot.settings import WEBHOOK_PATH
from services.bot.updates.endpoint import SECRET_HEADER
from shared.settings import WrongSetting
from shared.web import MAX_BODY
from tests.gateway.raw import ask, request
from tests.gateway.stand import PUBLIC_URL, TELEGRAM_SECRET, Door, Stand, new_address
from tests.gateway.test_nginx import start
from tests.support.nginx import Nginx
from tests.support.processes import free_ports

RIGHT = {SECRET_HEADER: TELEGRAM_SECRET}
_ids = itertools.count(1)


async def call(door: Door, *, size: int = 0, **headers: str) -> tuple[int, httpx.Response]:
    """Call about an update of its own, of this size; gives its id and the answer."""
    update_id = next(_ids)
    body = json.dumps({"update_id": update_id}).encode().ljust(size)
    return update_id, await door.send(
        "POST", WEBHOOK_PATH, headers={**RIGHT, **headers}, content=body
    )


async def is_kept(door: Door, update_id: int) -> bool:
    connection = await asyncpg.connect(door.stand.database_url)
    try:
        query = "SELECT EXISTS (SELECT FROM bot.updates WHERE update_id = $1)"
        return bool(await connection.fetchval(query, update_id))
    finally:
        await connection.close()


async def test_a_call_is_kept_and_answered_with_nothing(door: Door) -> None:
    update_id, answer = await call(door)
    assert (answer.status_code, answer.content) == (200, b"")
    assert await is_kept(door, update_id)


async def test_nobody_asks_auth_who_telegram_is(door: Door) -> None:
    door.record.trouble = 500
    forged = {"Cookie": door.cookie, "X-Parta-Identity": "forged", "Origin": "http://evil.example"}
    _, answer = await call(door, **forged)
    assert answer.status_code == 200
    (seen,) = door.record.seen
    assert (seen.service, seen.values("X-Parta-Identity")) == ("bot", [])


@pytest.mark.parametrize("secret", ["", "wrong", f"{TELEGRAM_SECRET}x", "x" * 7000])
async def test_who_does_not_know_the_secret_is_refused(door: Door, secret: str) -> None:
    update_id, answer = await call(door, **{SECRET_HEADER: secret})
    assert (answer.status_code, answer.json()["error"]) == (401, "WebhookSecretWrong")
    assert not await is_kept(door, update_id)


async def test_telegram_may_know_us_by_another_name(door: Door) -> None:
    update_id, answer = await call(door, Host="hooks.school.example")
    assert answer.status_code == 200
    assert await is_kept(door, update_id)


async def test_a_call_has_a_megabyte_and_no_more(door: Door) -> None:
    _, taken = await call(door, size=MAX_BODY)
    assert taken.status_code == 200
    seen = len(door.record.seen)
    for size in (MAX_BODY + 1, 20_000_000):
        update_id, refused = await call(door, size=size)
        assert (refused.status_code, refused.json()["error"]) == (413, "TooLarge")
        assert not await is_kept(door, update_id)
    if door.kind == "nginx":
        assert len(door.record.seen) == seen


async def test_only_a_post_is_a_call(door: Door) -> None:
    assert (await door.get(WEBHOOK_PATH, **RIGHT)).status_code == 405


# A path of the operator's own


OWN_PATH = "/example_path/"


async def test_nginx_leads_a_path_of_ones_own_to_the_bot_and_the_usual_one_nowhere(
    stand: Stand,
) -> None:
    (port,) = free_ports(1)
    told: dict[str, Any] = {"PUBLIC_URL": PUBLIC_URL, "WEBHOOK_PATH": OWN_PATH}
    stand.begin()
    with Nginx(port, resolver=stand.names.place, service_port=stand.service_port, **told):
        for path in (OWN_PATH, WEBHOOK_PATH, OWN_PATH.removesuffix("/"), f"{OWN_PATH}x"):
            await ask(port, request(path, b"Connection: close"), new_address())
    assert [(one.service, one.target) for one in stand.record.seen] == [("bot", OWN_PATH.encode())]


async def test_the_one_process_leads_a_path_of_ones_own_to_the_bot_and_the_usual_one_nowhere() -> (
    None
):
    async def answer(request: Request) -> Response:
        return PlainTextResponse("the bot")

    bot = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    gateway = Gateway({"bot": bot}, public_url=PUBLIC_URL, webhook_path=OWN_PATH)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=gateway), base_url=PUBLIC_URL
    ) as client:
        paths = (OWN_PATH, WEBHOOK_PATH, OWN_PATH.removesuffix("/"), f"{OWN_PATH}x")
        statuses = [(await client.post(path)).status_code for path in paths]
    assert statuses == [200, 404, 404, 404]


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/github",
        "/hooks/github/",
        "/login",
        "/me/",
        "/mail/connect/callback",
        "/school/hook",
        "/bot/telegram",
        "/users/accounts/x",
        "/static/x",
        "/healthz",
        "/internal/x",
        "/metrics",
        "/_error",
    ],
)
def test_neither_takes_a_path_that_is_served_already(tmp_path: Path, path: str) -> None:
    with pytest.raises(WrongSetting, match=r"^WEBHOOK_PATH: "):
        Gateway({}, public_url=PUBLIC_URL, webhook_path=path)
    ended = start(tmp_path, WEBHOOK_PATH=path)
    assert (ended.returncode, ended.stderr) == (1, "WEBHOOK_PATH: something else is served there\n")
