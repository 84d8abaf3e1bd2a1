"""A bot that tells everybody something: Parta's, or a plain loop of aiogram's.

Each says when it is at work, and begins its broadcast a moment later.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import Message as ChatMessage

from bench.task import Tally, Task, given_task
from sandbox.school import PEOPLE
from services.bot.app import create_app
from services.bot.service import BotService
from services.bot.settings import BotSettings
from shared.events import Event, PersonChanged, SubmissionChanged
from shared.log import configure_logging
from shared.message import Message
from shared.transport import InProcessTransport
from tests.support.waiting import eventually

NAMES = UUID("5f0a7f7e-0000-4000-8000-000000000001")
BATCH = 100
"""Events that a transport hands over at once."""
PAUSE = 2.0
HELP = "I bring news of your works.\n\n/start – how to begin\n/help – this text"
STILL = "SELECT NOT EXISTS (SELECT FROM outgoing WHERE sent_at IS NULL AND failed_at IS NULL)"


def person(chat_id: int) -> PersonChanged:
    """Somebody with a chat, whose day it is."""
    return PersonChanged(
        person_id=uuid5(NAMES, str(chat_id)),
        version=1,
        name=f"Person {chat_id}",
        roles=("student",),
        locale="en",
        telegram_id=chat_id,
    )


def approved(chat_id: int) -> SubmissionChanged:
    """Their work is accepted; its curator has no chat."""
    return SubmissionChanged(
        submission_id=uuid5(NAMES, f"work of {chat_id}"),
        version=1,
        title=f"Work of {chat_id}",
        pull_url=f"https://github.com/student/{chat_id}/pull/1",
        status="approved",
        student_id=uuid5(NAMES, str(chat_id)),
        student_name=f"Person {chat_id}",
        curator_id=UUID(int=0),
        changed_at=datetime(2026, 9, 1, tzinfo=UTC),
    )


async def parta(task: Task, tally: Tally) -> None:
    """The bot's service as it is; events come as a transport hands them over."""
    told = task.settings
    app = create_app(
        BotSettings(
            database_url=task.postgres,
            service_secret="s" * 20,
            auth_url="http://auth.invalid",
            telegram_bot_token=told["token"],
            telegram_bot_username="bench_bot",
            telegram_api_url=told["telegram"],
        ),
        transports={"auth": httpx.MockTransport(lambda request: httpx.Response(503))},
    )
    service: BotService = app.state.service
    await service.open()
    chats = [*told["chats"], PEOPLE[0].chat_id]
    await _hand_over(service, [person(chat_id) for chat_id in chats])
    service.work(InProcessTransport())
    await eventually(lambda: _is_still(service), 60)
    tally.finish()
    await asyncio.sleep(PAUSE)
    await _hand_over(service, [approved(chat_id) for chat_id in told["chats"]])
    await asyncio.Event().wait()


async def _hand_over(service: BotService, events: list[Any]) -> None:
    for first in range(0, len(events), BATCH):
        messages = [_message(event) for event in events[first : first + BATCH]]
        await service.consumer.handle(messages)


def _message(event: Event) -> Message:
    message_id = str(uuid4())
    return Message(message_id, event.type, event.model_dump_json().encode(), message_id)


async def _is_still(service: BotService) -> bool:
    """Its menu is set, and nothing waits."""
    async with service.database.acquire() as connection:
        still: bool = await connection.fetchval(STILL)
        return still


async def plain(task: Task, tally: Tally) -> None:
    """What one writes first: one chat after another, and a pause where Telegram asks for it."""
    told = task.settings
    api = TelegramAPIServer.from_base(told["telegram"])
    bot = Bot(told["token"], session=AiohttpSession(api=api))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: ChatMessage) -> None:
        await _patiently(lambda: message.answer(HELP))

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    tally.finish()
    await asyncio.sleep(PAUSE)
    for chat_id in told["chats"]:
        await _patiently(lambda: bot.send_message(chat_id, f"Work of {chat_id} was accepted."))  # noqa: B023
    await polling


async def _patiently(send: Callable[[], Awaitable[Any]]) -> None:
    while True:
        try:
            await send()
        except TelegramRetryAfter as told:
            await asyncio.sleep(told.retry_after)
        else:
            return


ROLES = {"parta": parta, "plain": plain}

if __name__ == "__main__":
    configure_logging("warning")
    task = given_task()
    uvloop.run(ROLES[task.role](task, Tally(task)))
