"""Requests made to get past a gateway: judged by what the services behind it saw."""

import asyncio
import resource

import pytest

from tests.gateway.attacks import HIDDEN, ODD_LINES, SMUGGLING, Attack
from tests.gateway.raw import exchange, request, statuses
from tests.gateway.stand import PUBLIC_URL, Door, new_address

ECHO = "/bot/probe/echo"


@pytest.mark.parametrize("attacks", [SMUGGLING, ODD_LINES], ids=["smuggling", "odd-lines"])
async def test_nothing_that_hides_in_a_request_gets_in(
    door: Door, attacks: tuple[Attack, ...]
) -> None:
    heard = await asyncio.gather(*(exchange(door.port, attack.data) for attack in attacks))
    seen = door.record.of_people()
    assert not [one.target for one in seen if HIDDEN in one.target.decode()]
    assert not [one.headers for one in seen if "forged" in dict(one.headers).values()]
    whole = {one.target.decode() for one in seen if one.is_whole}
    let_in = [attack.name for attack in attacks if attack.refused and attack.target in whole]
    assert not let_in
    for attack, said in zip(attacks, heard, strict=True):
        answers = statuses(said)
        assert not attack.refused or not answers or 400 <= answers[0] <= 505, attack.name
        assert not [status for status in answers if status in (500, 502, 503)], attack.name


async def test_a_request_that_is_well_formed_gets_through_the_same_way(door: Door) -> None:
    close, pieces = b"Connection: close", b"3\r\nabc\r\n0\r\n\r\n"
    chunked = request(f"{ECHO}?1", b"Transfer-Encoding: chunked", close, body=pieces)
    with_length = request(f"{ECHO}?2", b"Content-Length: 3", close, body=b"abc")
    for data in (chunked, with_length):
        assert statuses(await exchange(door.port, data)) == [200]
    assert [bytes(one.body) for one in door.record.seen] == [b"abc", b"abc"]


async def test_of_two_requests_in_one_breath_each_has_its_own_identity(door: Door) -> None:
    cookie = b"Cookie: " + door.cookie.encode()
    data = (
        request(f"{ECHO}?1", cookie, method=b"GET")
        + request(f"{ECHO}?2", method=b"GET")
        + request(HIDDEN, cookie, method=b"GET")
        + request(f"{ECHO}?3", cookie, b"Connection: close", method=b"GET")
    )
    assert statuses(await exchange(door.port, data)) == [200, 200, 404, 200]
    identities = [len(one.values("X-Parta-Identity")) for one in door.record.of_people()]
    assert identities == [1, 0, 1]


async def test_a_body_is_asked_for_where_the_client_waits_to_be_asked(door: Door) -> None:
    waits = (b"Expect: 100-continue", b"Content-Length: 3", b"Connection: close")
    heard = await exchange(door.port, request(ECHO, *waits, body=b"abc"))
    assert statuses(heard)[-1] == 200
    assert bytes(door.record.seen[0].body) == b"abc"


@pytest.mark.parametrize("method", ["TRACE", "BREW", "PROPFIND"])
async def test_an_odd_method_is_the_services_to_refuse_and_repeats_nothing(
    door: Door, method: str
) -> None:
    answer = await door.send(method, "/login", headers={"Cookie": "theme=secret"})
    assert answer.status_code in (400, 405)
    assert "secret" not in answer.text


async def test_a_connection_that_says_nothing_more_is_not_waited_for(door: Door) -> None:
    """Half a body, and silence: no service has half a form."""
    form = (b"Content-Type: application/x-www-form-urlencoded", b"Origin: " + PUBLIC_URL.encode())
    half = request("/school/submissions", *form, b"Content-Length: 100", body=b"title=x&pull_url=")
    await exchange(door.port, half)
    assert not [one for one in door.record.of_people() if one.is_whole]


async def test_a_thousand_who_never_finish_their_request_keep_nobody_out(door: Door) -> None:
    _allow_files(8192)
    head = request(ECHO)[:-2]
    address = new_address()
    connections = [
        await asyncio.open_connection("127.0.0.1", door.port, local_addr=(address, 0))
        for _ in range(1000)
    ]
    try:
        for _, writer in connections:
            writer.write(head)
        for _ in range(3):
            assert (await door.get("/login")).status_code == 200
    finally:
        for _, writer in connections:
            writer.close()
    assert not [one for one in door.record.seen if one.target == ECHO.encode()]


def _allow_files(count: int) -> None:
    """Both ends of every connection are files of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))
