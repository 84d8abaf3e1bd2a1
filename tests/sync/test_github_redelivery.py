"""Deliveries that did not reach us: found in GitHub's list, and asked for once more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.sync.github.redelivery.service import Reconciler
from services.sync.github.turns.service import BETWEEN_WRITES
from tests.material import captured
from tests.sync.asking import Sync, asking, reply
from tests.sync.hook import deliver
from tests.sync.wire import Hub

OURS = "http://localhost:8080/hooks/github"
NOW = datetime.now(UTC)
ON = {"github_hooks": "lena/tasks", "github_hooks_token": SecretStr("ghp_hooks")}


def at(minutes_ago: float) -> str:
    return (NOW - timedelta(minutes=minutes_ago)).isoformat()


def delivery(
    number: int,
    guid: str,
    status_code: int = 202,
    *,
    event: str = "pull_request_review",
    minutes_ago: float = 5,
) -> dict[str, Any]:
    return {
        "id": number,
        "guid": guid,
        "delivered_at": at(minutes_ago),
        "redelivery": False,
        "status_code": status_code,
        "event": event,
        "action": "submitted",
    }


def github(*deliveries: dict[str, Any], owner: str = "/repos/lena/tasks") -> Hub:
    hub = Hub()
    hub.things[f"{owner}/hooks"] = [
        {"id": 1, "active": True, "config": {"url": OURS}},
        {"id": 2, "active": True, "config": {"url": "https://ci.test/hook"}},
        {"id": 3, "active": True, "config": {}},
    ]
    hub.things[f"{owner}/hooks/1/deliveries"] = list(deliveries)
    for one in deliveries:
        hub.things[attempt(one["id"], owner)] = reply(202, {})
    return hub


def attempt(number: int, owner: str = "/repos/lena/tasks") -> str:
    return f"{owner}/hooks/1/deliveries/{number}/attempts"


def reconciler(sync: Sync) -> Reconciler:
    assert sync.service.reconciler is not None
    return sync.service.reconciler


async def reconcile(sync: Sync) -> None:
    """Go through what is due, and ask for what was missed, past the pause between writes."""
    while await reconciler(sync).go_through_next(sync.service.database, sync.clock):
        pass
    while await reconciler(sync).ask_for_next(sync.service.database, sync.clock):
        await sync.let_waits_pass(seconds=2)


def posted(wire: Hub) -> list[str]:
    return [one.url.path for one in wire.asked if one.method == "POST"]


async def test_what_failed_is_asked_for_and_what_arrived_is_not(database_url: str) -> None:
    wire = github(
        delivery(14, "timed-out", 504),
        delivery(13, "refused", 0),
        delivery(12, "fine"),
        delivery(11, "failed", 502),
    )
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        report = (await sync.client.get("/readyz")).json()
    assert set(posted(wire)) == {attempt(11), attempt(13), attempt(14)}
    assert wire.asked[0].headers["authorization"] == "Bearer ghp_hooks"
    assert report["heard_at"]["github_deliveries"] is not None


async def test_of_many_attempts_one_success_is_enough(database_url: str) -> None:
    wire = github(delivery(13, "one"), delivery(12, "one", 502), delivery(11, "one", 502))
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
    assert posted(wire) == []


async def test_the_newest_of_many_failures_is_asked_for(database_url: str) -> None:
    wire = github(delivery(13, "one", 502), delivery(12, "one", 502))
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
    assert posted(wire) == [attempt(13)]


async def test_what_is_not_read_here_is_not_asked_for(database_url: str) -> None:
    wire = github(delivery(11, "one", 502, event="push"), delivery(12, "x" * 200, 502))
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
    assert posted(wire) == []


async def test_what_arrived_though_github_thinks_otherwise_is_not_asked_for(
    database_url: str,
) -> None:
    wire = github(delivery(11, "slow", 504))
    async with asking(database_url, wire, **ON) as sync:
        payload = captured("pull_request_review", "submitted")
        await deliver(sync.client, "pull_request_review", payload, delivery_id="slow")
        await reconcile(sync)
    assert posted(wire) == []


async def test_it_is_asked_for_until_it_arrives(database_url: str) -> None:
    wire = github(delivery(11, "one", 502))
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        await reconcile(sync)
        assert len(posted(wire)) == 1
        sync.clock.advance(timedelta(minutes=3))
        await reconcile(sync)
        assert len(posted(wire)) == 2
        payload = captured("pull_request_review", "submitted")
        answer = await deliver(sync.client, "pull_request_review", payload, delivery_id="one")
        assert answer.json() == {"result": "learned"}
        sync.clock.advance(timedelta(hours=2))
        await reconcile(sync)
        (row,) = await sync.rows("SELECT settled FROM missed")
    assert row["settled"] == "arrived"
    assert len(posted(wire)) == 2


async def test_after_some_tries_it_is_given_up(database_url: str) -> None:
    wire = github(delivery(11, "one", 422))
    async with asking(database_url, wire, **ON) as sync:
        for _ in range(10):
            await reconcile(sync)
            sync.clock.advance(timedelta(hours=7))
        (row,) = await sync.rows("SELECT settled, attempts FROM missed")
    assert (row["settled"], row["attempts"]) == ("given_up", 4)
    assert len(posted(wire)) == 4


async def test_one_that_github_has_no_more_is_given_up_at_once(database_url: str) -> None:
    wire = github(delivery(11, "one", 502))
    del wire.things[attempt(11)]
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        sync.clock.advance(timedelta(hours=7))
        await reconcile(sync)
        (row,) = await sync.rows("SELECT settled FROM missed")
    assert row["settled"] == "given_up"
    assert len(posted(wire)) == 1


async def test_between_two_writes_a_second_passes(database_url: str) -> None:
    wire = github(delivery(11, "one", 502), delivery(12, "two", 502))
    async with asking(database_url, wire, **ON) as sync:
        await reconciler(sync).go_through_next(sync.service.database, sync.clock)
        await reconciler(sync).ask_for_next(sync.service.database, sync.clock)
        wait = await sync.rows("SELECT extract(epoch FROM paced_until - now()) AS left FROM turns")
        assert 0.5 < wait[0]["left"] <= BETWEEN_WRITES.total_seconds()
    assert len(posted(wire)) == 1


async def test_while_a_wait_runs_no_try_is_counted(database_url: str) -> None:
    wire = github(delivery(11, "one", 502))
    wire.things[attempt(11)] = reply(403, {"message": "secondary rate limit"}, Retry_After="300")
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        sync.clock.advance(timedelta(minutes=2))
        await reconcile(sync)
        assert len(posted(wire)) == 1
        wire.things[attempt(11)] = reply(202, {})
        await sync.let_waits_pass(minutes=6)
        sync.clock.advance(timedelta(minutes=2))
        await reconcile(sync)
        (row,) = await sync.rows("SELECT attempts FROM missed")
    assert row["attempts"] == 1
    assert len(posted(wire)) == 2


async def test_pages_are_followed_by_their_cursors_as_far_as_was_seen(database_url: str) -> None:
    pages = {
        "": ([delivery(30, "c", 502, minutes_ago=1)], "v1_29"),
        "v1_29": ([delivery(29, "b", 502, minutes_ago=60)], "v1_28"),
        "v1_28": ([delivery(28, "a", 502, minutes_ago=3000)], "v1_27"),
        "v1_27": ([delivery(27, "old", 502, minutes_ago=6000)], "v1_26"),
        "v1_26": ([delivery(26, "older", 502, minutes_ago=7000)], "v1_25"),
    }

    def listed(request: httpx.Request) -> httpx.Response:
        told, cursor = pages[request.url.params.get("cursor", "")]
        return reply(200, told, Link=f'<https://evil.test/?cursor={cursor}>; rel="next"')

    wire = github()
    wire.things["/repos/lena/tasks/hooks/1/deliveries"] = listed
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        asked = [one.url.params.get("cursor") for one in wire.asked if "deliveries" in one.url.path]
        assert [cursor for cursor in asked if cursor] == ["v1_29", "v1_28", "v1_27"]
        wire.forget()
        sync.clock.advance(timedelta(minutes=6))
        await reconciler(sync).go_through_next(sync.service.database, sync.clock)
        again = [one.url.params.get("cursor") for one in wire.asked if "deliveries" in one.url.path]
    assert again == [None, "v1_29"]


async def test_pages_without_end_end(database_url: str) -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        return reply(200, [delivery(1, "a")], Link='<?cursor=v1_1>; rel="next"')

    wire = github()
    wire.things["/repos/lena/tasks/hooks/1/deliveries"] = endless
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
    assert len(wire.asked) == 11


async def test_a_list_without_change_costs_nothing(database_url: str) -> None:
    wire = github(delivery(11, "one"))
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        wire.forget()
        for _ in range(12):
            sync.clock.advance(timedelta(minutes=6))
            await reconcile(sync)
    assert wire.costly == 0
    assert len(wire.asked) == 24


async def test_an_organisations_webhooks_are_gone_through_too(database_url: str) -> None:
    wire = github(delivery(11, "one", 502), owner="/orgs/school")
    settings = {**ON, "github_hooks": "school, lena/tasks"}
    async with asking(database_url, wire, **settings) as sync:
        await reconcile(sync)
    assert posted(wire) == [attempt(11, "/orgs/school")]
    assert "/repos/lena/tasks/hooks" in wire.paths


@pytest.mark.parametrize("thing", [reply(404), reply(403, {"message": "admin"}), reply(500)])
async def test_a_place_that_cannot_be_seen_is_not_fresh(database_url: str, thing: Any) -> None:
    wire = github()
    wire.things["/repos/lena/tasks/hooks"] = thing
    async with asking(database_url, wire, **ON) as sync:
        await reconcile(sync)
        report = (await sync.client.get("/readyz")).json()
    assert report["heard_at"]["github_deliveries"] is None
    assert report["ready"]


@pytest.mark.parametrize("without", ["github_hooks", "github_hooks_token"])
async def test_without_a_place_or_a_token_it_is_off(database_url: str, without: str) -> None:
    settings = {name: value for name, value in ON.items() if name != without}
    async with asking(database_url, Hub(), **settings) as sync:
        assert sync.service.reconciler is None
