"""The SMTP side: a real server on a port of its own, without TLS, on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.counts import Counts
from sandbox.settings import BadSetting
from sandbox.smtp.outbox import BadLetter, Outbox

HOST = "127.0.0.1"
NAME = "sandbox"
LARGEST = 1024 * 1024


class Taker:
    """What is done with a letter once it has come."""

    def __init__(self, outbox: Outbox, counts: Counts) -> None:
        self._outbox = outbox
        self._counts = counts

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self._counts.add("smtp", "DATA", costs=False)
        content = envelope.content
        assert isinstance(content, bytes)  # noqa: S101 - it is told not to decode
        try:
            taken = self._outbox.take(envelope.mail_from or "", envelope.rcpt_tos, content)
        except BadLetter as bad:
            return f"554 5.6.0 {bad}"
        return f"250 2.0.0 letter {taken.n}"


class _Server(SMTP):
    """Lets go of its client when the sandbox ends."""

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


@contextlib.asynccontextmanager
async def listening(outbox: Outbox, counts: Counts, port: int | None) -> AsyncIterator[int | None]:
    """Take letters for the length of the block; gives the port, a free one for 0, none for None."""
    if port is None:
        yield None
        return
    loop = asyncio.get_running_loop()
    taker = Taker(outbox, counts)
    servers: list[_Server] = []

    def serve() -> _Server:
        servers[:] = [one for one in servers if one.transport is not None]
        servers.append(
            _Server(taker, loop=loop, hostname=NAME, ident=NAME, data_size_limit=LARGEST)
        )
        return servers[-1]

    try:
        server = await loop.create_server(serve, HOST, port, family=socket.AF_INET)
    except OSError as error:
        raise BadSetting(
            f"SANDBOX_SMTP_PORT: port {port} on {HOST} cannot be had ({error.strerror})"
        ) from error
    try:
        bound: int = server.sockets[0].getsockname()[1]
        yield bound
    finally:
        server.close()
        for one in servers:
            one.hang_up()
        await server.wait_closed()
