"""What is offered to a person while they type a link: their own, at once, from what is kept."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.sync.worker import DUE
from tests.sync.asking import Sync, asking, reply
from tests.sync.hook import deliver
from tests.sync.shapes import ANNA, LENA
from tests.sync.wire import Hub

LENAS = UUID(int=1)
ANNAS = UUID(int=2)
LIST = "/users/lena/repos"


def repository(number: int, name: str, owner: int = LENA) -> dict[str, Any]:
    return {
        "id": number,
        "full_name": name,
        "html_url": f"https://github.com/{name}",
        "owner": {"id": owner, "login": name.partition("/")[0]},
    }


def listed(name: str, number: int, title: str = "Work") -> dict[str, Any]:
    return {
        "number": number,
        "html_url": f"https://github.com/{name}/pull/{number}",
        "title": f"{title} {number}",
        "updated_at": f"2026-09-{number:02d}T12:00:00Z",
    }


def lenas(*names: str) -> Hub:
    hub = Hub({LIST: [repository(at, f"lena/{name}") for at, name in enumerate(names, 1)]})
    for name in names:
        hub.things[f"/repos/lena/{name}/pulls"] = [listed(f"lena/{name}", 1)]
    return hub


async def suggest(sync: Sync, query: str = "", person_id: UUID = LENAS) -> dict[str, Any]:
    sync.sign_in(person_id=person_id)
    answer = await sync.client.get("/sync/github/suggestions", params={"q": query})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


async def with_github(sync: Sync) -> None:
    await sync.person(LENAS, github_id=LENA, github_login="lena")


def urls(told: dict[str, Any]) -> list[str]:
    return [item["url"].removeprefix("https://github.com/") for item in told["items"]]


async def test_first_nothing_is_kept_and_then_everything_is_offered(database_url: str) -> None:
    async with asking(database_url, lenas("tasks", "notes")) as sync:
        await with_github(sync)
        first = await suggest(sync)
        await sync.fetch()
        then = await suggest(sync)
    assert first == {"items": [], "complete": False, "reason": None}
    assert urls(then) == ["lena/tasks/pull/1", "lena/notes/pull/1", "lena/tasks", "lena/notes"]
    assert then["complete"]
    assert then["items"][0]["title"] == "Work 1"


@pytest.mark.parametrize(
    "query",
    [
        "Tasks",
        "lena/ta",
        "https://github.com/lena/tasks",
        "https://github.com/lena/tasks/",
        "https://github.com/lena/tasks/pull/",
        "github.com/lena/tasks/pull/1",
        "http://www.github.com/lena/tasks/pull/1",
    ],
)
async def test_what_is_typed_is_looked_for_in_names(database_url: str, query: str) -> None:
    async with asking(database_url, lenas("tasks", "notes")) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        told = urls(await suggest(sync, query.removeprefix("github.com/")))
    assert "lena/tasks/pull/1" in told
    assert not any("notes" in url for url in told)


async def test_few_matches_are_asked_for_and_many_are_not(database_url: str) -> None:
    names = [f"work{number}" for number in range(1, 8)]
    wire = lenas(*names, "tasks")
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        wire.forget()
        many = await suggest(sync, "work")
        await sync.fetch()
        assert wire.asked == []
        assert many["complete"]
        few = await suggest(sync, "tasks")
        assert not few["complete"]
        await sync.fetch()
        assert wire.paths == ["/repos/lena/tasks/pulls"]
        assert wire.asked[0].url.params["state"] == "all"
        assert "lena/tasks/pull/1" in urls(await suggest(sync, "tasks"))


async def test_what_fits_nothing_shows_everything(database_url: str) -> None:
    async with asking(database_url, lenas("tasks", "notes")) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        assert len((await suggest(sync, "no such thing"))["items"]) == 4


async def test_a_person_without_github_is_told_why(database_url: str) -> None:
    wire = Hub()
    async with asking(database_url, wire) as sync:
        nobody = await suggest(sync)
        await sync.person(LENAS)
        unlinked = await suggest(sync)
        await sync.fetch()
    assert nobody == unlinked
    assert nobody == {"items": [], "complete": True, "reason": "github_not_linked"}
    assert wire.asked == []


async def test_nobody_sees_what_is_anothers(database_url: str) -> None:
    wire = lenas("tasks")
    wire.things["/users/anna/repos"] = []
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await sync.person(ANNAS, github_id=ANNA, github_login="anna")
        await suggest(sync)
        await sync.fetch()
        assert (await suggest(sync, "tasks", ANNAS))["items"] == []
        await sync.fetch()
        assert (await suggest(sync, "tasks", ANNAS))["items"] == []


async def test_repositories_of_whoever_has_the_login_now_are_not_offered(
    database_url: str,
) -> None:
    wire = Hub({LIST: [repository(1, "lena/tasks", owner=999), repository(2, "lena/notes")]})
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        assert urls(await suggest(sync)) == ["lena/notes"]


async def test_own_pull_requests_elsewhere_that_were_told_are_offered_too(
    database_url: str,
) -> None:
    wire = Hub({LIST: []})
    hook = {
        "action": "opened",
        "repository": {"id": 5, "full_name": "school/tasks"},
        "pull_request": {
            **listed("school/tasks", 7),
            "state": "open",
            "user": {"id": LENA, "login": "lena"},
            "head": {"sha": "a" * 40},
        },
    }
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await deliver(sync.client, "pull_request", hook)
        assert urls(await suggest(sync)) == ["school/tasks/pull/7"]
        assert urls(await suggest(sync, "school")) == ["school/tasks/pull/7"]


async def test_a_list_is_refreshed_every_few_minutes_and_not_more_often(
    database_url: str,
) -> None:
    wire = lenas("tasks")
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        for _ in range(3):
            await suggest(sync)
            await sync.fetch()
        assert wire.paths.count(LIST) == 1
        sync.clock.advance(timedelta(minutes=6))
        wire.things[LIST] = [repository(2, "lena/new"), repository(1, "lena/homework")]
        assert not (await suggest(sync))["complete"]
        await sync.fetch()
        told = urls(await suggest(sync))
        assert {"lena/new", "lena/homework"} <= set(told)
        assert "lena/tasks" not in told
        wire.forget()
        sync.clock.advance(timedelta(minutes=6))
        await suggest(sync)
        await sync.fetch()
        assert wire.costly == 0
    assert wire.paths.count(LIST) == 1


async def test_when_github_may_not_be_asked_nobody_is_kept_asking(database_url: str) -> None:
    wire = Hub({LIST: reply(429, Retry_After="600")})
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        assert not (await suggest(sync))["complete"]
        await sync.fetch()
        await suggest(sync)
        await sync.fetch()
        sync.clock.advance(timedelta(seconds=21))
        assert (await suggest(sync))["complete"]
        await sync.fetch()
        assert len(wire.asked) == 1
        await sync.let_waits_pass(minutes=11)
        sync.clock.advance(timedelta(minutes=11))
        wire.things = lenas("tasks").things
        assert not (await suggest(sync))["complete"]
        await sync.fetch()
        assert "lena/tasks" in urls(await suggest(sync))


async def test_a_login_that_was_changed_is_listed_anew(database_url: str) -> None:
    wire = lenas("tasks")
    wire.things["/users/lena-k/repos"] = [repository(1, "lena-k/tasks")]
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        async with sync.service.database.acquire() as connection:
            await connection.execute("UPDATE people SET github_login = 'lena-k'")
        assert not (await suggest(sync))["complete"]
        await sync.fetch()
        assert "lena-k/tasks" in urls(await suggest(sync))


@pytest.mark.parametrize("thing", [reply(404), reply(500), reply(200, {"message": "?"})])
async def test_a_list_that_cannot_be_had_is_empty(database_url: str, thing: Any) -> None:
    async with asking(database_url, Hub({LIST: thing})) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        assert (await suggest(sync))["items"] == []


async def test_long_pull_requests_are_listed_by_four(database_url: str) -> None:
    wire = lenas("tasks")
    long = [{**listed("lena/tasks", at), "body": "x" * 65_000} for at in range(1, 28)]
    wire.things["/repos/lena/tasks/pulls"] = long
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        told = urls(await suggest(sync, "tasks"))
    assert len(told) == 5


@pytest.mark.parametrize("query", ["\x00", "%", "_", "'", "\\", "/pull/", "://", "ё" * 300])
async def test_no_odd_query_is_an_error(database_url: str, query: str) -> None:
    async with asking(database_url, lenas("tasks")) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        await suggest(sync, query)


async def test_too_long_a_query_and_a_stranger_are_refused(database_url: str) -> None:
    async with asking(database_url, Hub()) as sync:
        stranger = await sync.client.get("/sync/github/suggestions")
        sync.sign_in(person_id=LENAS)
        long = await sync.client.get("/sync/github/suggestions", params={"q": "x" * 301})
    assert (stranger.status_code, long.status_code) == (401, 422)


async def test_what_is_kept_is_offered_in_less_than_a_tenth_of_a_second(
    database_url: str,
) -> None:
    names = [f"work{number}" for number in range(100)]
    wire = lenas(*names)
    async with asking(database_url, wire) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        took = []
        for number in range(40):
            started = time.perf_counter()
            await suggest(sync, f"lena/work{number % 10}")
            took.append(time.perf_counter() - started)
    assert sorted(took)[len(took) * 95 // 100] < 0.1


async def test_what_nobody_looks_at_is_forgotten_and_so_is_a_deleted_persons(
    database_url: str,
) -> None:
    (forget,) = [due for due in DUE if due.name == "forget old deliveries"]
    async with asking(database_url, lenas("tasks")) as sync:
        await with_github(sync)
        await suggest(sync)
        await sync.fetch()
        await forget.run(sync.service.database, sync.clock)
        assert len(await sync.rows("SELECT * FROM shelves")) == 1
        sync.clock.advance(timedelta(days=31))
        await forget.run(sync.service.database, sync.clock)
        assert await sync.rows("SELECT * FROM shelves") == []
        await suggest(sync)
        async with sync.service.database.acquire() as connection:
            await connection.execute("UPDATE people SET deleted = true")
        await forget.run(sync.service.database, sync.clock)
        assert await sync.rows("SELECT * FROM shelves") == []
