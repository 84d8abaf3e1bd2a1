"""uvicorn, several servers in one loop, ended together by one signal."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE = 5
LOOK_EVERY = 10.0
MOST_AT_ONCE = 2000


class PortTaken(Exception):
    """Another program listens there; the message is one line that names the variable."""


@dataclass(frozen=True, slots=True)
class Listening:
    """An app and where it is served. `variable` is what to set when the port is taken; `is_front`:
    strangers reach it with nothing before it."""

    app: Any
    host: str
    port: int
    variable: str
    is_front: bool = False


class _Impatient(H11Protocol):
    """Lets go of a connection on which no request is under way at two looks running.

    uvicorn gives the head of a request all the time in the world: strangers who send half of one
    would take every place there is.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Look at it from now on."""
        super().connection_made(transport)
        self._next_look = self.loop.call_later(LOOK_EVERY, self._look, False)

    def _look(self, was_idle: bool) -> None:
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and was_idle:
            self.transport.close()
        else:
            self._next_look = self.loop.call_later(LOOK_EVERY, self._look, is_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nothing to look at any more."""
        self._next_look.cancel()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    """One of several: signals are caught once, for all of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@contextlib.asynccontextmanager
async def serving(places: Sequence[Listening]) -> AsyncIterator[None]:
    """Serve every app for the length of the block.

    Raises:
        PortTaken: one of the ports cannot be had; nothing is served then.
    """
    # What is loaded by now lives as long as the process and need not be looked through.
    gc.freeze()
    gc.enable()
    sockets = []
    try:
        for place in places:
            sockets.append(_listen(place))
    except PortTaken:
        for opened in sockets:
            opened.close()
        raise
    servers = [
        _Server(
            uvicorn.Config(
                place.app,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
                timeout_keep_alive=30,
                # httptools takes headers of any size; h11 stops at about this many bytes.
                http=_Impatient if place.is_front else "auto",
                h11_max_incomplete_event_size=64 * 1024,
                limit_concurrency=MOST_AT_ONCE,
            )
        )
        for place in places
    ]
    tasks = [
        asyncio.create_task(server.serve(sockets=[opened]), name=f"serve:{opened.getsockname()[1]}")
        for server, opened in zip(servers, sockets, strict=True)
    ]
    try:
        async with asyncio.timeout(10):
            while not all(server.started for server in servers):  # noqa: ASYNC110 - told no other way
                await asyncio.sleep(0.005)
        yield
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks, return_exceptions=True)
        for opened in sockets:
            opened.close()


def _listen(place: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    # Named TCP: asyncio then turns Nagle's delay off, 40 ms an answer otherwise.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((place.host, place.port))
        opened.listen(1024)
    except OSError as error:
        opened.close()
        is_address = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        raise PortTaken(
            f"{'PARTA_BIND' if is_address else place.variable}:"
            f" port {place.port} on {place.host} cannot be had ({error.strerror})"
        ) from None
    opened.setblocking(False)
    return opened


@contextlib.contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set, within the block."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
