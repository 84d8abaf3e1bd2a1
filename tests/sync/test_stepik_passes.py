"""Passes over courses, at the sandbox's Stepik."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.sync.stepik.answers import Grade
from services.sync.stepik.passes.service import read_now
from services.sync.stepik.wire import Page
from tests.sync.stepik_reading import COURSE, SEEDED, Reading, account, beside, reading

LENA = UUID(int=1)
FIRST, THEORY, THIRD, LISTS = 670101, 670102, 670103, 670203


async def seed(stepik: Reading, count: int, **more: Any) -> list[int]:
    """So many learners in a course of four lessons with two marked steps each."""
    known = {"course": SEEDED, "count": count, "lessons": 4, "steps": 2, **more}
    told = await stepik.hub.post("/stepik/learners", **known)
    users: list[int] = told["users"]
    return users


async def signed_in(stepik: Reading, user_id: int, person_id: UUID = LENA) -> None:
    """Somebody whose account it is, read once since."""
    await stepik.person(person_id, stepik_id=user_id)
    await stepik.read_again()


async def met(stepik: Reading, course_id: int = SEEDED) -> set[int]:
    rows = await stepik.rows(
        "SELECT user_id FROM stepik_learners WHERE course_id = $1 AND gone_at IS NULL", course_id
    )
    return {row["user_id"] for row in rows}


async def test_a_first_pass_learns_the_course_and_its_learners(database_url: str) -> None:
    async with reading(database_url) as stepik:
        assert await stepik.read() == 1
        modules = await stepik.rows("SELECT title FROM stepik_modules ORDER BY position")
        learners = await stepik.rows("SELECT user_id, full_name FROM stepik_learners")
        course = await stepik.course()
        steps = await stepik.rows(
            "SELECT position FROM stepik_steps WHERE lesson_id = $1 AND marked ORDER BY 1", FIRST
        )
        passed = await stepik.rows(
            "SELECT lesson_id FROM stepik_lessons_passed WHERE user_id = $1", account("student")
        )
    assert [row["title"] for row in modules] == [
        "First steps",
        "Choices and loops",
        "Functions and files",
    ]
    assert {row["user_id"] for row in learners} >= {account("student"), account("student2")}
    assert all(row["full_name"] for row in learners)
    assert [row["position"] for row in steps] == [2, 3]
    assert {row["lesson_id"] for row in passed} == {FIRST}
    assert course["title"] == "Python from the desk"
    assert (course["phase"], course["error"], course["pass_number"]) == ("rest", None, 1)
    assert course["requests"] < 15


async def test_what_was_passed_at_first_sight_is_told_of_nobody(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.read()
        assert await stepik.events() == []
        assert await stepik.asked() == {LENA}, "its access is looked at all the same"


async def test_only_what_is_new_is_told_and_once(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await signed_in(stepik, account("student"))
        await stepik.execute("UPDATE access_checks SET answered = asks")
        await stepik.pass_lesson("student", LISTS)
        await stepik.pass_lesson("student", THIRD)
        await stepik.read_again()
        await stepik.read_again()
        [told] = await stepik.events()
        assert await stepik.asked() == {LENA}
        course = await stepik.course()
    assert told["person_id"] == str(LENA)
    assert [one["lesson_id"] for one in told["passed"]] == [THIRD, LISTS]
    assert [one["title"] for one in told["passed"]] == ["Numbers and text", "Lists"]
    assert (told["lessons_passed"], told["lessons"]) == (3, 8)
    assert (told["version"], told["course"]) == (3, "Python from the desk")
    assert course["changed"] == 0, "the last pass found nothing"


async def test_a_step_more_without_a_lesson_is_looked_at_and_told_of_nobody(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await signed_in(stepik, account("student"))
        await stepik.execute("UPDATE access_checks SET answered = asks")
        await stepik.pass_lesson("student", THIRD, step=3)
        await stepik.pass_lesson("student", 670201, step=2)
        await stepik.read_again()
        assert await stepik.asked() == {LENA}
        assert [one["passed"][0]["lesson_id"] for one in await stepik.events()] == [THIRD]


async def test_of_learners_who_are_nobody_here_nothing_is_told(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.pass_lesson("student", LISTS)
        await stepik.read_again()
        assert await stepik.events() == []
        assert await stepik.asked() == set()
        [change] = [one for one in stepik.changes if not one.is_new]
        assert change.lessons == (LISTS,)


async def test_what_was_passed_before_the_match_is_told_of_nobody(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.pass_lesson("student", LISTS)
        await signed_in(stepik, account("student"))
        assert await stepik.events() == []
        await stepik.pass_lesson("student", THIRD)
        await stepik.read_again()
        assert [one["passed"][0]["lesson_id"] for one in await stepik.events()] == [THIRD]


async def test_what_was_passed_stays_passed(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/progress", user="student", lesson=FIRST, passed=False)
        await stepik.read_again()
        kept = await stepik.value(
            "SELECT count(*) FROM stepik_lessons_passed WHERE user_id = $1", account("student")
        )
    assert kept == 1


@pytest.mark.parametrize("cuts_ids", [False, True])
@pytest.mark.parametrize("more", ["honest", "one_more", "endless"])
@pytest.mark.parametrize("past_end", ["empty", "not_found"])
async def test_all_learners_are_met_however_lists_end(
    database_url: str, more: str, past_end: str, cuts_ids: bool
) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        await stepik.hub.post(
            "/stepik/settings", more=more, past_end=past_end, cuts_ids=cuts_ids, page_size=7
        )
        users = await seed(stepik, 45)
        await stepik.read()
        assert await met(stepik) == set(users)
        course = await stepik.course(SEEDED)
    assert (course["phase"], course["error"]) == ("rest", None)
    assert course["requests"] < 45


@pytest.mark.parametrize(("first", "then"), [(20, 7), (7, 20)])
@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5])
async def test_all_learners_are_met_where_pages_change_their_size(
    database_url: str, first: int, then: int, pages: int
) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 90)
        await stepik.hub.post("/stepik/settings", page_size=first)
        await stepik.hub.post("/stepik/settings", page_size=then, after_pages=pages)
        await stepik.read()
        assert await met(stepik) == set(users)


async def test_who_moves_to_a_page_that_was_read_is_asked_for_by_number(
    database_url: str,
) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 60)
        await stepik.read()
        left = await stepik.hub.post("/stepik/leave", course=SEEDED, count=5, after_pages=1)
        await stepik.pass_lesson(users[21], 1670101)
        await stepik.read_again()
        assert await met(stepik) == set(users), "who left had been read by then"
        passed = await stepik.rows(
            "SELECT FROM stepik_lessons_passed WHERE user_id = $1 AND lesson_id = 1670101",
            users[21],
        )
        await stepik.read_again()
        assert await met(stepik) == set(users) - set(left["users"])
    assert len(passed) == 1


async def test_who_comes_while_pages_are_read_is_met(database_url: str) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 50)
        joined = await stepik.hub.post("/stepik/join", course=SEEDED, after_pages=1)
        await stepik.read()
        assert await met(stepik) == {*users, joined["user"]}


async def test_who_leaves_is_gone_and_comes_back_with_all_that_was_passed(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/leave", course=COURSE, user="student")
        await stepik.read_again()
        assert account("student") not in await met(stepik, COURSE)
        await stepik.hub.post("/stepik/join", course=COURSE, user="student")
        await stepik.read_again()
        assert account("student") in await met(stepik, COURSE)
        assert all(one.is_new for one in stepik.changes), "and nothing of it is news"


async def test_a_list_that_is_empty_for_a_moment_makes_nobody_gone(database_url: str) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 30)
        await stepik.read()
        await stepik.execute("UPDATE stepik_courses SET phase = 'absent', pass_number = 2")
        await stepik.read()
        assert await met(stepik) == set(users)


async def test_a_course_without_anything_is_no_trouble(database_url: str) -> None:
    async with reading(database_url, courses=(68,)) as stepik:
        assert await stepik.read() == 1
        course = await stepik.course(68)
    assert (course["phase"], course["error"]) == ("rest", None)


async def test_a_course_that_is_not_there_is_gone_and_asked_for_again_later(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/vanish", kind="courses", id=COURSE)
        await stepik.read_again()
        gone = await stepik.course()
        await stepik.hub.post("/stepik/vanish", kind="courses", id=COURSE, comes_back=True)
        await stepik.read_again()
        back = await stepik.course()
    assert gone["gone_since"] is not None
    assert "Missing" in gone["error"]
    assert (back["gone_since"], back["error"], back["phase"]) == (None, None, "rest")


async def test_a_course_of_another_teacher_is_no_reason_not_to_read_the_others(
    database_url: str,
) -> None:
    async with reading(database_url, courses=(69, COURSE)) as stepik:
        assert await stepik.read() == 2
        assert "Refused" in (await stepik.course(69))["error"]
        assert (await stepik.course())["error"] is None


@pytest.mark.parametrize(
    ("kind", "one", "table"),
    [
        ("sections", 6701, "stepik_modules"),
        ("units", 50670203, "stepik_lessons"),
        ("lessons", LISTS, "stepik_lessons"),
    ],
)
async def test_what_vanishes_is_kept_as_gone_and_comes_back(
    database_url: str, kind: str, one: int, table: str
) -> None:
    gone = f"SELECT count(*) FROM {table} WHERE gone"
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/vanish", kind=kind, id=one)
        await stepik.read_again()
        assert await stepik.value(gone) == 1
        await stepik.hub.post("/stepik/vanish", kind=kind, id=one, comes_back=True)
        await stepik.read_again()
        assert await stepik.value(gone) == 0


async def test_nothing_is_asked_while_stepik_says_to_wait(database_url: str) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 60)
        await stepik.hub.post(
            "/faults", system="stepik", method="GET /api/course-grades", retry_after=30, times=1
        )
        await stepik.read()
        sent = stepik.stepik.client.requests
        assert await stepik.read() == 0
        assert await stepik.read() == 0
        assert stepik.stepik.client.requests == sent
        course = await stepik.course(SEEDED)
        assert course["phase"] == "pages"
        assert "Limited" in course["error"]
        await stepik.let_pauses_pass()
        async with beside(stepik, database_url, courses=(SEEDED,)) as other:
            await other.read()
        assert await met(stepik) == set(users)
        state = await stepik.hub.get("/stepik/state")
    assert state["sent_while_waiting"] == 0


async def test_a_pass_goes_on_where_it_failed(database_url: str) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 60)
        await stepik.hub.post("/stepik/settings", page_size=7)
        for _ in range(3):
            await stepik.hub.post(
                "/faults", system="stepik", method="GET /api/course-grades", status=502, times=1
            )
            await stepik.read()
            course = await stepik.course(SEEDED)
            assert (course["phase"], course["pass_number"]) == ("pages", 1)
            assert course["failures"] == 1 or course["covered"] == 0
            assert "502" in course["error"]
            assert await stepik.read() == 0, "it rests for a while"
            await stepik.let_pauses_pass()
        await stepik.read()
        course = await stepik.course(SEEDED)
        assert await met(stepik) == set(users)
    assert (course["phase"], course["pass_number"], course["error"]) == ("rest", 1, None)
    assert course["failures"] == 0


async def test_a_token_that_is_not_taken_any_more_is_renewed(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/forget_tokens")
        await stepik.read_again()
        course = await stepik.course()
    assert (course["pass_number"], course["error"]) == (2, None)


async def test_two_processes_never_read_at_once(database_url: str) -> None:
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        users = await seed(stepik, 100)
        async with beside(stepik, database_url, courses=(SEEDED,)) as other:
            passes = await asyncio.gather(*(one.read() for one in (stepik, other) * 3))
        assert sum(passes) == 1
        assert await met(stepik) == set(users)
        holders = (await stepik.hub.get("/stepik/state"))["holders"]
    assert max(holder["most_in_flight"] for holder in holders) == 1
    assert sum(holder["requests"] > 1 for holder in holders) == 1


async def test_a_pass_is_due_when_its_minutes_are_over(database_url: str) -> None:
    async with reading(database_url) as stepik:
        assert await stepik.read() == 1
        stepik.clock.advance(timedelta(minutes=9))
        assert await stepik.read() == 0
        stepik.clock.advance(timedelta(minutes=2))
        assert await stepik.read() == 1


async def test_a_course_that_is_wanted_now_is_read_now(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        async with stepik.database.transaction() as connection:
            await read_now(connection, COURSE, stepik.clock.now())
        assert await stepik.read() == 1


async def test_a_lesson_of_theory_that_a_rule_names_is_asked_for(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.execute(
            """
            INSERT INTO resources (
                resource_id, kind, title, code, condition, created_at, changed_at
            )
            VALUES (gen_random_uuid(), 'video', 'How', 'abcdefgh', $1, now(), now())
            """,
            {"lesson_passed": THEORY},
        )
        await stepik.read()
        await stepik.person(LENA, stepik_id=account("student2"))
        await stepik.read_again()
        await stepik.read_again()
        assert await stepik.events() == []
        await stepik.execute("UPDATE access_checks SET answered = asks")
        await stepik.pass_lesson("student2", THEORY)
        await stepik.read_again()
        [told] = await stepik.events()
        assert [one["lesson_id"] for one in told["passed"]] == [THEORY]
        assert await stepik.asked() == {LENA}
        before = stepik.stepik.client.requests
        await stepik.read_again()
        course = await stepik.course()
        asked = (await stepik.hub.get("/counts"))["stepik"]
    assert stepik.stepik.client.requests - before == course["requests"]
    assert sum("progresses" in name for name in asked) == 1


async def test_a_process_that_stood_still_writes_nothing_when_it_wakes(
    database_url: str,
) -> None:
    async with (
        reading(database_url, courses=(SEEDED,)) as stepik,
        beside(stepik, database_url, courses=(SEEDED,)) as frozen,
    ):
        users = await seed(stepik, 30)
        stands, wakes = asyncio.Event(), asyncio.Event()
        get_grades = frozen.stepik.client.get_grades

        async def stand_still(course_id: int, page: int) -> Page[Grade]:
            found = await get_grades(course_id, page)
            stands.set()
            await wakes.wait()
            return found

        frozen.stepik.client.get_grades = stand_still  # type: ignore[method-assign]
        asleep = asyncio.create_task(frozen.read())
        await stands.wait()
        assert await stepik.read() == 0, "the course is held"
        await stepik.let_pauses_pass()
        assert await stepik.read() == 1
        before = await stepik.course(SEEDED)
        wakes.set()
        await asleep
        assert await stepik.course(SEEDED) == before
        assert await met(stepik) == set(users)


def small_course(pages: list[list[dict[str, Any]]]) -> Callable[[httpx.Request], httpx.Response]:
    """A course of a lesson with two steps and one with one; pages of learners are as given."""
    things: dict[str, list[dict[str, Any]]] = {
        "courses": [{"id": COURSE, "title": "Small", "sections": [1], "learners_group": 5}],
        "sections": [{"id": 1, "title": "Module", "position": 1, "units": [2, 4]}],
        "units": [{"id": 2, "lesson": 3, "position": 1}, {"id": 4, "lesson": 5, "position": 2}],
        "lessons": [
            {"id": 3, "title": "Lesson", "steps": [10, 11]},
            {"id": 5, "title": "Another", "steps": [12]},
        ],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/stepik/api/").split("/")[0]
        page = int(request.url.params.get("page", 1))
        rows = things.get(name, [])
        if name == "course-grades" and "page" in request.url.params:
            rows = pages[page - 1] if page <= len(pages) else []
        meta = {"has_next": name == "course-grades" and page < len(pages)}
        return httpx.Response(200, json={"meta": meta, name: rows})

    def wire(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/token/"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 36000})
        return answer(request)

    return wire


def grade(user: int, *passed: int) -> dict[str, Any]:
    """A learner whose results name what was tried, and no more."""
    results = {f"3-{one - 9}": {"step_id": one, "is_passed": True} for one in passed}
    return {"id": 80 + user, "course": COURSE, "user": user, "results": results}


async def test_a_lesson_is_judged_when_all_its_steps_are_known(database_url: str) -> None:
    pages = [[grade(1, 10)], [grade(2, 10, 11)]]
    async with reading(database_url, transport=small_course(pages)) as stepik:
        await stepik.read()
        assert await passed(stepik) == {(2, 3)}
        pages[0][0] = grade(1, 10, 11)
        await stepik.read_again()
        assert await passed(stepik) == {(1, 3), (2, 3)}


async def test_a_learner_on_two_pages_is_told_of_once_a_pass(database_url: str) -> None:
    pages = [[grade(1), grade(2)], [grade(3), grade(4, 10, 11, 12)]]
    async with reading(database_url, transport=small_course(pages)) as stepik:
        await stepik.read()
        await signed_in(stepik, 1)
        pages[0][0] = grade(1, 10, 11)
        pages[1][0] = grade(1, 10, 11, 12)
        await stepik.read_again()
        pages[0][0] = grade(1, 10, 11, 12)
        await stepik.read_again()
        told = await stepik.events()
    assert [[one["lesson_id"] for one in event["passed"]] for event in told] == [[3], [5]]
    assert len({event["version"] for event in told}) == 2


async def test_a_row_of_another_course_is_nobodys(database_url: str) -> None:
    pages = [[grade(1), {**grade(2), "course": 4711}]]
    async with reading(database_url, transport=small_course(pages)) as stepik:
        await stepik.read()
        assert await met(stepik, COURSE) == {1}


@pytest.mark.timeout(180)
async def test_a_pass_killed_at_random_moments_ends_as_if_it_had_not_been(
    database_url: str,
) -> None:
    chance = random.Random(11)  # noqa: S311 - the same at every run
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        await stepik.hub.post("/stepik/settings", page_size=3)
        users = await seed(stepik, 80, passed_per_cent=20)
        people = {UUID(int=n + 1): user_id for n, user_id in enumerate(users[::2])}
        await killed_often(stepik, chance, 40)
        for person_id, user_id in people.items():
            await stepik.person(person_id, stepik_id=user_id)
        await stepik.read_again()
        before = await passed(stepik)
        for user_id in users:
            await stepik.pass_lesson(user_id, 1670102)
        stepik.clock.advance(timedelta(minutes=11))
        kills = await killed_often(stepik, chance, 60)
        after = await passed(stepik)
        events = await stepik.events()
        course = await stepik.course(SEEDED)
        assert await met(stepik) == set(users)
    news = {(user_id, 1670102) for user_id in users} - before
    assert kills > 20
    assert after == before | news
    told = sorted(event["person_id"] for event in events)
    assert told == sorted(str(one) for one, user in people.items() if (user, 1670102) in news)
    assert len(set(told)) == len(told)
    assert (course["pass_number"], course["phase"], course["error"]) == (3, "rest", None)


async def passed(stepik: Reading) -> set[tuple[int, int]]:
    rows = await stepik.rows("SELECT user_id, lesson_id FROM stepik_lessons_passed")
    return {(row["user_id"], row["lesson_id"]) for row in rows}


async def killed_often(stepik: Reading, chance: random.Random, times: int) -> int:
    """Read, ended at so many random moments on the way; then to the end. Gives the kills."""
    kills = 0
    for _ in range(times):
        task = asyncio.create_task(stepik.read())
        done, _ = await asyncio.wait([task], timeout=chance.uniform(0, 0.02))
        if done:
            continue
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # A process that is killed gives nothing back: its lease runs out.
        await stepik.let_pauses_pass()
        kills += 1
    await stepik.read()
    return kills
