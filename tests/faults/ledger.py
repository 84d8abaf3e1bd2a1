"""A ledger in the real services: entries that are told as events and counted where they are heard.

The services' own handlers absorb repetition by the versions of what they hear, so a broken inbox
would not be seen by them. Whoever hears an entry writes it down each time: twice handled is two
rows. Nothing of this is known to the services: `run` is `parta run` with their parts given a door
and a handler more.
"""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

import shared.events
from parta.parts import PARTS, Part
from shared import outbox
from shared.clock import Clock
from shared.db import Connection
from shared.events import Event
from shared.web import service_of
from tests.support.processes import run_parta

DOOR = "/hooks/ledger"
MEMORY = 3 << 29
"""Bytes of address space a service may have, as in a container of a gigabyte and a half."""
HANDLER_TIMEOUT = "PARTA_FAULTS_HANDLER_TIMEOUT"

TABLES = """
CREATE TABLE {service}.ledger_keys (key text PRIMARY KEY, last int NOT NULL);
CREATE TABLE {service}.ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id uuid NOT NULL UNIQUE,
    key text NOT NULL,
    place int NOT NULL
);
CREATE TABLE {service}.ledger_effects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id uuid NOT NULL,
    key text NOT NULL,
    place int NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT ALL ON {service}.ledger_keys, {service}.ledger_entries, {service}.ledger_effects
    TO parta_{service};
"""

# Writers of a key wait for one another here: its places are in the order of their commits.
NEXT_PLACE = """
INSERT INTO ledger_keys (key, last)
VALUES ($1, 1)
ON CONFLICT (key) DO UPDATE
SET last = ledger_keys.last + 1
RETURNING last
"""
WRITE = """
INSERT INTO ledger_entries (entry_id, key, place)
VALUES ($1, $2, $3)
ON CONFLICT (entry_id) DO NOTHING
RETURNING entry_id
"""
ENTER = "INSERT INTO ledger_effects (entry_id, key, place) VALUES ($1, $2, $3)"


class SyncEntry(Event):
    """An entry in sync's ledger. `behaviour` is how its handlers behave, `until` for how long."""

    type = "sync.entry.written.v1"
    listeners = ("school", "bot")
    keyed_by = "the ledger's key"

    entry_id: UUID
    ledger_key: str
    place: int
    behaviour: str = ""
    until: datetime | None = None

    def key(self) -> str:
        """Its key."""
        return f"ledger:{self.ledger_key}"


class AuthEntry(SyncEntry):
    """An entry in auth's ledger."""

    type = "auth.entry.written.v1"
    listeners = ("sync", "mail")


CONTRACTS: dict[str, type[SyncEntry]] = {"sync": SyncEntry, "auth": AuthEntry}
"""The books, by who keeps them."""


class Entry(BaseModel):
    """What is asked to be written. Its id is the asker's: asked twice it is written once."""

    entry_id: UUID
    key: str
    behaviour: str = ""
    until: datetime | None = None


router = APIRouter()


@router.post(DOOR, status_code=202)
async def write(request: Request, entries: list[Entry]) -> dict[str, int]:
    """Write entries and tell of them, all in one transaction."""
    service = service_of(request)
    written = 0
    async with service.database.transaction() as connection:
        for entry in sorted(entries, key=lambda one: one.key):
            place = await connection.fetchval(NEXT_PLACE, entry.key)
            if await connection.fetchval(WRITE, entry.entry_id, entry.key, place) is None:
                continue
            written += 1
            await outbox.record(
                connection,
                CONTRACTS[service.name](
                    entry_id=entry.entry_id,
                    ledger_key=entry.key,
                    place=place,
                    behaviour=entry.behaviour,
                    until=entry.until,
                ),
            )
    return {"written": written}


async def enter(connection: Connection, event: SyncEntry, clock: Clock) -> None:
    """Write down that this was heard, then behave as the entry says."""
    await connection.execute(ENTER, event.entry_id, event.ledger_key, event.place)
    if event.behaviour:
        await BEHAVIOURS[event.behaviour](event)


async def _raise(_: SyncEntry) -> None:
    raise ValueError("this cannot be handled")


async def _hang(_: SyncEntry) -> None:
    await asyncio.Event().wait()


async def _allocate(_: SyncEntry) -> None:
    bytearray(2 << 30)


async def _kill(_: SyncEntry) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _block(_: SyncEntry) -> None:
    time.sleep(5)  # noqa: ASYNC251 - the whole process stands still, which is the point


async def _slow(event: SyncEntry) -> None:
    """A second each, for as long as the entry says."""
    await _take_seconds(1, event.until)


async def _long(event: SyncEntry) -> None:
    """Longer than an impatient broker waits, shorter than a handler may take."""
    await _take_seconds(8, event.until)


async def _take_seconds(seconds: float, until: datetime | None) -> None:
    left = seconds if until is None else (until - datetime.now(UTC)).total_seconds()
    if left > 0:
        await asyncio.sleep(min(seconds, left))


BEHAVIOURS: dict[str, Callable[[SyncEntry], Awaitable[None]]] = {
    "raise": _raise,
    "hang": _hang,
    "allocate": _allocate,
    "kill": _kill,
    "block": _block,
    "slow": _slow,
    "long": _long,
}


class PartWithLedger(Part):
    """A service as it is, with a door for entries and a handler for those it hears."""

    def create_app(self, settings: Any, **wiring: Any) -> Any:
        """Its app."""
        app = super().create_app(settings, **wiring)
        app.include_router(router)
        service = app.state.service
        heard = [contract for contract in CONTRACTS.values() if self.name in contract.listeners]
        service.consumer = replace(
            service.consumer,
            subscriptions=[*service.consumer.subscriptions, *((one, enter) for one in heard)],
            handler_timeout=float(os.environ.get(HANDLER_TIMEOUT) or 10),
        )
        return app


def register() -> None:
    """Make the ledger's contracts known in this process."""
    contracts = tuple(CONTRACTS.values())
    known = shared.events.EVENTS
    for module in list(sys.modules.values()):
        # Whoever has taken the list by its name already has it anew.
        if getattr(module, "EVENTS", None) is known:
            vars(module)["EVENTS"] = (*known, *contracts)
    shared.events.BY_TYPE.update({contract.type: contract for contract in contracts})


def run(arguments: Sequence[str], environment: dict[str, str], log: str, printed: str = "") -> None:
    """One of Parta's commands in this process, with the ledger; ends the process."""
    register()
    PARTS.update({name: PartWithLedger(name) for name in PARTS})
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    run_parta(list(arguments), environment, log, printed)
