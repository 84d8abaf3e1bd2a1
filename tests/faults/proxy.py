"""A wire that can be cut: TCP proxies in a thread of their own.

A wire refuses, stalls in both directions or in one (half-open: both ends believe that the
connection lives), is late, or breaks after so many bytes. What stalls is kept and delivered when
the wire is mended, as after a partition that TCP survived.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import uvloop

from tests.faults.pair import BOTH, Pair, Rules, Upstream, Way

T = TypeVar("T")


class Wire:
    """One address: who connects to `port` speaks with the upstream, as far as the wire allows."""

    def __init__(self, loop: asyncio.AbstractEventLoop, upstream: Upstream) -> None:
        self.upstream = upstream
        self.connections = 0
        """How many were ever made."""
        self._loop = loop
        self._pairs: set[Pair] = set()
        self._refuses = False
        self._rules = Rules()
        self._server, self.port = self._apart(self._listen)

    def refuse(self) -> None:
        """Break every connection and take no new one."""
        self._apart(self._refuse)

    def stall(self, *ways: Way) -> None:
        """Let nothing more through, in the ways given or in both; connections stay open."""
        self._apart(lambda: self._set_stalled(frozenset(ways or BOTH)))

    def cut_after(self, count: int, way: Way) -> None:
        """Let so many more bytes through, then break the connection that carries them; once."""

        def set_left() -> None:
            self._rules.left[way] = count

        self._apart(set_left)

    def delay(self, seconds: float) -> None:
        """Deliver everything later."""

        def set_late() -> None:
            self._rules.late = seconds

        self._apart(set_late)

    def mend(self) -> None:
        """Let everything through again; what stalled goes on."""
        self._apart(self._mend)

    def lead_to(self, port: int) -> None:
        """Break what is open; who connects from now on reaches another port."""

        def lead() -> None:
            self.upstream = ("127.0.0.1", port)
            self._break_all()

        self._apart(lead)

    def stalls(self) -> bool:
        """Whether nothing gets through in one way at least."""
        return bool(self._rules.stalled)

    def has_cut(self) -> bool:
        """Whether what `cut_after` asked for has happened."""
        return not self._rules.left

    def close(self) -> None:
        """Break all, and listen no more."""
        self._apart(self._close)

    def _apart(self, call: Callable[[], T]) -> T:
        async def run() -> T:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def _listen(self) -> tuple[socket.socket, int]:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        listening.setblocking(False)
        self._loop.add_reader(listening.fileno(), self._accept, listening)
        return listening, listening.getsockname()[1]

    def _accept(self, listening: socket.socket) -> None:
        try:
            client, _ = listening.accept()
        except BlockingIOError:
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._refuses:
            client.close()
            return
        self.connections += 1
        pair = Pair(self._rules, self.upstream, self._pairs.discard)
        self._pairs.add(pair)
        pair.opening = self._loop.create_task(pair.open(client))

    def _refuse(self) -> None:
        self._refuses = True
        self._break_all()

    def _break_all(self) -> None:
        for pair in list(self._pairs):
            pair.end()

    def _set_stalled(self, ways: frozenset[Way]) -> None:
        self._rules.stalled = ways
        for pair in self._pairs:
            pair.adjust()

    def _mend(self) -> None:
        self._refuses, self._rules.late = False, 0.0
        self._rules.left.clear()
        self._set_stalled(frozenset())

    def _close(self) -> None:
        self._loop.remove_reader(self._server.fileno())
        self._server.close()
        self._break_all()


@contextmanager
def wires() -> Iterator[Callable[[Upstream], Wire]]:
    """Make wires within the block, in a thread that runs beside it."""
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wires", daemon=True)
    thread.start()
    made: list[Wire] = []

    def make(upstream: Upstream) -> Wire:
        made.append(Wire(loop, upstream))
        return made[-1]

    try:
        yield make
    finally:
        for wire in made:
            wire.close()
        asyncio.run_coroutine_threadsafe(_end_all_tasks(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end_all_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
