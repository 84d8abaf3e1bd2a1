"""Telegram calls: what is kept, what is refused, and who sees to it that Telegram calls."""

import asyncio
import json
import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import Message

from services.bot.settings import WEBHOOK_PATH, BotSettings
from services.bot.updates.webhook import WebhookKeeper
from shared.settings import WrongSetting
from shared.web import MAX_BODY
from tests.bot.hooking import SECRET, Hook, ask, hooked, tell
from tests.bot.playing import STUDENT, Play, message_update
from tests.faults.proxy import wires
from tests.support.waiting import eventually, running


async def shown(play: Play) -> dict[str, Any]:
    """What Telegram shows of the webhook."""
    info: dict[str, Any] = (await play.sandbox.call("getWebhookInfo")).json()["result"]
    return info


async def is_called(play: Play) -> str:
    return str((await shown(play))["url"])


async def kept(play: Play) -> list[int]:
    return [row[0] for row in await play.rows("SELECT update_id FROM updates ORDER BY seq")]


# The whole way


async def test_a_message_is_answered(idle: Play) -> None:
    async with hooked(idle) as hook:
        await eventually(lambda: is_called(idle))
        await idle.say("/start")
        await idle.told(1)
        assert hook.counted("taken") == 1
        assert await hook.telegram() == "on"
    assert not await idle.calls("getUpdates", "deleteWebhook")


async def test_a_press_is_answered(idle: Play) -> None:
    async with hooked(idle):
        await eventually(lambda: is_called(idle))
        buttons = {"inline_keyboard": [[{"text": "Old", "callback_data": "of no version"}]]}
        arguments = {"chat_id": STUDENT, "text": "here", "reply_markup": buttons}
        sent = (await idle.sandbox.call("sendMessage", **arguments)).json()["result"]
        assert (await idle.press(sent, "of no version"))["answer"]


async def test_an_update_whose_answer_was_lost_is_told_again_and_answered_once(
    idle: Play,
) -> None:
    async with hooked(idle) as hook:
        await eventually(lambda: is_called(idle))
        fault = {"system": "telegram", "method": "webhook", "drop": True, "after": True}
        await idle.sandbox.post("/faults", **fault)
        await idle.say("/start")
        await eventually(lambda: hook.counted("known") == 1)
        await idle.say("/help")
        await idle.told(2)


# What is kept


async def test_each_of_200_updates_told_five_times_at_once_is_kept_once(idle: Play) -> None:
    async with hooked(idle, replicas=2, at_work=False) as hook:
        for number in range(200):
            update = message_update(number)
            told = (tell(hook.apps[replica % 2], update) for replica in range(5))
            assert await asyncio.gather(*told) == [200] * 5
    assert await kept(idle) == list(range(200))


async def test_what_is_no_update_is_taken_so_that_it_is_not_told_for_ever(
    idle: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bodies = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"text": "my secret"',
        b"\xff\xfe\x00",
        '{"text": "caf\xe9"}'.encode("latin-1"),
    ]
    async with hooked(idle, at_work=False) as hook:
        answers = [await hook.call(content=body) for body in bodies]
        assert {(one.status_code, one.content) for one in answers} == {(200, b"")}
        assert hook.counted("unreadable") == len(bodies)
    assert await kept(idle) == []
    told = [record.getMessage() for record in caplog.records]
    assert sum("update_not_readable" in line for line in told) == len(bodies)
    assert "my secret" not in "".join(told)


@pytest.mark.parametrize("with_length", [True, False], ids=["length", "chunks"])
async def test_a_body_may_have_a_megabyte_and_no_more(idle: Play, with_length: bool) -> None:
    """From one byte to 20 MB; what is too large is refused, and nothing of it kept."""

    async def chunks(body: bytes) -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    update = json.dumps(message_update(7)).encode()
    sizes = [1, 2, 100, 10_000, MAX_BODY - 1, MAX_BODY, MAX_BODY + 1, 2 * MAX_BODY, 20_000_000]
    async with hooked(idle, at_work=False) as hook:
        for size in sizes:
            body = update.ljust(size)[:size]
            answer = await hook.call(content=body if with_length else chunks(body))
            assert answer.status_code == (200 if size <= MAX_BODY else 413), size
        assert hook.counted("unreadable") == 3
        assert (hook.counted("taken"), hook.counted("known")) == (1, 2)
    assert await kept(idle) == [7]


