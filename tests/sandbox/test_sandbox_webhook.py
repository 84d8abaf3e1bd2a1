"""The sandbox calls a webhook as Telegram does: in order, again and again, until it is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.school import PEOPLE
from sandbox.telegram.delivery import SECRET_HEADER
from tests.sandbox.serving import Clock, Served, free_socket, listening, serve
from tests.support.waiting import eventually

STUDENT, SECOND, THIRD = (person.chat_id for person in PEOPLE[:3])
Answers = Callable[[int], Response]


@dataclass
class Called:
    """Where the bot takes its calls: remembers each, and answers as a test says."""

    url: str
    clock: Clock
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    answer: Answers = lambda _: Response()
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def take(self, request: Request) -> Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.at.append(self.clock.seconds)
            self.secrets.append(request.headers.get(SECRET_HEADER))
            self.updates.append(await request.json())
            await self.gate.wait()
            return self.answer(len(self.updates))
        finally:
            self.at_once -= 1

    def texts(self) -> list[str]:
        return [
            update["message"]["text"] if "message" in update else update["callback_query"]["data"]
            for update in self.updates
        ]

    async def came(self, count: int) -> None:
        await eventually(lambda: len(self.updates) >= count)


@contextlib.asynccontextmanager
async def called(clock: Clock) -> AsyncIterator[Called]:
    bound = free_socket()
    one = Called(f"http://127.0.0.1:{bound.getsockname()[1]}/hook", clock)
    app = Starlette(routes=[Route("/hook", one.take, methods=["POST"])])
    async with listening(app, bound):
        try:
            yield one
        finally:
            one.gate.set()


@pytest.fixture
async def hook(sandbox: Served) -> AsyncIterator[Called]:
    async with called(sandbox.clock) as one:
        yield one


async def say(sandbox: Served, *texts: str, chat_id: int = STUDENT) -> None:
    for text in texts:
        await sandbox.post("/telegram/say", chat_id=chat_id, text=text)


async def begin_press(sandbox: Served, bot: Bot, data: str, chat_id: int = STUDENT) -> None:
    """Press a button, and do not wait for the bot to answer."""
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data=data)]]
    )
    sent = await bot.send_message(chat_id, "here", reply_markup=keyboard)
    body = {"chat_id": chat_id, "message_id": sent.message_id, "data": data, "wait_s": 0}
    await sandbox.post("/telegram/press", **body)


async def nothing_waits(bot: Bot) -> bool:
    return (await bot.get_webhook_info()).pending_update_count == 0


async def test_what_happens_is_told_once_with_the_secret(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    await bot.set_webhook(hook.url, secret_token="s-e_c1")
    await say(sandbox, "one")
    await hook.came(1)
    await eventually(lambda: nothing_waits(bot))
    await say(sandbox, "two")
    await hook.came(2)
    assert hook.texts() == ["one", "two"]
    assert hook.secrets == ["s-e_c1", "s-e_c1"]
    assert hook.updates[1]["update_id"] == hook.updates[0]["update_id"] + 1


async def test_what_waited_before_the_webhook_was_set_is_told_too(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    await say(sandbox, "one", "two")
    await bot.set_webhook(hook.url)
    await hook.came(2)
    assert hook.texts() == ["one", "two"]
    assert hook.secrets == [None, None]


async def test_a_poll_that_waits_ends_when_a_webhook_is_set(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=50))
    updates = sandbox.app.state.world.messenger.updates
    await eventually(lambda: updates._poller is not None)
    await bot.set_webhook(hook.url)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await polling


async def test_messages_of_a_chat_wait_for_one_another_and_for_nobody_else(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url)
    await say(sandbox, "one", "two")
    await say(sandbox, "hers", chat_id=SECOND)
    await begin_press(sandbox, bot, "press")
    await hook.came(3)
    assert sorted(hook.texts()) == ["hers", "one", "press"]
    hook.gate.set()
    await hook.came(4)
    assert hook.texts()[-1] == "two"


async def test_it_calls_no_more_at_once_than_it_was_allowed(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url, max_connections=2)
    for chat_id in (STUDENT, SECOND, THIRD):
        await say(sandbox, "one", "two", chat_id=chat_id)
    await hook.came(2)
    await say(sandbox, "three", "four", "five")
    assert len(hook.updates) == 2
    hook.gate.set()
    await hook.came(9)
    assert hook.most_at_once == 2


async def test_it_tries_again_at_once_then_after_2_4_8_seconds_and_so_on_up_to_60(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    def refuse_after_a_second(_: int) -> Response:
        sandbox.clock.advance(1)
        return Response(status_code=500)

    async def it_knows() -> bool:
        info = await bot.get_webhook_info()
        return info.last_error_date == sandbox.clock.now()

    hook.answer = refuse_after_a_second
    await bot.set_webhook(hook.url)
    await say(sandbox, "one", "two")
    await hook.came(2)
    for count, seconds in enumerate((2, 4, 8, 16, 32, 60, 60), 3):
        await eventually(it_knows)
        sandbox.clock.advance(seconds)
        await hook.came(count)
    pauses = [later - at - 1 for at, later in zip(hook.at, hook.at[1:], strict=False)]
    assert pauses == [0, 2, 4, 8, 16, 32, 60, 60]
    assert set(hook.texts()) == {"one"}


async def test_it_waits_as_long_as_it_is_told_to(sandbox: Served, bot: Bot, hook: Called) -> None:
    hook.answer = lambda count: Response(
        status_code=503 if count == 1 else 200, headers={"Retry-After": "7"}
    )
    await bot.set_webhook(hook.url)
    await say(sandbox, "one")
    await hook.came(1)
    await eventually(lambda: told_error(bot))
    sandbox.clock.advance(6.9)
    await say(sandbox, "hers", chat_id=SECOND)
    await hook.came(2)
    sandbox.clock.advance(0.1)
    await hook.came(3)
    assert hook.texts() == ["one", "hers", "one"]


async def told_error(bot: Bot) -> str | None:
    return (await bot.get_webhook_info()).last_error_message


async def test_it_waits_a_minute_for_the_answer_and_tells_again(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url)
    await say(sandbox, "one")
    await hook.came(1)
    sandbox.clock.advance(59.9)
    assert not await told_error(bot)
    sandbox.clock.advance(0.1)
    await hook.came(2)
    assert hook.texts() == ["one", "one"]
    assert await told_error(bot) == "Read timeout expired"


async def test_a_press_that_nobody_takes_is_forgotten_after_150_seconds(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.answer = lambda _: Response(status_code=500)
    await bot.set_webhook(hook.url)
    await begin_press(sandbox, bot, "press")
    await say(sandbox, "one")
    await hook.came(4)
    sandbox.clock.advance(151)
    await eventually(lambda: waits(bot, 1))
    hook.answer = lambda _: Response()
    await eventually(lambda: sandbox_moves(sandbox, bot))
    assert hook.texts()[-1] == "one"


async def waits(bot: Bot, count: int) -> bool:
    return (await bot.get_webhook_info()).pending_update_count == count


async def sandbox_moves(sandbox: Served, bot: Bot) -> bool:
    sandbox.clock.advance(10)
    return await nothing_waits(bot)


async def test_it_says_what_waits_and_why(sandbox: Served, bot: Bot, hook: Called) -> None:
    hook.answer = lambda _: Response(status_code=401)
    await bot.set_webhook(hook.url)
    await say(sandbox, "one", "two")
    await hook.came(2)
    info = await eventually(lambda: told(bot))
    assert info.pending_update_count == 2
    assert info.last_error_message == "Wrong response from the webhook: 401 Unauthorized"
    assert info.last_error_date is not None


async def told(bot: Bot) -> Any:
    info = await bot.get_webhook_info()
    return info if info.last_error_message else None


async def test_a_bot_that_is_not_there_is_called_again(sandbox: Served, bot: Bot) -> None:
    bound = free_socket()
    address = f"http://127.0.0.1:{bound.getsockname()[1]}/hook"
    bound.close()
    await bot.set_webhook(address)
    await say(sandbox, "one")
    await eventually(lambda: told_error(bot))
    assert await told_error(bot) == "Connection refused"


@pytest.mark.parametrize(
    ("fault", "times"),
    [({"drop": True, "after": True}, 2), ({"drop": True}, 1), ({"status": 502}, 1)],
    ids=["the answer is lost", "the call is lost", "something between refuses"],
)
async def test_a_fault_named_webhook_meets_its_calls_alone(
    sandbox: Served, bot: Bot, hook: Called, fault: dict[str, Any], times: int
) -> None:
    await bot.set_webhook(hook.url)
    await sandbox.post("/faults", system="telegram", method="webhook", **fault)
    await say(sandbox, "one")
    await eventually(lambda: nothing_waits(bot))
    assert hook.texts() == ["one"] * times


async def test_what_was_not_taken_is_told_to_the_next_poll(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url)
    await say(sandbox, "one", "two")
    await hook.came(1)
    await bot.delete_webhook()
    found = await bot.get_updates()
    assert [update.message.text for update in found if update.message] == ["one", "two"]
    assert hook.texts() == ["one"]


async def test_a_webhook_that_moves_takes_along_what_waits(
    sandbox: Served, bot: Bot, hook: Called
) -> None:
    hook.answer = lambda _: Response(status_code=500)
    await bot.set_webhook(hook.url)
    await say(sandbox, "one")
    await hook.came(2)
    async with called(sandbox.clock) as other:
        await bot.set_webhook(other.url)
        await other.came(1)
        await eventually(lambda: nothing_waits(bot))


async def test_a_secret_is_of_letters_that_a_header_takes(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="не то")


async def test_a_call_in_flight_does_not_hold_up_the_end_and_is_made_again_after_it(
    tmp_path: Path,
) -> None:
    file, clock = tmp_path / "sandbox.json", Clock()
    async with called(clock) as hook:
        hook.gate.clear()
        async with serve(data_file=file, clock=clock) as before:
            await before.call("setWebhook", url=hook.url)
            await say(before, "one")
            await hook.came(1)
        hook.gate.set()
        async with serve(data_file=file, clock=clock):
            await hook.came(2)
    assert hook.texts() == ["one", "one"]
