"""Stepik's pages, limits and failures, and what it answers of thousands of learners."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.stepik.limits import Limits
from tests.sandbox.asking_stepik import Asker, new_headers
from tests.sandbox.serving import Clock, Served, serve

COURSE = 1001
GRADES = {"course": COURSE, "order": "id", "is_teacher": "false"}


@pytest.fixture
async def program(sandbox: Served) -> Asker:
    return Asker(sandbox, await new_headers(sandbox))


async def seed(sandbox: Served, count: int, **wish: Any) -> list[int]:
    told = await sandbox.post("/stepik/learners", course=COURSE, count=count, **wish)
    users: list[int] = told["users"]
    return users


def users_of(rows: list[dict[str, Any]]) -> list[int]:
    return [row["user"] for row in rows]


async def page(program: Asker, number: int, **parameters: Any) -> tuple[list[int], bool]:
    answer = await program.get("course-grades", page=number, **GRADES, **parameters)
    return users_of(answer["course-grades"]), answer["meta"]["has_next"]


# --- pages


@pytest.mark.parametrize("size", [20, 7])
async def test_a_page_is_so_long_whatever_was_asked_for(
    sandbox: Served, program: Asker, size: int
) -> None:
    users = await seed(sandbox, 45, lessons=1)
    await sandbox.post("/stepik/settings", page_size=size)
    first, has_next = await page(program, 1, page_size=100)
    assert (first, has_next) == (users[:size], True)
    assert users_of(await program.every("course-grades", **GRADES)) == users


async def test_a_list_that_fills_its_pages_has_no_empty_one_at_the_end(
    sandbox: Served, program: Asker
) -> None:
    await seed(sandbox, 40, lessons=1)
    assert (await page(program, 2))[1] is False
    assert await page(program, 3) == ([], False)
    await sandbox.post("/stepik/settings", past_end="not_found")
    beyond = await program.ask("course-grades", page=3, **GRADES)
    assert (beyond.status_code, beyond.json()) == (404, {"detail": "Invalid page."})
    for wrong in ("0", "-1", "last"):
        assert (await program.ask("course-grades", page=wrong, **GRADES)).status_code == 404


async def test_the_last_page_may_promise_one_more_that_is_empty(
    sandbox: Served, program: Asker
) -> None:
    users = await seed(sandbox, 25, lessons=1)
    await sandbox.post("/stepik/settings", more="one_more")
    assert await page(program, 2) == (users[20:], True)
    assert await page(program, 3) == ([], False)


async def test_the_pages_may_have_no_end(sandbox: Served, program: Asker) -> None:
    await seed(sandbox, 5, lessons=1)
    await sandbox.post("/stepik/settings", more="endless")
    assert await page(program, 2) == ([], True)
    assert await page(program, 1000) == ([], True)
    for one in (await program.get("courses/67"), await program.get("courses", **{"ids[]": 67})):
        assert one["meta"]["has_next"] is False


async def test_the_size_of_a_page_changes_while_pages_are_read(
    sandbox: Served, program: Asker
) -> None:
    users = await seed(sandbox, 60, lessons=1)
    await sandbox.post("/stepik/settings", page_size=7, after_pages=2)
    assert [len((await page(program, number))[0]) for number in (1, 2, 3)] == [20, 20, 7]
    assert (await page(program, 3))[0] == users[14:21]


async def test_who_leaves_while_pages_are_read_moves_the_others_up(
    sandbox: Served, program: Asker
) -> None:
    users = await seed(sandbox, 60, lessons=1)
    left = await sandbox.post("/stepik/leave", course=COURSE, count=3, after_pages=1)
    assert left["users"] == users[:3]
    assert (await page(program, 1))[0] == users[:20]
    assert (await page(program, 2))[0] == users[23:43]
    assert (await sandbox.get("/stepik/state"))["deeds_waiting"] == 0


async def test_who_comes_back_while_pages_are_read_moves_the_others_down(
    sandbox: Served, program: Asker
) -> None:
    users = await seed(sandbox, 40, lessons=2, passed_per_cent=100)
    before = await program.rows("course-grades", user=users[0])
    await sandbox.post("/stepik/leave", course=COURSE, user=users[0])
    assert await program.rows("course-grades", user=users[0]) == []
    assert await program.ids("course-grades", [before[0]["id"]]) == []
    gone = {"user": users[0], "lesson": 10010101, "passed": True}
    assert (await sandbox.http.post("/stepik/progress", json=gone)).status_code == 404
    await sandbox.post("/stepik/join", course=COURSE, user=users[0], after_pages=1)
    assert (await page(program, 1))[0] == users[1:21]
    assert (await page(program, 2))[0] == users[20:40]
    assert await program.rows("course-grades", user=users[0]) == before


async def test_who_is_new_stands_at_the_end_and_in_the_group(
    sandbox: Served, program: Asker
) -> None:
    users = await seed(sandbox, 20, lessons=1)
    new = (await sandbox.post("/stepik/join", course=COURSE))["user"]
    assert new not in users
    assert await page(program, 2) == ([new], False)
    (course,) = (await program.get(f"courses/{COURSE}"))["courses"]
    members = await program.every("members", group=course["learners_group"])
    assert sorted(users_of(members)) == sorted([*users, new])
    await sandbox.post("/stepik/leave", course=COURSE, user=new)
    assert await page(program, 2) == ([], False)
    assert len(await program.every("members", group=course["learners_group"])) == 20


async def test_ids_are_answered_together_up_to_a_hundred(sandbox: Served, program: Asker) -> None:
    users = await seed(sandbox, 120, lessons=1)
    assert users_of_users(await program.ids("users", users[:100])) == users[:100]
    answer = await program.get("users", **{"ids[]": users})
    assert (len(answer["users"]), answer["meta"]["has_next"]) == (100, True)
    await sandbox.post("/stepik/settings", cuts_ids=True)
    answer = await program.get("users", **{"ids[]": users[:30]}, page=2)
    assert (len(answer["users"]), answer["meta"]["has_next"]) == (10, False)


def users_of_users(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


async def test_an_id_of_a_user_or_of_a_row_may_vanish(sandbox: Served, program: Asker) -> None:
    users = await seed(sandbox, 3, lessons=1)
    rows = await program.rows("course-grades", **GRADES)
    await sandbox.post("/stepik/vanish", kind="users", id=users[1])
    await sandbox.post("/stepik/vanish", kind="course-grades", id=rows[1]["id"])
    assert users_of_users(await program.ids("users", users)) == [users[0], users[2]]
    assert (await page(program, 1))[0] == [users[0], users[2]]
    assert len(await program.ids("course-grades", [row["id"] for row in rows])) == 2
    assert (await sandbox.get("/stepik/state"))["gone"] == [
        ["course-grades", str(rows[1]["id"])],
        ["users", str(users[1])],
    ]


# --- limits


async def test_a_burst_is_answered_and_then_five_a_second(sandbox: Served) -> None:
    program = Asker(sandbox, await new_headers(sandbox), gap_s=0)
    answers = [(await program.ask("courses")).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    sandbox.clock.advance(1)
    answers = [(await program.ask("courses")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


async def test_five_a_second_are_never_too_many(sandbox: Served, program: Asker) -> None:
    for _ in range(60):
        assert (await program.ask("courses", **{"ids[]": 67})).status_code == 200


async def test_a_refusal_says_how_long_and_holds_that_long(sandbox: Served) -> None:
    await sandbox.post("/stepik/settings", retry_after=30, burst=1)
    program = Asker(sandbox, await new_headers(sandbox), gap_s=0)
    assert (await program.ask("courses")).status_code == 200
    for passed, left in ((0, "30"), (10.5, "20"), (19, "1")):
        sandbox.clock.advance(passed)
        refused = await program.ask("courses")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, left)
        assert "throttled" in refused.json()["detail"]
    (holder,) = (await sandbox.get("/stepik/state"))["holders"]
    assert (holder["refused"], holder["sent_while_waiting"]) == (3, 2)
    sandbox.clock.advance(0.5)
    assert (await program.ask("courses")).status_code == 200


async def test_each_token_has_a_limit_of_its_own_and_nobody_has_one_too(sandbox: Served) -> None:
    await sandbox.post("/stepik/settings", burst=1)
    askers = [Asker(sandbox, await new_headers(sandbox), gap_s=0) for _ in range(2)]
    askers.append(Asker(sandbox, {}, gap_s=0))
    assert [(await one.ask("courses")).status_code for one in askers] == [200] * 3
    assert [(await one.ask("courses")).status_code for one in askers] == [429] * 3
    assert (await sandbox.http.delete("/stepik/limits")).status_code == 200
    assert (await askers[0].ask("courses")).status_code == 200
    assert (await sandbox.get("/stepik/state"))["sent_while_waiting"] == 0


async def test_the_rate_is_set_or_lifted(sandbox: Served) -> None:
    await sandbox.post("/stepik/settings", rate=2, burst=1)
    program = Asker(sandbox, await new_headers(sandbox), gap_s=0.5)
    assert [(await program.ask("courses")).status_code for _ in range(4)] == [200] * 4
    program.gap_s = 0
    assert (await program.ask("courses")).status_code == 429
    sandbox.clock.advance(1)
    await sandbox.post("/stepik/settings", rate=None)
    assert {(await program.ask("courses")).status_code for _ in range(50)} == {200}


def test_waiting_as_long_as_told_is_always_enough() -> None:
    clock = Clock()
    limits = Limits(clock.monotonic)
    limits.rate, limits.burst = 0.3, 2
    asker = limits.of("token", "program")
    for _ in range(50):
        told = limits.arrive(asker)
        limits.leave(asker)
        clock.advance(told or 0)
    assert (asker.requests, asker.sent_while_waiting) == (50, 0)
    assert 20 <= asker.refused <= 26


# --- failures


async def test_faults_of_stepik_are_counted_and_passing(sandbox: Served, program: Asker) -> None:
    await sandbox.post("/faults", system="stepik", status=502, times=2)
    for _ in range(2):
        broken = await program.ask("courses")
        assert (broken.status_code, "html" in broken.headers["content-type"]) == (502, True)
    assert (await program.ask("courses/67")).status_code == 200
    await sandbox.post("/faults", system="stepik", method="GET /api/course-grades", drop=True)
    assert (await program.ask("courses")).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        await program.ask("course-grades", course=67)
    await sandbox.post("/faults", system="stepik", method="POST /oauth2/token/", status=503)
    refused = await sandbox.http.post("/stepik/oauth2/token/", data={})
    assert refused.status_code == 503
    counts = (await sandbox.get("/counts"))["stepik"]
    assert counts["GET /api/courses"] == {"requests": 3, "quota": 1}
    assert counts["GET /api/courses/{id}"] == {"requests": 1, "quota": 1}
    assert counts["POST /oauth2/token/"]["requests"] == 2


async def test_a_fault_that_says_how_long_is_a_limit_too(sandbox: Served, program: Asker) -> None:
    await sandbox.post("/faults", system="stepik", retry_after=10)
    for left in ("10", "10", "10"):
        refused = await program.ask("courses")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, left)
    (holder,) = (await sandbox.get("/stepik/state"))["holders"]
    assert holder["sent_while_waiting"] == 2
    sandbox.clock.advance(10)
    assert (await program.ask("courses")).status_code == 200


async def test_how_many_run_at_once_is_seen(sandbox: Served, program: Asker) -> None:
    await sandbox.post("/faults", system="stepik", delay_ms=200, times=3)
    await asyncio.gather(*(program.ask("courses") for _ in range(3)))
    (holder,) = (await sandbox.get("/stepik/state"))["holders"]
    assert (holder["most_in_flight"], holder["in_flight"]) == (3, 0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/stepik/progress", {"user": "nobody", "lesson": 670101, "passed": True}, 404),
        ("/stepik/progress", {"user": "student", "lesson": 1, "passed": True}, 404),
        ("/stepik/progress", {"user": "student", "lesson": 690101, "passed": True}, 404),
        ("/stepik/progress", {"user": "student", "lesson": 670101, "passed": "yes"}, 400),
        ("/stepik/progress", {"user": "student", "lesson": 670101, "passed": True, "step": 4}, 404),
        ("/stepik/progress", {"user": "student", "lesson": 670101, "passed": True, "step": 0}, 404),
        ("/stepik/learners", {"course": 1, "count": 50_001}, 400),
        ("/stepik/learners", {"course": 1, "count": 50_000, "lessons": 1}, 409),
        ("/stepik/settings", {"page_size": 0}, 400),
        ("/stepik/settings", {"page_size": None}, 400),
        ("/stepik/settings", {"rate": 0}, 400),
        ("/stepik/settings", {"more": "always"}, 400),
        ("/stepik/leave", {"course": 1}, 404),
        ("/stepik/leave", {"course": 67, "user": "administrator2"}, 404),
        ("/stepik/leave", {"course": 68, "user": "student"}, 404),
        ("/stepik/join", {"course": 1}, 404),
        ("/stepik/join", {"course": 67, "user": 1}, 404),
        ("/stepik/vanish", {"kind": "comments", "id": 1}, 400),
        ("/stepik/forget_tokens", {"when": "now"}, 400),
    ],
)
async def test_doors_of_stepik_refuse_what_does_not_exist_or_is_malformed(
    shared_sandbox: Served, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await shared_sandbox.http.post(path, json=body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@pytest.mark.parametrize("query", ["?course=x", "?course=1"])
async def test_a_course_that_is_not_there_is_not_shown(shared_sandbox: Served, query: str) -> None:
    answer = await shared_sandbox.http.get(f"/stepik/course{query}")
    assert answer.status_code in (400, 404)


# --- thousands


async def test_five_thousand_learners_are_soon_made_and_answered_quickly(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as sandbox:
        began = time.perf_counter()
        users = await seed(sandbox, 5000, lessons=60, first_github_id=1000)
        assert time.perf_counter() - began < 5
        program = Asker(sandbox, await new_headers(sandbox))

        async def fastest(number: int, **parameters: Any) -> float:
            seconds = []
            for _ in range(5):
                began = time.perf_counter()
                answer = await program.ask("course-grades", **{**GRADES, **parameters}, page=number)
                seconds.append(time.perf_counter() - began)
                assert len(answer.json()["course-grades"]) == 20
            return min(seconds)

        assert await fastest(1) < 0.02
        assert await fastest(250) < 0.02
        assert await fastest(250, order="-score,id") < 0.05
        (row,) = await program.rows("course-grades", course=COURSE, user=users[-1])
        assert len(row["results"]) == 180
        (found,) = await program.rows("social-accounts", provider="github", uid=5999)
        assert found["user"] == users[-1]
        await sandbox.post("/stepik/progress", user=users[-1], lesson=10010101, passed=True)
    assert file.stat().st_size < 100_000


async def test_the_same_seed_makes_the_same_progress(sandbox: Served, program: Asker) -> None:
    await sandbox.post("/stepik/learners", course=2001, count=5, lessons=12)
    await sandbox.post("/stepik/learners", course=2002, count=5, lessons=12)
    await sandbox.post("/stepik/learners", course=2003, count=5, lessons=12, seed=2)
    first, same, other = [
        [
            [one["is_passed"] for one in row["results"].values()]
            for row in await program.rows("course-grades", course=course, order="id")
        ]
        for course in (2001, 2002, 2003)
    ]
    assert first == same
    assert first != other


@pytest.mark.parametrize(("per_cent", "score"), [(0, 0.0), (100, 6.0)])
async def test_seeded_learners_have_come_as_far_as_was_wished(
    sandbox: Served, program: Asker, per_cent: int, score: float
) -> None:
    await seed(sandbox, 3, lessons=2, passed_per_cent=per_cent)
    rows = await program.rows("course-grades", **GRADES)
    assert [row["score"] for row in rows] == [score] * 3


async def test_more_learners_come_to_a_course_that_is_there(
    sandbox: Served, program: Asker
) -> None:
    told = await sandbox.post("/stepik/learners", course=67, count=30)
    assert (told["title"], told["learners"]) == ("Python from the desk", 35)
    assert len(await program.every("course-grades", course=67, order="id")) == 36
    one = await sandbox.get("/stepik/course", course=67, user=told["users"][-1])
    assert one["user"] == told["users"][-1]


async def test_a_seeded_course_may_be_foreign_or_without_lessons(
    sandbox: Served, program: Asker
) -> None:
    told = await sandbox.post("/stepik/learners", course=2001, count=1, is_foreign=True)
    assert (await program.ask("course-grades", course=2001)).status_code == 403
    (user,), lesson = told["users"], told["lessons"][0]
    assert await program.ids("progresses", [f"lesson-{lesson}-{user}"]) == []
    assert await program.rows("course-grades", user=user) == []
    await sandbox.post("/stepik/learners", course=2002, count=1, lessons=0)
    (row,) = await program.rows("course-grades", course=2002)
    assert (row["results"], row["score"]) == ({}, 0.0)


async def test_a_wish_for_too_many_makes_nothing(sandbox: Served) -> None:
    before = (await sandbox.get("/stepik/state"))["courses"]
    wish = {"course": COURSE, "count": 50_000, "lessons": 1}
    assert (await sandbox.http.post("/stepik/learners", json=wish)).status_code == 409
    assert (await sandbox.get("/stepik/state"))["courses"] == before
