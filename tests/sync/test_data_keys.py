"""Recovery codes are sealed anew under a new key, beside a running system."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from services.sync.boomstream.recovery import new_recovery, recovery_of
from services.sync.sealed import repository, service
from services.sync.sealed.repository import SealedGrant, count_by_key
from services.sync.sealed.service import reseal_all
from shared.db import Database
from shared.migrations import migrate
from shared.secret import CannotOpen, KeyRing

OLD = KeyRing.generate()
BOTH = KeyRing.with_new_key(OLD)
NEW = BOTH.split(",")[0]
RESOURCE = UUID(int=77)
PEOPLE = [UUID(int=number) for number in range(1, 6)]
AT = datetime(2026, 11, 1, tzinfo=UTC)
MIGRATIONS = Path(service.__file__).parents[1] / "migrations"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """sync's, with five grants that are sealed under the old key."""
    await migrate(database_url, "sync", MIGRATIONS)
    opened = Database(database_url, "sync", pool_size=2)
    await opened.open()
    async with opened.transaction() as connection:
        await connection.execute(
            "INSERT INTO resources (resource_id, kind, title, code, created_at, changed_at)"
            " VALUES ($1, 'video', 'One', 'aaaaaaaa', $2, $2)",
            RESOURCE,
            AT,
        )
        for person_id in PEOPLE:
            sealed, key = new_recovery(KeyRing.parse(OLD), person_id, RESOURCE)
            await connection.execute(
                "INSERT INTO grants (grant_id, person_id, resource_id, wanted, recovery,"
                " recovery_key, next_try_at) VALUES ($1, $1, $2, true, $3, $4, $5)",
                person_id,
                RESOURCE,
                sealed,
                key,
                AT,
            )
    yield opened
    await opened.close()


async def grants(database: Database) -> list[SealedGrant]:
    async with database.transaction() as connection:
        return await repository.lock_page(
            connection, not_under="none", after=repository.FIRST, limit=10
        )


async def in_use(database: Database) -> dict[str, int]:
    async with database.acquire() as connection:
        return await count_by_key(connection)


async def test_all_codes_move_to_the_new_key_and_stay_what_they_were(database: Database) -> None:
    before = [recovery_of(grant, KeyRing.parse(OLD)) for grant in await grants(database)]
    done = await reseal_all(database, KeyRing.parse(BOTH))
    assert (done.resealed, done.sealed_by, done.cannot_open) == (5, {"k2": 5}, {})
    assert [recovery_of(grant, KeyRing.parse(NEW)) for grant in await grants(database)] == before
    with pytest.raises(CannotOpen):
        recovery_of((await grants(database))[0], KeyRing.parse(OLD))


async def test_done_twice_it_does_nothing_more(database: Database) -> None:
    await reseal_all(database, KeyRing.parse(BOTH))
    assert (await reseal_all(database, KeyRing.parse(BOTH))).resealed == 0


async def test_what_was_broken_off_goes_on_where_it_stopped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    write, written = repository.write, 0

    async def break_off(connection: object, resealed: Sequence[tuple[UUID, bytes, str]]) -> None:
        nonlocal written
        if written:
            raise ConnectionError("broken off")
        written += len(resealed)
        await write(connection, resealed)  # type: ignore[arg-type]

    monkeypatch.setattr(repository, "write", break_off)
    with pytest.raises(ConnectionError):
        await reseal_all(database, KeyRing.parse(BOTH))
    assert await in_use(database) == {"k1": 3, "k2": 2}
    monkeypatch.setattr(repository, "write", write)
    done = await reseal_all(database, KeyRing.parse(BOTH))
    assert (done.resealed, done.sealed_by) == (3, {"k2": 5})


async def test_what_no_key_opens_stays_as_it_is_and_is_counted(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "UPDATE grants SET recovery = 'v1:k9:AAAA', recovery_key = 'k9' WHERE grant_id = $1",
            PEOPLE[0],
        )
        # A code that was moved to another's row opens there for nobody.
        await connection.execute(
            "UPDATE grants SET recovery = (SELECT recovery FROM grants WHERE grant_id = $2)"
            " WHERE grant_id = $1",
            PEOPLE[1],
            PEOPLE[2],
        )
    done = await reseal_all(database, KeyRing.parse(BOTH))
    assert (done.resealed, done.cannot_open) == (3, {"grants.recovery": 2})
    assert done.sealed_by == {"k1": 1, "k2": 3, "k9": 1}
