"""The wire between two programs does to them what a fault asks for, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.faults.proxy import Wire, wires
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(20)
SHORT = 0.2
"""Seconds in which whatever is not held up arrives many times over."""


@dataclass
class Call:
    """A connection over a wire to somebody who repeats what they hear."""

    wire: Wire
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: bytearray

    async def hears_nothing(self) -> bool:
        try:
            async with asyncio.timeout(SHORT):
                return not await self.reader.read(1)
        except TimeoutError:
            return True


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    heard = bytearray()

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                heard.extend(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(repeat, "127.0.0.1", 0)
    with wires() as make:
        wire = make(server.sockets[0].getsockname()[:2])
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
        yield Call(wire, reader, writer, heard)
        writer.close()
        server.close()


async def ends(reader: asyncio.StreamReader) -> bool:
    """Whether there is nothing more to come, said politely or not."""
    try:
        return await reader.read(1) == b""
    except ConnectionResetError:
        return True


async def test_a_whole_wire_carries_everything_both_ways(call: Call) -> None:
    sent = bytes(range(256)) * 4096
    call.writer.write(sent)
    assert await call.reader.readexactly(len(sent)) == sent


async def test_a_wire_that_refuses_breaks_what_is_open_and_takes_nothing_new(call: Call) -> None:
    call.writer.write(b"a")
    await call.reader.readexactly(1)
    call.wire.refuse()
    assert await ends(call.reader)
    reader, writer = await asyncio.open_connection("127.0.0.1", call.wire.port)
    assert await ends(reader)
    writer.close()


async def test_what_stalls_arrives_when_the_wire_is_mended(call: Call) -> None:
    call.wire.stall()
    call.writer.write(b"late")
    assert await call.hears_nothing()
    assert call.heard == b""
    call.wire.mend()
    assert await call.reader.readexactly(4) == b"late"


async def test_a_half_open_wire_carries_words_but_no_answers(call: Call) -> None:
    call.wire.stall("down")
    call.writer.write(b"heard")
    await eventually(lambda: call.heard == b"heard")
    assert await call.hears_nothing()


async def test_a_half_open_wire_may_be_deaf_instead(call: Call) -> None:
    call.writer.write(b"before")
    await call.reader.readexactly(6)
    call.wire.stall("up")
    call.writer.write(b"after")
    assert await call.hears_nothing()
    assert call.heard == b"before"


async def test_a_wire_breaks_after_exactly_so_many_bytes_once(call: Call) -> None:
    call.wire.cut_after(7, "up")
    call.writer.write(b"0123")
    assert await call.reader.readexactly(4) == b"0123"
    assert not call.wire.has_cut()
    call.writer.write(b"456789")
    await eventually(call.wire.has_cut)
    await eventually(lambda: call.heard == b"0123456")
    reader, writer = await asyncio.open_connection("127.0.0.1", call.wire.port)
    writer.write(b"again")
    assert await reader.readexactly(5) == b"again"
    writer.close()


async def test_what_is_late_keeps_its_order(call: Call) -> None:
    call.wire.delay(0.05)
    loop = asyncio.get_running_loop()
    started = loop.time()
    for number in range(50):
        call.writer.write(bytes([number]))
        await call.writer.drain()
    assert await call.reader.readexactly(50) == bytes(range(50))
    assert loop.time() - started > 0.05
