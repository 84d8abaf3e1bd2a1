"""The sandbox's mail server: takes letters as a strict one does, and shows the last of them."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiosmtplib
import pytest

from sandbox.app import create_app
from sandbox.counts import Counts
from sandbox.settings import BadSetting
from sandbox.smtp.outbox import Outbox
from sandbox.smtp.server import listening
from tests.sandbox.serving import Served, serve

LETTER = (
    b"From: parta@example.org\r\nTo: a@example.org\r\nSubject: =?utf-8?b?0J/QsNGA0YLQsA==?=\r\n"
    b"Date: Tue, 01 Sep 2026 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n"
    b"Press http://localhost:8080/login/confirm/x, or do not.\r\n"
)


@pytest.fixture
async def postal() -> AsyncIterator[Served]:
    async with serve(changes={"smtp_port": 0}) as served:
        yield served


async def send(served: Served, content: bytes = LETTER, to: str = "a@example.org") -> None:
    client = aiosmtplib.SMTP(
        hostname="127.0.0.1", port=served.app.state.smtp_port, local_hostname="test"
    )
    async with client:
        await client.sendmail("parta@example.org", [to], content)


async def test_a_letter_is_read_with_its_links(postal: Served) -> None:
    await send(postal)
    (letter,) = await postal.get("/mail/outbox")
    assert (letter["n"], letter["from"], letter["to"]) == (
        1,
        "parta@example.org",
        ["a@example.org"],
    )
    assert letter["subject"] == "Парта"
    assert letter["links"] == ["http://localhost:8080/login/confirm/x"]
    assert letter["message_id"] == "<1@example.org>"
    assert (await postal.get("/counts"))["smtp"]["DATA"]["requests"] == 1


async def test_letters_are_asked_for_by_address_and_number(postal: Served) -> None:
    for to in ("a@example.org", "b@example.org", "A@example.org"):
        await send(postal, to=to)
    assert [one["n"] for one in await postal.get("/mail/outbox", to="a@EXAMPLE.org")] == [1, 3]
    assert [one["n"] for one in await postal.get("/mail/outbox", since=2)] == [3]
    assert (await postal.http.get("/mail/outbox?since=x")).status_code == 400


async def test_only_the_last_two_hundred_are_kept(postal: Served) -> None:
    for _ in range(3):
        await send(postal)
    outbox = postal.app.state.world.outbox
    for _ in range(200):
        outbox.take("parta@example.org", ["a@example.org"], LETTER)
    numbers = [letter["n"] for letter in await postal.get("/mail/outbox")]
    assert (numbers[0], numbers[-1], len(numbers)) == (4, 203, 200)


@pytest.mark.parametrize("missing", [b"From", b"To", b"Subject", b"Date", b"Message-ID"])
async def test_what_lacks_a_header_or_has_it_twice_is_refused(
    postal: Served, missing: bytes
) -> None:
    lines = LETTER.split(b"\r\n")
    (line,) = [one for one in lines if one.startswith(missing + b":")]
    for content in (LETTER.replace(line + b"\r\n", b""), line + b"\r\n" + LETTER):
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await send(postal, content)
        assert refused.value.code == 554
    assert await postal.get("/mail/outbox") == []


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"^SANDBOX_SMTP_PORT: port {port} on"):
            async with listening(Outbox(lambda: datetime.now(UTC)), Counts(), port):
                raise AssertionError("it listens")


async def test_without_a_port_there_is_no_mail_server(sandbox: Served) -> None:
    assert sandbox.app.state.smtp_port is None
    assert await sandbox.get("/mail/outbox") == []
    assert create_app(sandbox.settings).state.world.outbox.list_letters() == []