async def test_while_the_database_is_away_telegram_is_told_to_come_again(
    idle: Play, database_url: str
) -> None:
    credentials, _, folder = database_url.partition("?host=")
    with wires() as make:
        wire = make(Path(unquote(folder)) / ".s.PGSQL.5432")
        over_wire = credentials.replace("@/", f"@127.0.0.1:{wire.port}/")
        async with hooked(idle, at_work=False, database_url=over_wire) as hook:
            assert (await hook.call(message_update(1))).status_code == 200
            wire.refuse()
            answer = await hook.call(message_update(2))
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            wire.mend()
            assert (await hook.call(message_update(2))).status_code == 200
    assert await kept(idle) == [1, 2]


async def test_a_bot_without_a_token_cannot_be_called(idle: Play) -> None:
    async with hooked(idle, at_work=False, telegram_bot_token=None) as hook:
        assert (await hook.call(message_update(1))).status_code == 503
    assert await kept(idle) == []


async def test_a_bot_that_polls_takes_what_telegram_still_brings(idle: Play) -> None:
    async with hooked(idle, at_work=False, webhook_host=None) as hook:
        assert (await hook.call(message_update(1))).status_code == 200
    assert await kept(idle) == [1]


async def test_a_cookie_or_a_foreign_origin_changes_nothing(idle: Play) -> None:
    async with hooked(idle, at_work=False) as hook:
        hook.http.headers.update({"Cookie": "parta=abc", "Origin": "https://evil.example"})
        assert (await hook.call(message_update(1))).status_code == 200


async def test_only_a_post_is_a_call(idle: Play) -> None:
    async with hooked(idle, at_work=False) as hook:
        assert (await hook.http.get(WEBHOOK_PATH)).status_code == 405


# The secret


async def never() -> Message:
    raise AssertionError("the body was read")


async def test_none_of_a_thousand_wrong_secrets_gets_as_far_as_the_body(idle: Play) -> None:
    right = SECRET.encode()
    wrong = [None, b"", right[:-1], right + b"x", right.upper(), b"x" * 60_000, b"\xff\xfe", b"\0"]
    wrong += [right[: number % 13] + str(number).encode() for number in range(1000 - len(wrong))]
    async with hooked(idle, at_work=False) as hook:
        assert {await ask(hook.apps[0], never, secret) for secret in wrong} == {401}


async def test_the_secret_follows_from_the_services_own_where_none_is_given() -> None:
    def secret_of(**told: str) -> str | None:
        return BotSettings.read(database_url="postgresql://x", **told).webhook_secret

    derived = secret_of(service_secret="s" * 20)
    assert derived is not None
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", derived)
    assert derived == secret_of(service_secret="s" * 20) != secret_of(service_secret="t" * 20)
    assert secret_of(service_secret="s" * 20, telegram_webhook_secret="own") == "own"
    assert secret_of() is None


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_HOST", "school.example"),
        ("WEBHOOK_HOST", "ftp://school.example"),
        ("WEBHOOK_HOST", "https://"),
        ("WEBHOOK_HOST", "https://school.example/hook"),
        ("WEBHOOK_HOST", "https://school.example?a=1"),
        ("WEBHOOK_HOST", "http://school.example"),
        ("WEBHOOK_HOST", "http://localhost:8080"),
        ("WEBHOOK_HOST", "https://school.example:9000"),
        ("WEBHOOK_HOST", "https://school.example:port"),
        ("WEBHOOK_PATH", "hooks/telegram"),
        ("WEBHOOK_PATH", "/"),
        ("WEBHOOK_PATH", "/a//b"),
        ("WEBHOOK_PATH", "/../a"),
        ("WEBHOOK_PATH", "/бот"),
        ("WEBHOOK_PATH", "/a?b"),
        ("WEBHOOK_PATH", "/" + "a" * 200),
        ("TELEGRAM_WEBHOOK_SECRET", "with space"),
        ("TELEGRAM_WEBHOOK_SECRET", "x" * 257),
        ("TELEGRAM_WEBHOOK_SECRET", "секрет"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting, match=f"^{name}: ") as refusal:
        BotSettings.read(database_url="postgresql://x")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ({}, None),
        ({"webhook_host": "https://a.example"}, "https://a.example/hooks/telegram"),
        (
            {"webhook_host": "https://a.example:8443/", "webhook_path": "/example_path/"},
            "https://a.example:8443/example_path/",
        ),
        (
            {"webhook_host": "http://nginx:8080", "telegram_api_url": "http://own:8081"},
            "http://nginx:8080/hooks/telegram",
        ),
        (
            {"webhook_host": "https://a.example:9000", "telegram_api_url": "https://own"},
            "https://a.example:9000/hooks/telegram",
        ),
    ],
)
def test_where_telegram_is_to_call(told: dict[str, Any], url: str | None) -> None:
    assert BotSettings.read(database_url="postgresql://x", **told).webhook_url == url


