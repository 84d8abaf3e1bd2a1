"""What a script breaks on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

System = Literal[
    "telegram", "github", "hook", "google", "vk", "telegram_login", "stepik", "boomstream"
]
Limit = Literal["primary", "secondary"]
ABORT = "sandbox.abort"


@dataclass
class Fault:
    """Meets the next `times` requests of a system, or of one `method` of it."""

    system: System
    method: str | None = None
    status: int | None = None
    drop: bool = False
    after: bool = False
    delay_ms: int = 0
    retry_after: int | None = None
    limit: Limit | None = None
    """GitHub's own: the asker has used up the hour, or has asked too much at once."""
    times: int = 1

    def meets(self, system: str, method: str) -> bool:
        """A poll is met only when it is named: it is always there and would eat every fault. So is
        a call of the bot's `webhook`, which is no request to Telegram but one of its own."""
        if self.system != system:
            return False
        if self.method is None:
            return method not in ("getUpdates", "webhook")
        return self.method.casefold() == method.casefold()


class Faults:
    """In the order in which they were set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def list_left(self) -> list[Fault]:
        return list(self._faults)

    def take(self, system: System, method: str) -> Fault | None:
        """The fault that this request meets, counted down."""
        fault = next((one for one in self._faults if one.meets(system, method)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault


class DroppedConnection(Response):
    """No answer at all: the client sees its connection end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort: Callable[[], None] = scope[ABORT]
        abort()
        while (await receive())["type"] != "http.disconnect":
            pass


async def answer_with(
    fault: Fault | None,
    answer: Callable[[], Awaitable[Response]],
    refuse: Callable[[int, int | None], Response],
) -> Response:
    """Answer, or do what the fault says; `refuse` knows the shape of the vendor's errors."""
    if fault is None:
        return await answer()
    if fault.delay_ms:
        await asyncio.sleep(fault.delay_ms / 1000)
    if fault.drop:
        if fault.after:
            await answer()
        return DroppedConnection()
    if fault.retry_after is not None:
        return refuse(429, fault.retry_after)
    if fault.status is not None:
        return refuse(fault.status, None)
    return await answer()
