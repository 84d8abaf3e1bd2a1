"""Everything sealed is sealed anew under a new key, beside a running system."""

from collections.abc import Awaitable, Callable

import pytest

from services.auth.letters.service import Letters
from services.auth.letters.texts import confirm
from services.auth.sealed import repository
from services.auth.sealed.repository import COLUMNS
from services.auth.sealed.service import count_by_key, reseal_all
from shared.secret import KeyRing
from shared.texts import Catalogue
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk
from tests.auth.granting import OTHER, PERSON, System, add_person, ask, grow_old, keep, vault_at

OLD = KeyRing.generate()
BOTH = KeyRing.with_new_key(OLD)
NEW = BOTH.split(",")[0]


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    """What was sealed under the old key: two rights with access, and a key that signs."""
    desk = await open_desk(vault_keys=OLD)
    vault_at(desk, System())
    for person_id in (PERSON, OTHER):
        await add_person(desk, person_id)
        await keep(desk, person_id)
    await desk.auth.keys.current()
    return desk


async def in_use(desk: Desk) -> dict[str, int]:
    async with desk.auth.database.acquire() as connection:
        return await count_by_key(connection)


async def test_all_that_is_sealed_moves_to_the_new_key_and_opens_there(
    desk: Desk, open_desk: OpenDesk
) -> None:
    assert await in_use(desk) == {"k1": 5}
    done = await reseal_all(desk.auth.database, KeyRing.parse(BOTH))
    assert (done.resealed, done.sealed_by, done.cannot_open) == (5, {"k2": 5}, {})
    signing = await desk.auth.keys.current()
    without_old = await open_desk(vault_keys=NEW)
    system = System()
    vault_at(without_old, system)
    assert (await ask(without_old)).access_token
    await grow_old(without_old)
    assert (await ask(without_old, OTHER)).access_token == "access-token-1"
    assert (await without_old.auth.keys.current()).key_id == signing.key_id


class Postman:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.carried: list[bytes] = []

    async def carry(
        self, message: bytes, *, recipient: str, begin: Callable[[], Awaitable[None]]
    ) -> None:
        await begin()
        self.carried.append(message)


def letters_of(ring: str, postman: Postman) -> Letters:
    return Letters(
        ring=KeyRing.parse(ring),
        catalogue=Catalogue(),
        home="http://localhost:8080",
        sender="parta@example.org",
        postman=postman,
    )


async def test_a_letter_that_waits_is_sent_after_its_key_is_gone(desk: Desk) -> None:
    database, postman = desk.auth.database, Postman()
    async with database.transaction() as connection:
        await letters_of(OLD, postman).record(
            connection, confirm, to="ann@example.org", locale="en", path="/here"
        )
    assert (await reseal_all(database, KeyRing.parse(BOTH))).resealed == 6
    assert await letters_of(NEW, postman).send_one(database, desk.auth.clock) == 1
    assert b"http://localhost:8080/here" in postman.carried[0]


async def test_done_twice_it_does_nothing_more(desk: Desk) -> None:
    await reseal_all(desk.auth.database, KeyRing.parse(BOTH))
    assert (await reseal_all(desk.auth.database, KeyRing.parse(BOTH))).resealed == 0


async def test_what_was_broken_off_goes_on_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.auth.sealed.service.AT_ONCE", 1)
    write = repository.write
    written = []

    async def break_off(*arguments: object) -> None:
        if len(written) == 3:
            raise ConnectionError("broken off")
        written.append(arguments)
        await write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(repository, "write", break_off)
    with pytest.raises(ConnectionError):
        await reseal_all(desk.auth.database, KeyRing.parse(BOTH))
    before = await in_use(desk)
    assert set(before) == {"k1", "k2"}
    monkeypatch.setattr(repository, "write", write)
    done = await reseal_all(desk.auth.database, KeyRing.parse(BOTH))
    assert (done.resealed, done.sealed_by) == (before["k1"], {"k2": 5})


async def test_what_cannot_be_opened_stays_as_it_is_and_is_counted(desk: Desk) -> None:
    await desk.run("UPDATE rights SET sealed = 'v1:k9:AAAA' WHERE person_id = $1", OTHER)
    done = await reseal_all(desk.auth.database, KeyRing.parse(BOTH))
    assert done.cannot_open == {"rights.sealed": 1}
    assert done.sealed_by == {"k2": 4, "k9": 1}
    moved = "UPDATE rights SET access_sealed = sealed WHERE person_id = $1"
    await desk.run(moved, PERSON)
    back = KeyRing.parse(",".join(reversed(BOTH.split(","))))
    assert (await reseal_all(desk.auth.database, back)).cannot_open == {
        "rights.sealed": 1,
        "rights.access_sealed": 1,
    }


async def test_every_column_of_sealed_values_is_known(desk: Desk) -> None:
    """A new one is added to `COLUMNS`, or its values are lost with the key."""
    async with desk.auth.database.acquire() as connection:
        rows = await connection.fetch(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'auth' AND column_name LIKE '%sealed%'"
        )
    assert {f"{row['table_name']}.{row['column_name']}" for row in rows} == {
        column.name for column in COLUMNS
    }
