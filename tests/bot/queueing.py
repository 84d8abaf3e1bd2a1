"""Putting messages into the queue, breaking Telegram, and looking at what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiogram.methods import SendMessage, TelegramMethod
from aiohttp import ClientTimeout

from services.bot.outgoing import repository
from tests.bot.playing import STUDENT, Play

REPLY, NOTICE = repository.REPLY, repository.NOTICE


async def enqueue(play: Play, *texts: str, chat_id: int = STUDENT, lane: int = NOTICE) -> None:
    methods = [SendMessage(chat_id=chat_id, text=text) for text in texts]
    await enqueue_methods(play, *methods, chat_id=chat_id, lane=lane)


async def enqueue_methods(
    play: Play, *methods: TelegramMethod[Any], chat_id: int = STUDENT, lane: int = NOTICE
) -> None:
    async with play.service.database.transaction() as connection:
        for method in methods:
            await repository.enqueue(
                connection,
                method,
                chat_id=chat_id,
                person_id=None,
                lane=lane,
                now=play.clock.now(),
            )


async def fault(play: Play, **facts: Any) -> None:
    await play.sandbox.post("/faults", system="telegram", **facts)


async def row(play: Play, number: int = 0) -> dict[str, Any]:
    """The nth row that is no menu."""
    rows = await play.rows("SELECT * FROM outgoing WHERE chat_id <> 0 ORDER BY id")
    return dict(rows[number])


async def moved_on(play: Play, seconds: float) -> None:
    """Let the domain's clock pass a step of the ladder."""
    play.clock.advance(timedelta(seconds=seconds))
    play.service.database.ring("sender")


def call_timeout(play: Play, seconds: float) -> None:
    assert play.service.bot is not None
    play.service.bot.session.timeout = ClientTimeout(total=seconds)  # type: ignore[assignment]


async def have_failed(play: Play, count: int) -> bool:
    return bool(
        await play.value("SELECT count(*) FROM outgoing WHERE failed_at IS NOT NULL") == count
    )


async def was_released(play: Play, attempts: int) -> bool:
    one = await row(play)
    return one["attempts"] == attempts and one["begun_at"] is None


async def is_begun(play: Play) -> bool:
    return (await row(play))["begun_at"] is not None
