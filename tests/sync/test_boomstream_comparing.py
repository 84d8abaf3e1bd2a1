"""The daily comparison: who is there, and who is to be."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.boomstream.film_list import SUBSCRIPTION, VIDEOS
from tests.sync.opening import Opening, opening


async def standing(house: Opening, subscription: str = SUBSCRIPTION) -> Any:
    (row,) = await house.rows(
        "SELECT * FROM boomstream_subscriptions WHERE subscription = $1", subscription
    )
    return row


async def test_who_is_gone_there_is_let_in_again_and_not_told_again(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        began = house.clock.now()
        await house.execute("UPDATE grants SET told = true")
        (buyer,) = await house.buyers()
        await house.hub.post("/boomstream/buyers", hash=buyer["hash"], gone=True)
        await house.compare()
        assert not (await house.row(lena))["granted"]
        await house.work()
        row = await house.row(lena)
        assert (row["granted"], row["granted_at"], row["told"]) == (True, began, True)
        assert [one["hash"] for one in await house.buyers()] == [buyer["hash"]]
        assert await house.deeds(lena) == ["granted", "restored"]
        assert (await standing(house))["missing"] == 1


async def test_who_is_still_there_and_not_wanted_is_let_go(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        (buyer,) = await house.buyers()
        await house.want(lena, False)
        await house.work()
        await house.execute("UPDATE grants SET told = true")
        await house.hub.post("/boomstream/buyers", hash=buyer["hash"], email="back@example.org")
        await house.compare()
        await house.work()
        row = await house.row(lena)
        assert await house.buyers() == []
        assert (row["granted"], row["told"]) == (False, True)
        assert (await standing(house))["extra"] == 1


async def test_strangers_are_counted_and_left_alone(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource())
        await house.work()
        for code in ("moodle|7|Vd1Hello", "f" * 32, "123456789"):
            await house.hub.post("/boomstream/buyers", hash=code, email="who@example.org")
        await house.compare()
        row = await standing(house)
        assert (row["missing"], row["extra"], row["strangers"]) == (0, 0, 3)
        assert row["compared_at"] == house.clock.now()
        assert len(await house.buyers()) == 4
        assert await house.work() == 0


async def test_many_pages_are_all_read(database_url: str) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        people = [await house.grant(resource_id) for _ in range(25)]
        await house.work()
        await house.hub.post("/boomstream/settings", page_size=7)
        await house.compare()
        assert (await standing(house))["missing"] == 0
        assert (await house.counts())["listbuyers"] == 4
        assert all([(await house.row(one))["granted"] for one in people])


async def test_who_was_let_in_after_the_list_began_is_not_missed(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        await house.execute("UPDATE grants SET granted_at = $1", house.clock.now())
        (buyer,) = await house.buyers()
        await house.hub.post("/boomstream/buyers", hash=buyer["hash"], gone=True)
        await house.comparer().compare_next(house.database, house.clock)
        await house.execute("UPDATE boomstream_subscriptions SET next_at = $1", house.clock.now())
        assert await house.comparer().compare_next(house.database, house.clock) == 1
        assert (await house.row(lena))["granted"]


async def test_a_resource_that_moved_takes_its_buyers_along(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.hub.post("/boomstream/subscriptions", code="Second22")
        await house.hub.post("/boomstream/films", code="Other123", subscription="Second22")
        resource_id = await house.resource()
        lena = await house.grant(resource_id)
        await house.work()
        await house.comparer().compare_next(house.database, house.clock)
        await house.execute("UPDATE resources SET code = 'Other123', subscription = 'Second22'")
        await house.compare()
        await house.work()
        await house.compare()
        await house.work()
        (buyer,) = await house.buyers()
        assert (buyer["subscription"], buyer["media"]) == ("Second22", "Other123")
        assert (await house.row(lena))["granted"]


async def test_a_buyer_of_another_video_is_let_go_and_let_in_to_the_right_one(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource())
        await house.work()
        await house.execute("UPDATE resources SET code = $1", VIDEOS[1][0])
        await house.compare()
        await house.work()
        (buyer,) = await house.buyers()
        assert buyer["media"] == VIDEOS[1][0]


async def test_an_end_that_was_moved_there_is_known_here(database_url: str) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        (buyer,) = await house.buyers()
        await house.hub.post(
            "/boomstream/buyers", hash=buyer["hash"], expires_at="2030-01-01 00:00:00"
        )
        await house.compare()
        assert (await house.row(lena))["expires_at"].isoformat() == "2029-12-31T21:00:00+00:00"


@pytest.mark.parametrize("trouble", ["away", "refused", "unreadable"])
async def test_a_list_that_is_not_had_proves_nobodys_absence(
    database_url: str, trouble: str
) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())
        await house.work()
        door, body = {
            "away": ("/faults", {"system": "boomstream", "status": 500}),
            "refused": ("/boomstream/refusals", {"message": "Access denied"}),
            "unreadable": ("/boomstream/spoil", {"how": "no_status"}),
        }[trouble]
        await house.hub.post(door, **body)
        await house.compare()
        row = await standing(house)
        assert row["error"]
        assert row["compared_at"] is None
        assert (await house.row(lena))["granted"]
        await house.let_waits_pass()
        house.hub.clock.advance(3600)
        await house.comparer().compare_next(house.database, house.clock)
        row = await standing(house)
        assert row["error"] is None
        assert row["compared_at"] == house.clock.now()


async def test_a_list_that_lacks_most_is_read_again_before_it_is_believed(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        resource_id = await house.resource()
        people = [await house.grant(resource_id) for _ in range(24)]
        await house.work()
        for buyer in await house.buyers():
            await house.hub.post("/boomstream/buyers", hash=buyer["hash"], gone=True)
        await house.compare()
        row = await standing(house)
        assert row["error"].startswith("most are missing")
        assert row["next_at"] == house.clock.now() + timedelta(hours=1)
        assert all([(await house.row(one))["granted"] for one in people])
        house.hub.clock.advance(3600)
        await house.comparer().compare_next(house.database, house.clock)
        row = await standing(house)
        assert (row["error"], row["missing"]) == (None, 24)
        assert await house.work() == 24
        assert len(await house.buyers()) == 24


async def test_while_a_wait_runs_nothing_is_compared(database_url: str) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource())
        await house.work()
        await house.hub.post("/faults", system="boomstream", retry_after=900)
        await house.compare()
        house.hub.clock.advance(7200)
        assert await house.comparer().compare_next(house.database, house.clock) == 0
        assert (await house.counts())["listbuyers"] == 1
