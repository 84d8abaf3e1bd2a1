"""What school asks about a pull request while a student waits."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.sync.asking import Sync, asking, reply
from tests.sync.hook import told
from tests.sync.shapes import LENA, REPOSITORY_ID, pull
from tests.sync.wire import Hub

PATH = "/repos/Lena/Tasks/pulls/3"


async def look_up(sync: Sync, repository: str = "Lena/Tasks", number: Any = 3) -> httpx.Response:
    sync.sign_in(act="school")
    return await sync.client.get(
        "/internal/github/pull", params={"repository": repository, "number": number}
    )


async def test_a_pull_request_is_answered_as_it_stands_and_told_to_all(database_url: str) -> None:
    async with asking(database_url, Hub({PATH: pull(merged_at="2026-09-01T12:00:00Z")})) as sync:
        answer = await look_up(sync)
        again = await look_up(sync)
        events = await told(sync.app)
    assert answer.status_code == 200
    assert answer.json() == again.json()
    assert answer.json() == {
        "repository_id": REPOSITORY_ID,
        "repository": "lena/tasks",
        "number": 3,
        "url": "https://github.com/lena/tasks/pull/3",
        "title": "Tasks of the week",
        "author_id": LENA,
        "author_login": "lena",
        "state": "merged",
        "draft": False,
        "head_sha": "a" * 40,
    }
    assert [kind for kind, _ in events] == ["sync.pull.changed.v1"]


async def test_the_second_time_it_costs_nothing(database_url: str) -> None:
    wire = Hub({"/repos/lena/tasks/pulls/3": pull()})
    async with asking(database_url, wire) as sync:
        await look_up(sync, "lena/tasks")
        wire.forget()
        assert (await look_up(sync, "lena/tasks")).status_code == 200
    assert len(wire.asked) == 1
    assert wire.costly == 0


async def test_an_unchanged_answer_without_a_row_is_not_believed(database_url: str) -> None:
    wire = Hub({"/repos/lena/tasks/pulls/3": pull()})
    async with asking(database_url, wire) as sync:
        await look_up(sync, "lena/tasks")
        async with sync.service.database.acquire() as connection:
            await connection.execute("DELETE FROM pulls")
        answer = await look_up(sync, "lena/tasks")
    assert answer.json()["title"] == "Tasks of the week"


@pytest.mark.parametrize(
    ("thing", "status", "body"),
    [
        (reply(404), 404, {"reason": "gone"}),
        (reply(451), 451, {"reason": "blocked"}),
        (reply(500), 503, None),
        (reply(429), 503, None),
        (reply(401), 503, None),
        (reply(403, {"message": "SAML"}), 503, None),
        (httpx.Response(200, content=b"?"), 503, None),
    ],
    ids=["gone", "blocked", "error", "limit", "token", "refused", "unreadable"],
)
async def test_what_github_does_not_show_has_its_status(
    database_url: str, thing: httpx.Response, status: int, body: dict[str, str] | None
) -> None:
    async with asking(database_url, Hub({PATH: thing})) as sync:
        answer = await look_up(sync)
    assert answer.status_code == status
    if body is not None:
        assert answer.json() == body
    else:
        assert answer.json()["error"] == "GitHubNotAsked"


async def test_while_github_says_to_wait_school_is_told_at_once(database_url: str) -> None:
    wire = Hub({PATH: reply(429, Retry_After="60")})
    async with asking(database_url, wire) as sync:
        await look_up(sync)
        async with asyncio.timeout(1):
            answer = await look_up(sync)
    assert answer.status_code == 503
    assert len(wire.asked) == 1


async def test_school_hears_within_four_seconds_that_github_is_slow(database_url: str) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with asking(database_url, never) as sync:  # type: ignore[arg-type]
        async with asyncio.timeout(4):
            answer = await look_up(sync)
    assert answer.status_code == 503


async def test_a_known_repository_is_found_by_its_number_under_a_lost_name(
    database_url: str,
) -> None:
    wire = Hub({"/repos/lena/tasks/pulls/3": pull()})
    async with asking(database_url, wire) as sync:
        await look_up(sync, "lena/tasks")
        wire.things = {f"/repositories/{REPOSITORY_ID}/pulls/3": pull(repository="lena-k/tasks")}
        answer = await look_up(sync, "lena/tasks")
    assert answer.json()["repository"] == "lena-k/tasks"


@pytest.mark.parametrize(
    ("repository", "number"),
    [
        ("lena", 3),
        ("lena/tasks/more", 3),
        ("lena/..", 3),
        ("../tasks", 3),
        ("lena/ta sks", 3),
        ("lena/tasks", 0),
        ("lena/tasks", 2**31),
        ("lena/tasks", "three"),
        ("l" * 300, 3),
    ],
)
async def test_what_is_no_place_is_refused_before_github_is_asked(
    database_url: str, repository: str, number: Any
) -> None:
    wire = Hub()
    async with asking(database_url, wire) as sync:
        answer = await look_up(sync, repository, number)
    assert answer.status_code == 422
    assert wire.asked == []


@pytest.mark.parametrize(
    ("who", "status"),
    [({}, 401), ({"person_id": UUID(int=1)}, 401), ({"act": "bot"}, 403), ({"act": "mail"}, 403)],
)
async def test_nobody_but_school_may_ask(
    database_url: str, who: dict[str, Any], status: int
) -> None:
    wire = Hub({PATH: pull()})
    async with asking(database_url, wire) as sync:
        sync.sign_in(**who)
        asked = await sync.client.get(
            "/internal/github/pull", params={"repository": "Lena/Tasks", "number": 3}
        )
        refreshed = await sync.client.post(
            "/internal/github/refresh", json={"repository": "Lena/Tasks", "number": 3}
        )
    assert (asked.status_code, refreshed.status_code) == (status, status)
    assert wire.asked == []
