"""Where dialogues stand, as a test writes it and reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram.fsm.storage.base import BaseStorage

from services.bot.states.storage import HeldStorage
from tests.bot.playing import Play


@asynccontextmanager
async def writing(play: Play) -> AsyncIterator[BaseStorage]:
    """What is written in the block is saved at its end, as an update's commit does."""
    storage = HeldStorage(play.service.database)
    with storage.hold() as held:
        yield storage
    async with play.service.database.transaction() as connection:
        await held.save(connection, play.clock)


async def dialogs(play: Play) -> list[tuple[str | None, dict[str, Any]]]:
    """State and data of each."""
    rows = await play.rows("SELECT state, data FROM dialogs ORDER BY chat_id")
    return [(row["state"], row["data"]) for row in rows]
