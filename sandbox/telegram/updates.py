"""The queue of what happened, which the bot polls, or is called about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.telegram.delivery import Deliveries
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.state import UPDATES_KEPT, TelegramState

LONGEST_POLL = 50
Update = dict[str, Any]

OTHER_POLL = "other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "setWebhook request"


class Updates:
    """Delivered at least once: an update stays until an offset above it confirms it."""

    def __init__(self, state: TelegramState, changed: Callable[[], None]) -> None:
        self._state = state
        self._changed = changed
        self._poller: asyncio.Future[str] | None = None
        self._closed = False
        self.deliveries: Deliveries | None = None

    def add(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue it; None when the bot has said it does not want this kind."""
        if self._state.allowed_updates and kind not in self._state.allowed_updates:
            return None
        update_id = self._state.next_update_id
        self._state.next_update_id += 1
        update = {"update_id": update_id, kind: content}
        self._state.updates.append(update)
        del self._state.updates[:-UPDATES_KEPT]
        self._changed()
        self._end_poll()
        if self.deliveries is not None:
            self.deliveries.add(update)
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
        self._end_poll(terminated_by=OTHER_POLL)
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

    def webhook_changed(self) -> None:
        """It was set, moved or removed: a poll that waits fails, what waits goes to it."""
        if self._state.webhook is not None:
            self._end_poll(terminated_by=WEBHOOK_SET)
        if self.deliveries is not None:
            self.deliveries.begin()

    def end_polls(self) -> None:
        """Let whoever waits go, call nobody, and nobody wait again: the server is stopping."""
        self._closed = True
        self._end_poll()
        if self.deliveries is not None:
            self.deliveries.end()

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
        poller: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            async with asyncio.timeout(timeout):
                terminated_by = await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if terminated_by:
            raise BotApiError(409, f"Conflict: terminated by {terminated_by}")

    def _end_poll(self, *, terminated_by: str = "") -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(terminated_by)
            self._poller = None
