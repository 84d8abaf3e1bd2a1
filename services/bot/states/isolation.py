"""aiogram's isolation of events, by the leases that chats have anyway.

A lease is a row: one worker of all replicas has it. What is left to do here is to refuse a handler
where its worker has not said so.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey

from services.bot.chats.repository import Lease
from services.bot.errors import LeaseNotHeld

_lease: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def holding(lease: Lease) -> Iterator[None]:
    """The worker's word that it has this chat's lease, for what runs in the block."""
    token = _lease.set(lease)
    try:
        yield
    finally:
        _lease.reset(token)


class LeaseIsolation(BaseEventIsolation):
    """Lets a handler run in the chat whose lease is held here, and in no other."""

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        """Nothing to wait for: who has the lease is alone.

        Raises:
            LeaseNotHeld: the lease is another chat's, or there is none.
        """
        lease = _lease.get()
        if lease is None or lease.chat_id != key.chat_id:
            raise LeaseNotHeld(f"chat {key.chat_id}")
        yield

    async def close(self) -> None:
        """Nothing is its own."""
