"""The queue of what happened, which the bot polls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.telegram.errors import BotApiError
from sandbox.telegram.state import UPDATES_KEPT, TelegramState

LONGEST_POLL = 50
Update = dict[str, Any]


class Updates:
    """Delivered at least once: an update stays until an offset above it confirms it."""

    def __init__(self, state: TelegramState, changed: Callable[[], None]) -> None:
        self._state = state
        self._changed = changed
        self._poller: asyncio.Future[bool] | None = None
        self._closed = False

    def add(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue it; None when the bot has said it does not want this kind."""
        if self._state.allowed_updates and kind not in self._state.allowed_updates:
            return None
        update_id = self._state.next_update_id
        self._state.next_update_id += 1
        self._state.updates.append({"update_id": update_id, kind: content})
        del self._state.updates[:-UPDATES_KEPT]
        self._changed()
        self._wake(ready=True)
        return update_id

    async def poll(
        self, *, offset: int, limit: int, timeout: int, allowed: list[str] | None
    ) -> list[Update]:
        """Wait for updates; a newer poll makes this one fail, as only one may listen."""
        if self._state.webhook is not None:
            raise BotApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._wake(ready=False)
        if allowed is not None and allowed != self._state.allowed_updates:
            self._state.allowed_updates = allowed
            self._changed()
        self._confirm(offset)
        if not self._state.updates and timeout > 0 and not self._closed:
            await self._wait(min(timeout, LONGEST_POLL))
        return self._state.updates[: min(max(limit, 1), 100)]

    def drop_pending(self) -> None:
        self._state.updates.clear()
        self._changed()

    def end_polls(self) -> None:
        """Let whoever waits go, and nobody wait again: the server is stopping."""
        self._closed = True
        self._wake(ready=True)

    def _confirm(self, offset: int) -> None:
        updates = self._state.updates
        if offset > 0:
            kept = [update for update in updates if update["update_id"] >= offset]
        elif offset < 0:
            kept = updates[offset:]
        else:
            return
        if len(kept) != len(updates):
            self._state.updates[:] = kept
            self._changed()

    async def _wait(self, timeout: int) -> None:
        poller: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            async with asyncio.timeout(timeout):
                ready = await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if not ready:
            raise BotApiError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )

    def _wake(self, *, ready: bool) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(ready)
            self._poller = None
