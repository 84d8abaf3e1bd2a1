"""Both gateways, asked the same."""

import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from parta.postgres import EmbeddedPostgres
from tests.gateway.stand import HOST, PUBLIC_URL, Door, Kind, Stand, door_to
from tests.support.database import drop_database, new_database
from tests.support.nginx import NginxUnavailable, find_nginx
from tests.support.waiting import apart


@pytest.fixture(scope="session")
def stand(postgres: EmbeddedPostgres) -> Iterator[Stand]:
    """Five services and two gateways, once for all these tests."""
    try:
        find_nginx()
    except NginxUnavailable as error:
        pytest.exit(f"nginx: {error}", returncode=1)
    name = apart(new_database(postgres))
    standing = Stand(postgres.url(name))
    with standing.running():
        yield standing
    apart(drop_database(postgres, name))


@pytest.fixture(scope="session")
def cookie(stand: Stand) -> str:
    """A student's session."""
    door = stand.new_person("ann@example.org")
    answer = httpx.post(
        f"http://127.0.0.1:{stand.ports['embedded']}{door}",
        headers={"Host": HOST, "Origin": PUBLIC_URL},
    )
    found = re.match(r"parta=[\w-]+", answer.headers["Set-Cookie"])
    assert found, answer.text
    return found[0]


@pytest.fixture(params=["embedded", "nginx"])
async def door(request: pytest.FixtureRequest, stand: Stand, cookie: str) -> AsyncIterator[Door]:
    """One gateway, and then the other."""
    kind: Kind = request.param
    stand.begin()
    async with door_to(kind, stand, cookie) as opened:
        yield opened
