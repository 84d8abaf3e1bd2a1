"""Granting: what is wanted is what Boomstream has, whatever fails on the way."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from sandbox.boomstream.film_list import COLLECTION, SUBSCRIPTION, VIDEOS
from services.sync.boomstream.beginning import begin_granting
from services.sync.boomstream.granting import AT_A_TIME, LADDER
from services.sync.boomstream.recovery import new_recovery, recovery_of, reseal_recovery
from services.sync.service import SyncService
from services.sync.settings import SyncSettings
from shared.secret import CannotOpen, KeyRing
from shared.settings import WrongSetting
from tests.sync.opening import KEY, RING, opening

VIDEO = VIDEOS[0][0]


@dataclass
class Interfering(httpx.AsyncBaseTransport):
    """Something happens between a call's answer and its reader; how many calls were under way."""

    inner: httpx.AsyncBaseTransport
    after: Any = None
    under_way: int = 0
    most: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            response = await self.inner.handle_async_request(request)
            if self.after is not None:
                await self.after()
            return response
        finally:
            self.under_way -= 1

    async def aclose(self) -> None:
        await self.inner.aclose()


async def test_what_is_wanted_is_opened_and_confirmed(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        assert await house.work() == 1
        row = await house.row(lena)
        (buyer,) = await house.buyers()
        assert row["granted"]
        assert row["granted_at"] == house.clock.now()
        assert (row["told"], row["expires_at"], row["error"]) == (False, None, None)
        assert buyer["hash"] == recovery_of(row_of(row), RING)
        assert (buyer["media"], buyer["email"]) == (VIDEO, house.auth.emails[lena])
        assert await house.deeds(lena) == ["granted"]
        assert await house.work() == 0
        assert await house.counts() == {"addbuyer": 1}
        page = await house.hub.http.get(f"/boomstream/player/{VIDEO}?id_recovery={buyer['hash']}")
        assert page.status_code == 200


async def test_what_is_not_wanted_any_more_is_closed(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        await house.execute("UPDATE grants SET told = true")
        await house.want(lena, False)
        await house.work()
        row = await house.row(lena)
        assert await house.buyers() == []
        assert not row["granted"]
        assert (row["granted_at"], row["told"]) == (None, False)
        assert await house.deeds(lena) == ["granted", "withdrawn"]


async def test_who_is_gone_there_already_is_closed(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        (buyer,) = await house.buyers()
        await house.hub.post("/boomstream/buyers", hash=buyer["hash"], gone=True)
        await house.want(lena, False)
        await house.work()
        row = await house.row(lena)
        assert not row["granted"]
        assert row["error"] is None


async def test_a_collection_is_opened_without_a_video(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource(COLLECTION[0], kind="collection"))
        await house.work()
        (buyer,) = await house.buyers()
        assert buyer["media"] is None
        for code in (VIDEO, COLLECTION[0]):
            path = f"/boomstream/player/{code}?id_recovery={buyer['hash']}"
            assert (await house.hub.http.get(path)).status_code == 200


async def test_who_has_proved_no_address_gets_one_of_no_mailbox(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        house.auth.emails.clear()
        await house.work()
        house.auth.emails[lena] = f"{lena}@school.example"
        assert len(await house.buyers(lena)) == 1


async def test_death_between_call_and_confirmation_repeats_the_call_and_makes_no_double(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource())

        async def die() -> None:
            raise asyncio.CancelledError

        house.wrap = lambda inner: Interfering(inner, die)
        await house.granter().grant_some(house.database, house.clock)
        assert len(await house.buyers()) == 1
        house.wrap = lambda inner: inner
        assert await house.work() == 0, "its lease runs"
        await house.let_leases_pass()
        assert await house.work() == 1
        assert len(await house.buyers()) == 1
        assert await house.counts() == {"addbuyer": 2}


async def test_a_wish_that_turns_while_the_call_runs_is_fulfilled_next(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())

        async def change_mind() -> None:
            await house.want(lena, False)

        house.wrap = lambda inner: Interfering(inner, change_mind)
        await house.work()
        assert await house.buyers() == []
        assert await house.deeds(lena) == ["granted", "withdrawn"]


async def test_of_two_whose_calls_crossed_neither_is_believed(database_url: str) -> None:
    """One stood still before its answer until its lease had run out; an operator closed, another
    took it in hand. The first one's call came last at Boomstream, its answer first."""
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        reached, released = asyncio.Event(), asyncio.Event()

        async def wait() -> None:
            reached.set()
            await released.wait()

        house.wrap = lambda inner: Interfering(inner, wait)
        second = house.granter()
        going: list[asyncio.Task[int]] = []

        async def stand_still() -> None:
            await house.let_leases_pass()
            await house.want(lena, False)
            await house.execute("UPDATE grants SET granted = true")
            going.append(asyncio.create_task(second.grant_some(house.database, house.clock)))
            await reached.wait()
            assert await house.buyers() == []
            code = recovery_of(row_of(await house.row(lena)), RING)
            await house.hub.post("/boomstream/buyers", hash=code, email="late@example.org")

        house.wrap = lambda inner: Interfering(inner, stand_still)
        await house.granter().grant_some(house.database, house.clock)
        released.set()
        assert await going[0] == 1
        house.wrap = lambda inner: inner
        await house.let_leases_pass()
        await house.work()
        assert await house.buyers() == []
        assert not (await house.row(lena))["granted"]


async def test_however_many_replicas_a_few_calls_run_at_a_time(database_url: str) -> None:
    async with opening(database_url) as house:
        wires: list[Interfering] = []
        held, most = asyncio.Event(), 0

        def wrap(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
            wires.append(Interfering(inner, count))
            return wires[-1]

        async def count() -> None:
            nonlocal most
            most = max(most, sum(wire.under_way for wire in wires))
            await asyncio.sleep(0)

        resource_id = await house.resource()
        for _ in range(30):
            await house.grant(resource_id)
        house.wrap = wrap
        replicas = [house.granter() for _ in range(5)]
        while not held.is_set():
            await asyncio.gather(*(house.work(one) for one in replicas))
            rows = await house.rows("SELECT count(*) AS n FROM grants WHERE NOT granted")
            if rows[0]["n"] == 0:
                held.set()
        assert 1 < most <= AT_A_TIME
        assert len(await house.buyers()) == 30
        assert await house.counts() == {"addbuyer": 30}


async def test_while_boomstream_is_away_the_ladder_is_climbed(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.hub.post("/faults", system="boomstream", status=503, times=8)
        for attempt, wait in enumerate([*LADDER, LADDER[-1], LADDER[-1]], start=1):
            assert await house.work() == 1
            row = await house.row(lena)
            assert row["attempts"] == attempt
            assert row["next_try_at"] == house.clock.now() + wait
            assert row["error"] == "it answers 503"
            house.hub.clock.advance(wait.total_seconds() - 1)
            await house.let_waits_pass()
            assert await house.work() == 0
            house.hub.clock.advance(1)
        assert await house.work() == 1
        row = await house.row(lena)
        assert (row["granted"], row["attempts"], row["error"]) == (True, 0, None)
        assert await house.deeds(lena) == ["granted"]


async def test_while_a_wait_runs_no_replica_sends_anything(database_url: str) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        await house.grant(resource_id)
        await house.hub.post("/faults", system="boomstream", retry_after=600)
        await house.work()
        for _ in range(3):
            await house.grant(resource_id)
            assert await house.work(house.granter()) == 0
        assert await house.counts() == {"addbuyer": 1}
        house.hub.clock.advance(60)
        await house.let_waits_pass()
        assert await house.work(house.granter()) == 4


async def test_without_boomstreams_word_all_rest_for_seconds(database_url: str) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        await house.hub.post("/faults", system="boomstream", status=500, times=100)
        for _ in range(20):
            await house.grant(resource_id)
        assert await house.work() == AT_A_TIME
        assert await house.counts() == {"addbuyer": AT_A_TIME}


@pytest.mark.parametrize(
    "message",
    ["Media not found", "Buyer already exists", "Access denied", "Email is not valid", "Nonsense"],
)
async def test_a_refusal_stands_for_operators_and_is_asked_again_in_hours(
    database_url: str, message: str
) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.hub.post("/boomstream/refusals", message=message, times=2)
        for _ in range(2):
            assert await house.work() == 1
            row = await house.row(lena)
            assert (row["granted"], row["error"]) == (False, message)
            assert row["next_try_at"] == house.clock.now() + timedelta(hours=6)
            house.hub.clock.advance(6 * 3600)
        assert await house.deeds(lena) == ["refused"], "the same words are written down once"
        await house.work()
        assert await house.deeds(lena) == ["refused", "granted"]


async def test_a_key_that_is_refused_costs_nobody_an_attempt(database_url: str) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        people = [await house.grant(resource_id) for _ in range(AT_A_TIME * 2)]
        await house.hub.post("/boomstream/refusals", message="Invalid API key", times=AT_A_TIME)
        await house.work()
        assert await house.counts() == {"addbuyer": AT_A_TIME}
        assert {(await house.row(one))["attempts"] for one in people} == {0}
        assert [await house.deeds(one) for one in people] == [[]] * len(people)
        house.hub.clock.advance(301)
        await house.let_waits_pass()
        assert await house.work() == len(people)


async def test_while_auth_is_away_nothing_is_sent_and_withdrawing_goes_on(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        gone = await house.grant(resource_id)
        await house.work()
        await house.want(gone, False)
        house.auth.is_away = True
        await house.work()
        assert await house.buyers() == []
        lena = await house.grant(resource_id)
        await house.work()
        row = await house.row(lena)
        assert (row["granted"], row["attempts"]) == (False, 0)
        assert row["error"].startswith("auth does not say")
        house.auth.is_away = False
        house.hub.clock.advance(31)
        await house.work()
        assert (await house.row(lena))["granted"]


async def test_access_that_ran_out_is_prolonged_by_the_period(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.hub.post("/boomstream/subscriptions", code=SUBSCRIPTION, period_days=30)
        lena = await house.grant(await house.resource())
        await house.work()
        await house.execute("UPDATE grants SET told = true")
        began = house.clock.now()
        row = await house.row(lena)
        assert row["expires_at"] == began + timedelta(days=30)
        house.hub.clock.advance(30 * 24 * 3600 - 1)
        assert await house.work() == 0
        house.hub.clock.advance(1)
        assert await house.work() == 1
        row = await house.row(lena)
        assert row["expires_at"] == began + timedelta(days=60)
        assert (row["granted"], row["granted_at"], row["told"]) == (True, began, True)
        assert await house.deeds(lena) == ["granted", "restored"]
        (buyer,) = await house.buyers()
        assert not buyer["is_over"]
        assert (await house.counts())["updatebuyer"] == 1


async def test_access_that_ran_out_is_prolonged_to_the_subscriptions_own_end(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        subscription = {"code": SUBSCRIPTION, "expires_at": "2026-10-01 00:00:00"}
        await house.hub.post("/boomstream/subscriptions", **subscription)
        lena = await house.grant(await house.resource())
        await house.work()
        house.hub.clock.advance(40 * 24 * 3600)
        await house.work()
        row = await house.row(lena)
        assert not row["granted"]
        assert "run out" in row["error"]
        subscription["expires_at"] = "2027-01-01 00:00:00"
        await house.hub.post("/boomstream/subscriptions", **subscription)
        house.hub.clock.advance(6 * 3600)
        await house.work()
        row = await house.row(lena)
        assert row["granted"]
        assert row["expires_at"].isoformat() == "2026-12-31T21:00:00+00:00"
        assert await house.deeds(lena) == ["granted", "refused", "restored"]


async def test_a_subscription_without_end_prolongs_for_ever(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        (buyer,) = await house.buyers()
        await house.hub.post(
            "/boomstream/buyers", hash=buyer["hash"], expires_at="2026-09-01 15:00:01"
        )
        await house.execute("UPDATE grants SET expires_at = $1", house.clock.now())
        house.hub.clock.advance(2)
        await house.work()
        assert (await house.row(lena))["expires_at"] is None
        assert (await house.buyers())[0]["expires_at"] is None


async def test_a_buyer_who_is_not_activated_is_activated(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.hub.post("/boomstream/subscriptions", code=SUBSCRIPTION, starts_inactive=True)
        lena = await house.grant(await house.resource())
        await house.work()
        (buyer,) = await house.buyers()
        assert buyer["is_active"]
        assert (await house.row(lena))["granted"]
        assert await house.counts() == {"addbuyer": 1, "info": 1, "updatebuyer": 1}


async def test_without_any_subscription_the_operator_is_told(database_url: str) -> None:
    async with opening(database_url, subscription="") as house:
        lena = await house.grant(await house.resource())
        await house.work()
        assert "BOOMSTREAM_SUBSCRIPTION" in (await house.row(lena))["error"]
        assert await house.counts() == {}


async def test_a_resource_may_name_its_own_subscription(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.hub.post("/boomstream/subscriptions", code="Second22")
        await house.hub.post("/boomstream/films", code="Other123", subscription="Second22")
        await house.grant(await house.resource("Other123", subscription="Second22"))
        await house.work()
        (buyer,) = await house.buyers()
        assert buyer["subscription"] == "Second22"


async def test_a_code_that_no_key_opens_stands_for_operators(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work(house.granter(ring=KeyRing.parse(KeyRing.generate("k9"))))
        assert "DATA_KEYS" in (await house.row(lena))["error"]
        assert await house.deeds(lena) == ["refused"]
        assert await house.counts() == {}


def test_a_code_opens_in_its_own_grant_alone_and_under_later_keys() -> None:
    first = KeyRing.generate()
    ring = KeyRing.parse(first)
    sealed, key_id = new_recovery(ring, UUID(int=1), UUID(int=2))
    grant = Sealed(UUID(int=1), UUID(int=2), sealed)
    code = recovery_of(grant, ring)
    assert len(code) == 32
    assert code.encode() not in sealed
    for moved in (
        Sealed(UUID(int=1), UUID(int=3), sealed),
        Sealed(UUID(int=2), UUID(int=2), sealed),
    ):
        with pytest.raises(CannotOpen):
            recovery_of(moved, ring)
    newer = KeyRing.parse(KeyRing.with_new_key(first))
    anew, new_id = reseal_recovery(newer, grant)
    assert (key_id, new_id) == ("k1", "k2")
    assert recovery_of(Sealed(UUID(int=1), UUID(int=2), anew), newer) == code
    with pytest.raises(CannotOpen):
        recovery_of(Sealed(UUID(int=1), UUID(int=2), b"\xff"), ring)


def test_with_a_key_and_without_data_keys_the_start_stops() -> None:
    known = {"database_url": "postgresql://x", "boomstream_api_key": KEY}
    with pytest.raises(WrongSetting, match=r"^DATA_KEYS: is not set, and BOOMSTREAM_API_KEY"):
        SyncSettings.read(**known)
    with pytest.raises(WrongSetting, match=r"^DATA_KEYS: must be"):
        SyncSettings.read(**known, data_keys="k1:short")
    with pytest.raises(WrongSetting, match=r"^BOOMSTREAM_SUBSCRIPTION"):
        SyncSettings.read(database_url="postgresql://x", boomstream_subscription="a b")
    assert SyncSettings.read(database_url="postgresql://x").data_ring is None


async def test_readiness_says_whether_videos_open(database_url: str) -> None:
    known = {"database_url": database_url, "service_secret": "secret-of-the-tests"}
    off = SyncService(SyncSettings.read(**known))
    on = SyncService(
        SyncSettings.read(**known, boomstream_api_key=KEY, data_keys=KeyRing.generate())
    )
    for service in (off, on):
        await service.open()
    try:
        assert (await off.readiness())["boomstream"] == {"off": "BOOMSTREAM_API_KEY is not set"}
        report = await on.readiness()
        assert report["boomstream"] == {
            "waits_seconds": 0,
            "error": None,
            "waiting": 0,
            "failing": 0,
            "compared_at": None,
        }
        names = {due.name for due in on.due} - {due.name for due in off.due}
        assert names == {"grant", "compare_buyers"}
    finally:
        for service in (off, on):
            await service.close()


async def test_after_a_time_without_keys_everybody_is_looked_at_once(database_url: str) -> None:
    async with opening(database_url) as house:

        async def sweeps() -> int:
            return len(await house.rows("SELECT FROM access_sweeps"))

        await begin_granting(has_ring=False).run(house.database, house.clock)
        assert await sweeps() == 0
        for _ in range(2):
            await begin_granting(has_ring=True).run(house.database, house.clock)
            assert await sweeps() == 1
        await house.execute("DELETE FROM access_sweeps")
        await begin_granting(has_ring=True).run(house.database, house.clock)
        assert await sweeps() == 0
        await begin_granting(has_ring=False).run(house.database, house.clock)
        await begin_granting(has_ring=True).run(house.database, house.clock)
        assert await sweeps() == 1


@dataclass(frozen=True)
class Sealed:
    """What `recovery_of` reads."""

    person_id: UUID
    resource_id: UUID
    recovery: bytes


def row_of(row: Any) -> Sealed:
    return Sealed(row["person_id"], row["resource_id"], row["recovery"])
