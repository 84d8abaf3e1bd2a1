"""The first workload: entries in the ledgers of sync and auth, many keys side by side."""

import asyncio
import contextlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from tests.faults import ledger
from tests.faults.checker import Effect, Found
from tests.faults.journal import Journal, Outcome
from tests.faults.wiring import HOOK
from tests.faults.world import World

TRIES = 8
"""Half of those that are refused or get no answer so often stay as they are, the rest go on."""
PAUSE = 0.25
PATIENCE = 8.0

COMMITTED = "SELECT entry_id FROM {book}.ledger_entries WHERE key LIKE $1"
EFFECTS = """
SELECT entry_id, key, place FROM {consumer}.ledger_effects WHERE key LIKE $1 ORDER BY id
"""
DOUBLED = "SELECT count(*) - count(DISTINCT entry_id) FROM {consumer}.ledger_effects"
DEAD = "SELECT body FROM {consumer}.parked WHERE dead_at IS NOT NULL"
MISSING = """
SELECT count(*)
FROM {book}.ledger_entries entries
WHERE key LIKE $1
    AND NOT EXISTS (
        SELECT FROM {consumer}.ledger_effects effects WHERE effects.entry_id = entries.entry_id
    )
"""


def listeners() -> dict[str, tuple[str, ...]]:
    """Who hears each book."""
    return {book: contract.listeners for book, contract in ledger.CONTRACTS.items()}


@dataclass(repr=False)
class Entries:
    """Writes entries through the doors of both services, a batch of keys at a time, in order.

    Each batch is one request and one transaction. One without a clear answer is asked for again
    under the same ids, as a careful caller does; some callers give up.
    """

    world: World
    journal: Journal
    name: str
    random: random.Random
    rate: float
    """Entries a second, of both books together."""
    batch: int = 5
    callers: int = 2
    """For each book, each with keys of its own."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _bursts: int = 0
    _took: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Begin to write."""
        for book in ledger.CONTRACTS:
            for number in range(self.callers):
                self._tasks.append(asyncio.create_task(self._write(book, number)))

    async def stop(self) -> None:
        """End, when what was asked for has its answer or is given up."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _write(self, book: str, number: int) -> None:
        every = self.batch * self.callers * len(ledger.CONTRACTS) / self.rate
        keys = [f"{self.name}:{book}:{number}:{key}" for key in range(self.batch)]
        async with self._client(book) as client:
            while not self._stopping.is_set():
                await self.ask(client, book, keys)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(every * self.random.uniform(0.5, 1.5)):
                        await self._stopping.wait()

    def _client(self, book: str) -> httpx.AsyncClient:
        url = f"http://127.0.0.1:{self.world.wire(book, HOOK).port}"
        return httpx.AsyncClient(base_url=url, timeout=PATIENCE)

    async def ask(
        self,
        client: httpx.AsyncClient,
        book: str,
        keys: Sequence[str],
        behaviour: str = "",
        *,
        poison: bool = False,
    ) -> None:
        """One entry for each key; asked again until there is an answer, or patience ends."""
        entries = {str(UUID(int=self.random.getrandbits(128), version=4)): key for key in keys}
        asked = [
            {"entry_id": name, "key": key, "behaviour": behaviour} for name, key in entries.items()
        ]
        most = TRIES if self.random.random() < 0.5 else 1000
        for _ in range(most):
            self.journal.note("invoke", entries, book=book, poison=poison)
            outcome = await self._outcome(client, asked)
            self.journal.note(outcome, entries, book=book, poison=poison)
            if outcome == "ok":
                return
            await asyncio.sleep(PAUSE * self.random.uniform(0.5, 1.5))

    async def _outcome(
        self, client: httpx.AsyncClient, asked: Sequence[Mapping[str, object]]
    ) -> Outcome:
        try:
            answer = await client.post(ledger.DOOR, json=asked)
        except httpx.ConnectError:
            return "fail"
        except httpx.TransportError:
            return "unknown"
        self._took.append(answer.elapsed.total_seconds())
        if answer.status_code == 202:
            return "ok"
        # A server error may hide a commit whose answer was lost.
        return "unknown" if answer.status_code >= 500 else "fail"

    async def burst(self, count: int, behaviour: str = "", *, poison: bool = False) -> None:
        """Many at once, each with a key of its own; they are written when this returns."""
        self._bursts += 1
        for book in ledger.CONTRACTS:
            keys = [
                f"{self.name}:{book}:burst{self._bursts}:{number:04}"
                for number in range(count // len(ledger.CONTRACTS))
            ]
            async with self._client(book) as client:
                await self.ask(client, book, keys, behaviour, poison=poison)

    async def bursts_arrived(self, *consumers: str, which: str = "%") -> bool:
        """Whether these have all entries of every burst."""
        for book, listening in listeners().items():
            for consumer in set(consumers) & set(listening):
                if await self.world.count(
                    MISSING.format(book=book, consumer=consumer),
                    f"{self.name}:{book}:burst{which}:%",
                ):
                    return False
        return True

    async def last_burst_arrived(self, *consumers: str) -> bool:
        """Whether these have all entries of the newest burst."""
        return await self.bursts_arrived(*consumers, which=str(self._bursts))

    def took(self) -> list[float]:
        """Seconds that each answer took, since this was last asked."""
        took, self._took = self._took, []
        return took

    async def arrived(self) -> bool:
        """Whether everything has."""
        return not await self.rest()

    async def rest(self) -> list[str]:
        """What has not arrived yet."""
        waiting = []
        for book, consumers in listeners().items():
            for consumer in consumers:
                missing = await self.world.count(
                    MISSING.format(book=book, consumer=consumer), f"{self.name}:%"
                )
                if missing and missing > (dead := len(await self._dead(book, consumer))):
                    waiting.append(f"{missing - dead} entries of {book} at {consumer}")
        return waiting

    async def find(self) -> Found:
        """What there is."""
        committed: list[str] = []
        effects: list[Effect] = []
        dead: list[tuple[str, str]] = []
        for book, consumers in listeners().items():
            mine = f"{self.name}:{book}:%"
            rows = await self.world.fetch(COMMITTED.format(book=book), mine)
            committed += [str(row["entry_id"]) for row in rows]
            for consumer in consumers:
                rows = await self.world.fetch(EFFECTS.format(consumer=consumer), mine)
                effects += [
                    Effect(consumer, str(row["entry_id"]), row["key"], row["place"]) for row in rows
                ]
                dead += [(consumer, name) for name in await self._dead(book, consumer)]
        return Found(effects, committed, dead)

    async def doubled(self) -> int:
        """How many entries of whatever fault before happened twice at one consumer."""
        consumers = {one for listening in listeners().values() for one in listening}
        return sum(
            [await self.world.count(DOUBLED.format(consumer=one)) for one in sorted(consumers)]
        )

    async def _dead(self, book: str, consumer: str) -> list[str]:
        """Entries of ours that a consumer has given up."""
        names = []
        for row in await self.world.fetch(DEAD.format(consumer=consumer)):
            with contextlib.suppress(ValueError, KeyError):
                entry = json.loads(row["body"])
                if entry["ledger_key"].startswith(f"{self.name}:{book}:"):
                    names.append(entry["entry_id"])
        return names
