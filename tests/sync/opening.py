"""Grants in a real database, a granter, and the sandbox's Boomstream that it speaks to."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from prometheus_client import CollectorRegistry, Counter
from pydantic import SecretStr

from sandbox.boomstream.film_list import SUBSCRIPTION, VIDEOS
from services.sync.boomstream.addresses import Addresses
from services.sync.boomstream.client import Boomstream, Format
from services.sync.boomstream.comparing import Comparer
from services.sync.boomstream.granting import Granter
from services.sync.boomstream.recovery import new_recovery
from services.sync.emails import Emails
from shared.clock import Clock
from shared.db import Database
from shared.secret import KeyRing
from tests.sandbox.serving import Served, serve

KEY = "boomstream-key"
KEYS = KeyRing.generate()
RING = KeyRing.parse(KEYS)
Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]


class WorldClock(Clock):
    """The sandbox's: time passes for both together."""

    def __init__(self, hub: Served) -> None:
        super().__init__()
        self._hub = hub

    def now(self) -> datetime:
        return self._hub.clock.now()


def new_client(
    url: str, *, transport: httpx.AsyncBaseTransport | None = None, format: Format = "json"
) -> Boomstream:
    """A client of its own, towards the sandbox or a wire of the test's."""
    asked = Counter("asked", "Asked", ["method", "answer"], registry=CollectorRegistry())
    transport = transport or httpx.AsyncHTTPTransport(verify=False)
    return Boomstream(url, SecretStr(KEY), asked=asked, transport=transport, format=format)


@dataclass
class Auth:
    """What auth says of e-mail addresses, to whom, and whether it answers."""

    emails: dict[UUID, str] = field(default_factory=dict)
    is_away: bool = False
    asked: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        told = {str(person_id): email for person_id, email in self.emails.items()}
        return httpx.Response(503) if self.is_away else httpx.Response(200, json={"emails": told})


@dataclass
class Opening:
    """All of it. `wrap` puts something between the next granters and the wire."""

    hub: Served
    database: Database
    clock: WorldClock
    auth: Auth
    wrap: Wrap = lambda transport: transport
    clients: list[Boomstream] = field(default_factory=list)
    subscription: str = SUBSCRIPTION

    def _client(self) -> Boomstream:
        transport = self.wrap(httpx.AsyncHTTPTransport(verify=False))
        client = new_client(f"{self.hub.settings.url}/boomstream", transport=transport)
        self.clients.append(client)
        return client

    def granter(self, *, ring: KeyRing = RING, database: Database | None = None) -> Granter:
        """One more replica."""
        auth = httpx.AsyncClient(
            transport=httpx.MockTransport(self.auth), base_url="http://auth.test"
        )
        addresses = Addresses(Emails(auth), "https://school.example")
        return Granter(
            database or self.database,
            self._client(),
            ring,
            addresses,
            subscription=self.subscription,
        )

    def comparer(self, *, database: Database | None = None) -> Comparer:
        return Comparer(
            database or self.database, self._client(), RING, subscription=self.subscription
        )

    async def resource(
        self,
        code: str = VIDEOS[0][0],
        *,
        kind: str = "video",
        subscription: str | None = None,
    ) -> UUID:
        """A video, or a collection."""
        resource_id = uuid4()
        await self.execute(
            """
            INSERT INTO resources (
                resource_id, kind, title, code, subscription, created_at, changed_at
            )
            VALUES ($1, $2, $3, $3, $4, $5, $5)
            """,
            resource_id,
            kind,
            code,
            subscription,
            self.clock.now(),
        )
        return resource_id

    async def grant(self, resource_id: UUID, *, wanted: bool = True) -> UUID:
        """Somebody is to have it; gives who."""
        person_id = uuid4()
        sealed, key_id = new_recovery(RING, person_id, resource_id)
        await self.execute(
            """
            INSERT INTO grants (
                grant_id, person_id, resource_id, wanted, recovery, recovery_key, next_try_at
            )
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            uuid4(),
            person_id,
            resource_id,
            wanted,
            sealed,
            key_id,
            self.clock.now(),
        )
        self.auth.emails[person_id] = f"{person_id.hex[:12]}@example.org"
        return person_id

    async def want(self, person_id: UUID, wanted: bool) -> None:
        """An operator decides."""
        await self.execute(
            """
            UPDATE grants
            SET wanted = $2, version = version + 1, attempts = 0, next_try_at = $3
            WHERE person_id = $1 AND wanted <> $2
            """,
            person_id,
            wanted,
            self.clock.now(),
        )

    async def row(self, person_id: UUID) -> Any:
        (row,) = await self.rows("SELECT * FROM grants WHERE person_id = $1", person_id)
        return row

    async def rows(self, query: str, *values: Any) -> list[Any]:
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def execute(self, query: str, *values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(query, *values)

    async def work(self, granter: Granter | None = None) -> int:
        """Do all that is due; gives how many grants that took."""
        granter = granter or self.granter()
        done = 0
        while taken := await granter.grant_some(self.database, self.clock):
            done += taken
        return done

    async def compare(self) -> None:
        """A day later."""
        comparer = self.comparer()
        await comparer.compare_next(self.database, self.clock)
        self.hub.clock.advance(24 * 3600 + 1)
        await self.execute("UPDATE boomstream_subscriptions SET next_at = $1", self.clock.now())
        while await comparer.compare_next(self.database, self.clock):
            pass

    async def let_leases_pass(self) -> None:
        """Leases and waits are by the real clock: they move back instead."""
        await self.execute("UPDATE grants SET lease_until = now() WHERE lease_until > now()")
        await self.let_waits_pass()
        await self.execute("UPDATE boomstream_subscriptions SET lease_until = now()")

    async def let_waits_pass(self) -> None:
        await self.execute("UPDATE boomstream_calls SET paused_until = now()")

    async def deeds(self, person_id: UUID) -> list[str]:
        """The journal."""
        query = "SELECT deed FROM access_journal WHERE person_id = $1 ORDER BY entry_id"
        return [row["deed"] for row in await self.rows(query, person_id)]

    async def buyers(self, *people: UUID) -> list[dict[str, Any]]:
        """Who may watch at Boomstream; of these people alone, if any are named."""
        told = await self.hub.get("/boomstream/buyers", limit=100_000)
        buyers: Iterable[dict[str, Any]] = told["buyers"]
        emails = {self.auth.emails[one] for one in people}
        return [one for one in buyers if not people or one["email"] in emails]

    async def counts(self) -> dict[str, int]:
        """Requests by method."""
        told = (await self.hub.get("/counts")).get("boomstream", {})
        return {method: count["requests"] for method, count in told.items()}


@asynccontextmanager
async def opening(database_url: str, *, subscription: str = SUBSCRIPTION) -> AsyncIterator[Opening]:
    """Everything, started; closed at the end."""
    async with serve() as hub:
        database = Database(database_url, "sync")
        await database.open()
        house = Opening(hub, database, WorldClock(hub), Auth(), subscription=subscription)
        try:
            yield house
        finally:
            for client in house.clients:
                await client.aclose()
            await database.close()
