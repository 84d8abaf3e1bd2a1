"""Requests byte by byte, as no well-behaved client sends them."""

import asyncio
import contextlib
import json
import re
import socket
from dataclasses import dataclass
from typing import Any

from tests.gateway.stand import HOST, new_address

SILENCE = 0.5
"""Seconds without a word after which the other side is taken to wait for more."""
END_WITHIN = 10.0
PIECE = 65_536
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
HOST_LINE = b"Host: " + HOST.encode() + b"\r\n"


async def exchange(port: int, data: bytes, address: str = "") -> bytes:
    """Say it, and hear everything until the other side hangs up; ours is shut after a silence."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(address or new_address(), 0)
    )
    heard = b""
    try:
        writer.write(data)
        try:
            async with asyncio.timeout(END_WITHIN):
                while piece := await _hear(reader):
                    heard += piece
                writer.write_eof()
                heard += await reader.read()
        except OSError:
            pass  # it hung up while we spoke
    finally:
        writer.close()
    return heard


async def _hear(reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(SILENCE):
            return await reader.read(PIECE)
    except TimeoutError:
        return b""


@dataclass(frozen=True)
class Answer:
    """One answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, which has to be JSON."""
        return json.loads(self.body)


async def ask(port: int, data: bytes, address: str) -> Answer:
    """Say one request that asks the other side to hang up after it; it may do so earlier."""
    heard = await asyncio.to_thread(_say, port, data, address)
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Answer(int(first.split()[1]), headers, body)


def _say(port: int, data: bytes, address: str) -> bytes:
    # Not asyncio: where the other side hangs up while we speak, that forgets what it had said.
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", port), END_WITHIN, (address, 0)) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(PIECE):
                heard.extend(piece)
    return bytes(heard)


def statuses(heard: bytes) -> list[int]:
    """The status of each answer, in order."""
    return [int(found) for found in STATUS.findall(heard)]


def request(
    target: str | bytes, *lines: bytes, method: bytes = b"POST", body: bytes = b""
) -> bytes:
    """A request to our host with these header lines as they are."""
    path = target.encode() if isinstance(target, str) else target
    head = b"".join(line + b"\r\n" for line in lines)
    return method + b" " + path + b" HTTP/1.1\r\n" + HOST_LINE + head + b"\r\n" + body
