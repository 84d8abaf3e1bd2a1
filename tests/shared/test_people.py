"""People as auth tells of them: the newest word stands, whatever comes when."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import people
from shared.clock import Clock
from shared.db import Database, is_transient
from shared.events import PersonChanged
from shared.people import Person

WHO = UUID(int=1)


async def project(database: Database, *events: PersonChanged) -> None:
    for event in events:
        async with database.transaction() as connection:
            await people.project_person(connection, event, Clock())


async def test_a_person_is_known_by_all_their_accounts(database: Database) -> None:
    told = PersonChanged(
        person_id=WHO,
        version=3,
        name="Аня",
        roles=("student",),
        locale="en",
        zone="Asia/Omsk",
        telegram_id=2**40,
        github_id=7,
        github_login="anya",
        stepik_id=9,
    )
    await project(database, told)
    async with database.acquire() as connection:
        person = await people.get_person(connection, WHO)
        assert person == Person(**told.model_dump())
        assert await people.find_by_telegram(connection, 2**40) == person
        assert await people.find_by_github(connection, 7) == person
        assert await people.list_by_role(connection, "student") == [person]
        assert await people.list_by_role(connection, "curator") == []


async def test_a_person_nobody_told_of_is_a_person_all_the_same(database: Database) -> None:
    stranger = uuid4()
    async with database.acquire() as connection:
        assert await people.get_person(connection, stranger) == Person(stranger)


async def test_who_is_deleted_is_found_by_no_account(database: Database) -> None:
    gone = PersonChanged(person_id=WHO, version=2, name="", telegram_id=5, deleted=True)
    await project(database, gone)
    async with database.acquire() as connection:
        assert await people.find_by_telegram(connection, 5) is None
        assert (await people.get_person(connection, WHO)).deleted


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(versions=st.lists(st.integers(1, 9), min_size=1, max_size=8))
async def test_the_newest_version_stands_in_whatever_order_they_come(
    database: Database, versions: list[int]
) -> None:
    async with database.transaction() as connection:
        await connection.execute("DELETE FROM people")
    await project(
        database,
        *(
            PersonChanged(person_id=WHO, version=version, name=f"v{version}")
            for version in versions
        ),
    )
    async with database.acquire() as connection:
        person = await people.get_person(connection, WHO)
    assert (person.version, person.name) == (max(versions), f"v{max(versions)}")


async def test_a_column_that_a_newer_version_added_disturbs_nobody(
    database: Database, database_url: str
) -> None:
    async with database.acquire() as connection:
        await project(database, PersonChanged(person_id=WHO, version=1, name="Аня"))
        known = await people.get_person(connection, WHO)
        migration = await asyncpg.connect(database_url)
        await migration.execute("ALTER TABLE school.people ADD COLUMN newer text")
        await migration.close()
        assert await people.get_person(connection, WHO) == known


async def test_in_a_transaction_a_statement_that_a_migration_outdated_is_to_be_tried_again(
    database: Database, database_url: str
) -> None:
    async with database.transaction() as connection:
        await people.get_person(connection, WHO)
    migration = await asyncpg.connect(database_url)
    await migration.execute("ALTER TABLE school.people ADD COLUMN newer text")
    await migration.close()
    with pytest.raises(asyncpg.InvalidCachedStatementError) as outdated:
        async with database.transaction() as connection:
            await people.get_person(connection, WHO)
    assert is_transient(outdated.value)
    async with database.transaction() as connection:
        await people.get_person(connection, WHO)
