"""school's app in a test, and a person's browser before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from shared.identity import Identity
from tests.school.serving import ORIGIN, Known, serving
from tests.school.taught import FakeSync
from tests.school.works import Works, works


class Browser:
    """A person's browser, signed in as whom the test says; or another service."""

    def __init__(self, client: httpx.AsyncClient, known: Known) -> None:
        self._client = client
        self._known = known

    def as_person(self, person_id: UUID, *roles: str, locale: str = "en") -> None:
        self._known.identity = Identity(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone="Europe/Moscow"
        )

    def as_service(self, name: str) -> None:
        self._known.identity = Identity(act=name)

    async def get(self, path: str, accept: str = "text/html", **headers: str) -> httpx.Response:
        return await self._client.get(path, headers={"Accept": accept, **headers})

    async def post(self, path: str, csrf: str = "right", **fields: str) -> httpx.Response:
        return await self._client.post(
            path,
            data={"csrf": csrf, **fields},
            headers={"Accept": "text/html", "Origin": ORIGIN, "Cookie": "parta=x"},
        )

    async def command(
        self, path: str, body: dict[str, Any], key: str = "", locale: str = "ru"
    ) -> httpx.Response:
        """What a service asks for in a person's name."""
        headers = {"Accept-Language": locale} | ({"Idempotency-Key": key} if key else {})
        return await self._client.post(path, json=body, headers=headers)


@asynccontextmanager
async def school_pages(
    database_url: str, sync: FakeSync | None = None
) -> AsyncIterator[tuple[Browser, Works]]:
    """school, its sync, a browser, and the people of `works`; all have one clock."""
    async with works(database_url) as school:
        transport = (sync or FakeSync()).transport
        transports, known = {"auth": transport, "sync": transport}, Known()
        async with serving(database_url, school.clock, known, transports=transports) as (_, client):
            yield Browser(client, known), school
