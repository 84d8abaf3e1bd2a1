"""Dialogs that do what a test says, and when they have done it."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.fsm.storage.base import StorageKey

from services.bot.states.isolation import LeaseIsolation
from services.bot.updates.repository import StoredUpdate
from shared.people import Person
from tests.bot.playing import Play


class Acting:
    """Dialogs that act behind our isolation, as the dispatcher does."""

    def __init__(self, act: Callable[[int], Awaitable[None]]) -> None:
        self._act = act
        self._isolation = LeaseIsolation()

    async def answer(self, update: StoredUpdate, person: Person | None) -> list[Any]:
        key = StorageKey(bot_id=1, chat_id=update.chat_id, user_id=update.chat_id)
        async with self._isolation.lock(key):
            await self._act(update.chat_id)
        return []

    def apologise(self, *_: Any, **__: Any) -> list[Any]:
        return []


async def are_handled(play: Play, count: int) -> bool:
    """Whether so many updates are."""
    query = "SELECT count(*) FROM updates WHERE handled_at IS NOT NULL"
    return bool(await play.value(query) == count)
