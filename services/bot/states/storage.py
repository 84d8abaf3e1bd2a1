"""aiogram's storage of states, on Postgres, held until the update's own commit."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from services.bot.errors import DialogTooLarge, NoUpdateInHand
from services.bot.states import repository
from services.bot.states.repository import LARGEST_DATA, Dialog
from shared.clock import Clock
from shared.db import Connection, Database, storable
from shared.due import PRUNED_AT_ONCE


@dataclass
class Held:
    """What the handler of one update read, and wrote: the rest of the world sees none of it."""

    dialogs: dict[StorageKey, Dialog] = field(default_factory=dict)
    written: set[StorageKey] = field(default_factory=set)

    def write(self, key: StorageKey, dialog: Dialog) -> None:
        """Keep it, to be saved."""
        self.dialogs[key] = dialog
        self.written.add(key)

    def has_written(self, key: StorageKey) -> bool:
        """Whether the handler did anything to this dialogue."""
        return key in self.written

    async def save(self, connection: Connection, clock: Clock) -> None:
        """Write down what was written: a `Write` of the update's replies."""
        for key in self.written:
            await repository.save(connection, key, self.dialogs[key], now=clock.now())


_in_hand: ContextVar[Held | None] = ContextVar("held_dialogs", default=None)


class HeldStorage(BaseStorage):
    """What handlers are given. It reads through, once, and keeps what they write.

    So state, replies and the mark that the update is handled commit together: after a crash, or
    when the chat was lost meanwhile, the dialogue stands where it stood.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self) -> Iterator[Held]:
        """For the time of one handler. What it wrote is saved by who commits, or forgotten."""
        held = Held()
        token = _in_hand.set(held)
        try:
            yield held
        finally:
            _in_hand.reset(token)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Move to a state, or to none."""
        _held().write(key, replace(await self._find(key), state=_name(state)))

    async def get_state(self, key: StorageKey) -> str | None:
        """Where the dialogue stands, for this handler."""
        return (await self._find(key)).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Put this in the place of the data.

        Raises:
            DialogTooLarge: it is more than fits.
        """
        kept = _kept(data)
        _held().write(key, replace(await self._find(key), data=kept))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """What is known so far, to this handler."""
        return deepcopy(dict((await self._find(key)).data))

    async def close(self) -> None:
        """Nothing is its own."""

    async def _find(self, key: StorageKey) -> Dialog:
        held = _held()
        if key not in held.dialogs:
            async with self._database.acquire() as connection:
                held.dialogs[key] = await repository.find(connection, key)
        return held.dialogs[key]


def _held() -> Held:
    held = _in_hand.get()
    if held is None:
        raise NoUpdateInHand
    return held


def _name(state: StateType) -> str | None:
    return state.state if isinstance(state, State) else state


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy as Postgres gives it back: JSON, without characters that it refuses.

    Raises:
        DataNotDictLikeError, TypeError, ValueError: it is no object, or no JSON.
        DialogTooLarge: it is more than fits.
    """
    if not isinstance(data, dict):
        raise DataNotDictLikeError(f"a dialogue's data is a dict, not {type(data).__name__}")
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    if len(text.encode(errors="replace")) > LARGEST_DATA:
        raise DialogTooLarge(LARGEST_DATA)
    kept: dict[str, Any] = _clean(json.loads(text))
    return kept


def _clean(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case list():
            return [_clean(one) for one in value]
        case dict():
            return {storable(name): _clean(one) for name, one in value.items()}
        case _:
            return value


async def prune(database: Database, clock: Clock) -> int:
    """Forget dialogues that nobody went on with for 30 days."""
    async with database.transaction() as connection:
        return await repository.prune(
            connection, before=clock.now() - repository.KEPT, limit=PRUNED_AT_ONCE
        )
