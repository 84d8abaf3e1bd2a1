"""One connection over a wire: two ends, and the rules for what passes between them."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

Way = Literal["up", "down"]
"""up: from who connected to whom it wanted to reach; down: the answers."""
BOTH: tuple[Way, Way] = ("up", "down")
Upstream = tuple[str, int] | Path


@dataclass(slots=True)
class Rules:
    """What a wire lets through. `left`: bytes until it breaks; `late`: seconds that all waits."""

    stalled: frozenset[Way] = frozenset()
    left: dict[Way, int] = field(default_factory=dict)
    late: float = 0.0

    def take(self, data: bytes, way: Way) -> tuple[bytes, bool]:
        """What of this may pass, and whether the connection breaks then."""
        left = self.left.get(way)
        if left is None:
            return data, False
        if len(data) < left:
            self.left[way] = left - len(data)
            return data, False
        del self.left[way]
        return data[:left], True


class Pair:
    """One connection and its continuation."""

    def __init__(self, rules: Rules, upstream: Upstream, forget: "Callable[[Pair], None]") -> None:
        self._rules = rules
        self._upstream = upstream
        self._forget = forget
        self.opening: asyncio.Task[None] | None = None
        self._is_whole = False
        self._has_ended = False
        self._ends = {way: End(self, way) for way in BOTH}

    async def open(self, client: socket.socket) -> None:
        """Connect on, then carry what comes."""
        try:
            await self._open(client)
        except BaseException:
            client.close()
            self.end()
            raise

    async def _open(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            if isinstance(self._upstream, Path):
                path = str(self._upstream)
                await loop.create_unix_connection(lambda: self._ends["down"], path)
            else:
                await loop.create_connection(lambda: self._ends["down"], *self._upstream)
        except OSError:
            self.end()
        if self._has_ended:
            client.close()
            self.end()
            return
        await loop.connect_accepted_socket(lambda: self._ends["up"], client)
        self._is_whole = True
        self.adjust()
        if self._has_ended:
            self.end()

    def adjust(self) -> None:
        """Read from where reading is allowed; nothing before both ends are there."""
        if not self._is_whole:
            return
        for way, end in self._ends.items():
            end.read_or_not(stalled=way in self._rules.stalled, full=self._other(end).is_full)

    def pass_on(self, end: "End", data: bytes) -> None:
        """Carry what one end sent to the other, as far as that is allowed."""
        allowed, breaks = self._rules.take(data, end.way)
        other = self._other(end)
        if allowed:
            other.write(allowed, self._rules.late)
        if breaks:
            self.end(after=other)

    def end(self, after: "End | None" = None) -> None:
        """Close both ends: at once, or where one is given after it has got what it was sent."""
        self._has_ended = True
        self._forget(self)
        for end in self._ends.values():
            end.close(politely=end is after)

    def ended(self, end: "End") -> None:
        """One end is gone: so is the other, when it has got everything."""
        self.end(after=self._other(end))

    def _other(self, end: "End") -> "End":
        return self._ends["down" if end.way == "up" else "up"]


class End(asyncio.Protocol):
    """What one side sends, on its way to the other. `way` is where its data go."""

    def __init__(self, pair: Pair, way: Way) -> None:
        self._pair = pair
        self.way = way
        self.is_full = False
        self._transport: asyncio.Transport | None = None
        self._reads = False
        self._held: list[bytes] = []
        self._waiting: deque[tuple[float, bytes]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._reads:
            self._pair.pass_on(self, data)
        else:
            # uvloop reads a new connection whatever it was told.
            self._held.append(data)
            self._stop_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._pair.ended(self)

    def pause_writing(self) -> None:
        self.is_full = True
        self._pair.adjust()

    def resume_writing(self) -> None:
        self.is_full = False
        self._pair.adjust()

    def read_or_not(self, *, stalled: bool, full: bool) -> None:
        self._reads = not stalled and not full
        if not self._reads:
            self._stop_reading()
            return
        held, self._held = self._held, []
        for data in held:
            self._pair.pass_on(self, data)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _stop_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def write(self, data: bytes, late: float) -> None:
        if self._transport is None:
            return
        if not late and not self._waiting:
            self._transport.write(data)
            return
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time() + late, data))
        loop.call_later(late, self._write_due)

    def _write_due(self) -> None:
        now = asyncio.get_running_loop().time() + 0.002  # the loop's timers are that coarse
        while self._waiting and self._waiting[0][0] <= now:
            _, data = self._waiting.popleft()
            if self._transport is not None:
                self._transport.write(data)

    def close(self, *, politely: bool) -> None:
        if self._transport is None:
            return
        if politely:
            self._transport.close()
        else:
            self._transport.abort()
