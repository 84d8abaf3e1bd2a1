"""nginx before services that come, go, and die: found by name, and nothing is sent twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from tests.gateway.raw import Answer, ask, request
from tests.gateway.stand import HOST, new_address
from tests.support.names import Names
from tests.support.nginx import Nginx
from tests.support.processes import free_ports
from tests.support.waiting import eventually

TARGET = "/bot/card"
FIRST, SECOND = "127.0.2.1", "127.0.2.2"


@dataclass
class Replica:
    """One process of the bot: it answers with its own address, or hangs up over a request."""

    address: str
    dies: bool = False
    heard: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(head.split(b"\r\n", 1)[0])
        if b"content-length: 3" in head.lower():
            await reader.readexactly(3)
        if not self.dies:
            body = self.address.encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
        writer.close()


class Street:
    """An nginx of a test's own, and the replicas that it may find."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.port, self.service_port = free_ports(2)
        self.names = Names({})
        self.nginx = Nginx(
            self.port,
            resolver=self.names.place,
            service_port=self.service_port,
            PUBLIC_URL=f"http://{HOST}",
        )

    async def open(self, address: str, *, dies: bool = False) -> Replica:
        """Start a replica; nobody knows of it yet."""
        replica = Replica(address, dies)
        server = await asyncio.start_server(replica.serve, address, self.service_port)
        self._stack.callback(server.close)
        return replica

    def tell(self, *addresses: str) -> None:
        """Say where the bot is from now on."""
        self.names.addresses = {"bot": list(addresses)}

    async def ask(self, method: bytes = b"GET") -> Answer:
        body = b"" if method in (b"GET", b"HEAD") else b"abc"
        lines = [b"Connection: close", b"Content-Length: %d" % len(body)]
        return await ask(
            self.port, request(TARGET, *lines, method=method, body=body), new_address()
        )


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    async with AsyncExitStack() as stack:
        opened = Street(stack)
        stack.enter_context(opened.names.answering())
        stack.enter_context(opened.nginx)
        yield opened


async def test_replicas_share_what_comes(street: Street) -> None:
    for address in (FIRST, SECOND):
        await street.open(address)
    street.tell(FIRST, SECOND)
    answers = [await street.ask() for _ in range(40)]
    assert {answer.body.decode() for answer in answers} == {FIRST, SECOND}


@pytest.mark.parametrize("method", [b"GET", b"POST"])
async def test_a_replica_that_is_not_there_is_passed_by(street: Street, method: bytes) -> None:
    await street.open(FIRST)
    street.tell(SECOND, FIRST)
    answers = [await street.ask(method) for _ in range(20)]
    assert {answer.body.decode() for answer in answers} == {FIRST}


async def test_a_new_replica_is_found_and_one_that_left_is_forgotten(street: Street) -> None:
    for address in (FIRST, SECOND):
        await street.open(address)
    street.tell(FIRST)
    assert (await street.ask()).body.decode() == FIRST
    street.tell(SECOND)

    async def has_moved() -> bool:
        # Each worker of nginx learns it by itself.
        answers = [await street.ask() for _ in range(40)]
        return {answer.body.decode() for answer in answers} == {SECOND}

    await eventually(has_moved, timeout=10)


async def test_a_question_is_asked_again_where_a_replica_dies_over_it(street: Street) -> None:
    dying, other = await street.open(FIRST, dies=True), await street.open(SECOND)
    street.tell(FIRST, SECOND)
    answers = [await street.ask() for _ in range(20)]
    assert {answer.body.decode() for answer in answers} == {SECOND}
    assert dying.heard
    assert len(other.heard) == 20


@pytest.mark.parametrize("method", [b"POST", b"PATCH"])
async def test_a_form_is_never_sent_twice(street: Street, method: bytes) -> None:
    dying, other = await street.open(FIRST, dies=True), await street.open(SECOND)
    street.tell(FIRST, SECOND)
    answers = [await street.ask(method) for _ in range(20)]
    assert len(dying.heard) + len(other.heard) == 20
    failed = [answer for answer in answers if answer.status == 502]
    assert len(failed) == len(dying.heard) > 0
    assert {answer.json()["error"] for answer in failed} == {"Unavailable"}
    assert {answer.headers["retry-after"] for answer in failed} == {"5"}


@pytest.mark.parametrize("addresses", [[], [FIRST]], ids=["no name", "no process"])
async def test_where_nobody_is_left_people_read_it_on_our_page(
    street: Street, addresses: list[str]
) -> None:
    street.tell(*addresses)
    answer = await street.ask()
    assert (answer.status, answer.json()["error"]) == (502, "Unavailable")
    lines = (b"Accept: text/html", b"Accept-Language: ru", b"Connection: close")
    page = await ask(street.port, request(TARGET, *lines, method=b"GET"), new_address())
    assert "Сейчас это не работает" in page.body.decode()
    style = await ask(
        street.port,
        request("/static/parta.css", b"Connection: close", method=b"GET"),
        new_address(),
    )
    assert style.status == 200
    ready = await ask(
        street.port, request("/readyz", b"Connection: close", method=b"GET"), new_address()
    )
    assert (ready.status, ready.json()["ready"]) == (503, False)


async def test_a_signed_in_person_is_told_to_wait_where_auth_is_away(street: Street) -> None:
    await street.open(FIRST)
    street.tell(FIRST)
    lines = (b"Cookie: parta=x", b"Connection: close")
    answer = await ask(street.port, request(TARGET, *lines, method=b"GET"), new_address())
    assert (answer.status, answer.json()["error"]) == (503, "Unavailable")