# The keeper


def keeper(play: Play, **changes: Any) -> WebhookKeeper:
    assert play.service.bot is not None
    values = {"url": "https://a.example/hook", "secret": SECRET, "look_every": 0.02, **changes}
    service = play.service
    return WebhookKeeper(service.database, service.bot, play.clock, service.metrics, **values)


async def test_the_webhook_is_set_once_and_set_again_when_somebody_changed_it(idle: Play) -> None:
    one = keeper(idle)
    async with running(one.run()):
        await eventually(lambda: is_called(idle))
        info = await shown(idle)
        assert info["allowed_updates"] == ["callback_query", "message", "my_chat_member"]
        assert info["max_connections"] == 40
        await eventually(lambda: looked(idle, 5))
        assert len(await idle.calls("setWebhook")) == 1
        for change in (
            {"url": "https://elsewhere.example"},
            {"url": info["url"], "max_connections": 1},
            {"url": info["url"], "max_connections": 40, "allowed_updates": []},
        ):
            await idle.sandbox.call("setWebhook", **change)
            await eventually(lambda: is_as(idle, info))
        await idle.sandbox.call("deleteWebhook")
        await eventually(lambda: is_as(idle, info))
    assert one.trouble is None


async def looked(play: Play, times: int) -> bool:
    return len(await play.calls("getWebhookInfo")) >= times


async def is_as(play: Play, info: dict[str, Any]) -> bool:
    return await shown(play) == info


async def test_a_restart_sets_it_anew_because_the_secret_may_be_another(idle: Play) -> None:
    for secret in ("one", "two"):
        async with running(keeper(idle, secret=secret).run()):
            await eventually(lambda told=secret: told_secret(idle) == told)  # type: ignore[misc]


def told_secret(play: Play) -> str | None:
    webhook = play.sandbox.app.state.world.messenger.state.webhook
    return webhook.secret_token if webhook else None


async def test_a_secret_that_somebody_changed_is_put_right(idle: Play) -> None:
    """Telegram does not show it; that we refuse its calls is what gives it away."""
    async with hooked(idle, at_work=False) as hook:
        url = str(hook.http.base_url.join(WEBHOOK_PATH))
        async with running(keeper(idle, url=url).run()):
            await eventually(lambda: told_secret(idle) == SECRET)
            await idle.sandbox.call("setWebhook", url=url, secret_token="other", max_connections=40)
            await idle.say("/start")
            await eventually(lambda: hook.counted("taken") == 1)


async def test_what_telegram_complains_of_is_told_while_something_waits(idle: Play) -> None:
    one = keeper(idle, url="http://127.0.0.1:9/hook")
    async with running(one.run()):
        await eventually(lambda: is_called(idle))
        await idle.say("/start")
        await eventually(lambda: one.trouble)
        assert one.trouble == "webhook: Connection refused (1 wait)"
        idle.sandbox.app.state.world.messenger.updates.drop_pending()
        await eventually(lambda: one.trouble is None)
        assert (await shown(idle))["last_error_message"]


async def test_while_telegram_is_away_readiness_says_so_and_it_is_tried_again(
    idle: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fault = {"system": "telegram", "method": "setWebhook", "status": 400, "times": 1}
    await idle.sandbox.post("/faults", **fault)
    async with hooked(idle, telegram_webhook_secret="a-secret-nobody-logs") as hook:
        await eventually(lambda: has_trouble(hook))
        await eventually(lambda: is_called(idle))
        await eventually(lambda: is_well(hook))
    log = "".join(record.getMessage() for record in caplog.records)
    assert "telegram_refused" in log
    assert "a-secret-nobody-logs" not in log


async def has_trouble(hook: Hook) -> bool:
    return "Bad Request" in await hook.telegram()


async def is_well(hook: Hook) -> bool:
    return await hook.telegram() == "on"
