"""The keys that sign: one for all replicas, sealed, renewed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from shared.identity import Verifier
from shared.secret import KeyRing
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk

RING = KeyRing.generate()
AGE = """
UPDATE signing_keys
SET created_at = created_at - $1::interval,
    signs_until = signs_until - $1::interval,
    told_until = told_until - $1::interval
"""


async def count(desk: Desk) -> int:
    found: int = await desk.value("SELECT count(*) FROM signing_keys")
    return found


async def test_replicas_that_start_together_make_one_key(open_desk: OpenDesk) -> None:
    desks = [await open_desk(vault_keys=RING) for _ in range(3)]
    keys = await asyncio.gather(*(desk.auth.keys.current() for desk in desks for _ in range(4)))
    assert len({key.key_id for key in keys}) == 1
    assert await count(desks[0]) == 1


async def test_the_private_half_is_kept_sealed(desk: Desk) -> None:
    await desk.auth.keys.current()
    assert await desk.value("SELECT sealed LIKE 'v1:k1:%' FROM signing_keys")
    assert not await desk.value("SELECT public ? 'd' FROM signing_keys")


async def test_after_thirty_days_a_new_key_signs_and_the_old_one_is_believed_an_hour_more(
    open_desk: OpenDesk,
) -> None:
    before = await open_desk(vault_keys=RING)
    token = await before.auth.tokens.for_service("bot", "auth", None)
    old = await before.auth.keys.current()
    await before.run(AGE.replace("$1", "'30 days 1 minute'"))
    after = await open_desk(vault_keys=RING)
    new = await after.auth.keys.current()
    assert new.key_id != old.key_id
    assert (await Verifier("auth", after.auth.keys).identify(token)).act == "bot"
    told = (await after.auth.keys.list_public())["keys"]
    assert [key["kid"] for key in told] == [old.key_id, new.key_id]
    await after.run("UPDATE signing_keys SET told_until = now() WHERE key_id = $1", old.key_id)
    assert len((await after.auth.keys.list_public())["keys"]) == 1


async def test_a_replica_knows_a_key_that_another_made_after_it_started(
    open_desk: OpenDesk,
) -> None:
    first = await open_desk(vault_keys=RING)
    await first.auth.keys.current()
    await first.run(AGE.replace("$1", "'30 days 1 minute'"))
    second = await open_desk(vault_keys=RING)
    token = await second.auth.tokens.for_service("bot", "auth", None)
    assert (await Verifier("auth", first.auth.keys).identify(token)).act == "bot"


async def test_a_key_grows_too_old_in_the_hand_as_well(desk: Desk) -> None:
    held = await desk.auth.keys.current()
    assert (await desk.auth.keys.current()).key_id == held.key_id
    await desk.run(AGE.replace("$1", "'30 days 1 minute'"))
    desk.auth.keys._current = replace(held, signs_until=datetime.now(UTC))
    assert (await desk.auth.keys.current()).key_id != held.key_id
    assert await count(desk) == 2


async def test_a_key_sealed_under_a_lost_ring_is_replaced(open_desk: OpenDesk) -> None:
    first = await open_desk(vault_keys=RING)
    old = await first.auth.keys.current()
    second = await open_desk(vault_keys=KeyRing.generate())
    assert (await second.auth.keys.current()).key_id != old.key_id


async def test_a_sealed_key_moved_to_another_row_does_not_open(open_desk: OpenDesk) -> None:
    desk = await open_desk(vault_keys=RING)
    old = await desk.auth.keys.current()
    await desk.run("UPDATE signing_keys SET key_id = 'moved'")
    other = await open_desk(vault_keys=RING)
    assert (await other.auth.keys.current()).key_id not in ("moved", old.key_id)
