"""A course taken in from a document: what changes, what stays because works belong to it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.school.errors import ImportOutdated
from services.school.exchange.course import service
from services.school.exchange.course.changes import Plan
from services.school.exchange.course.document import (
    Assignment,
    Course,
    Lesson,
    Program,
    Track,
    Week,
)
from tests.school.streams import NOW, School, streams_school
from tests.school.test_exchange_course import courses
from tests.support.waiting import eventually

SMALL = Course(
    slug="python",
    name="Python",
    tracks=(Track(slug="one", name="One"), Track(slug="two", name="Two")),
    programs=(
        Program(
            slug="all",
            name="All",
            weeks=(
                Week(
                    number=1,
                    title="First",
                    lessons=(
                        Lesson(slug="a", name="A", track="one"),
                        Lesson(slug="b", name="B"),
                    ),
                    assignments=(Assignment(slug="x", name="X", track="two"),),
                ),
                Week(number=2, title="Second", assignments=(Assignment(slug="y", name="Y"),)),
            ),
        ),
    ),
)


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[School]:
    async with streams_school(database_url) as opened:
        yield opened


async def become(school: School, wanted: Course) -> Plan:
    """Preview and apply."""
    async with school.database.transaction() as connection:
        previewed = await service.preview(connection, wanted)
    async with school.database.transaction() as connection:
        return await service.apply(connection, wanted, digest=previewed.digest, now=NOW)


async def standing(school: School, slug: str = "python") -> Course:
    async with school.database.acquire() as connection:
        return await service.get_course(connection, slug)


def with_weeks(*weeks: Week, course: Course = SMALL) -> Course:
    return replace(course, programs=(replace(course.programs[0], weeks=weeks),))


def told(plan: Plan) -> list[tuple[Any, ...]]:
    return [(one.kind, one.what, one.name, *one.fields) for one in plan.changes]


async def assignment(school: School, slug: str) -> UUID:
    (row,) = await school.rows("SELECT assignment_id FROM assignments WHERE slug = $1", slug)
    return row["assignment_id"]


async def begin_work(school: School, slug: str) -> UUID:
    """Somebody begins a work of an assignment; gives the assignment."""
    curator_id = uuid4()
    (course,) = await school.rows("SELECT course_id FROM courses")
    stream_id = await school.stream(
        course["course_id"], len(await school.rows("TABLE streams")) + 1
    )
    group_id = await school.team(stream_id, "Team", curator_id)
    assignment_id = await assignment(school, slug)
    await school.work(group_id, uuid4(), curator_id, assignment_id=assignment_id)
    return assignment_id


FIRST, SECOND = SMALL.programs[0].weeks


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=courses("python"), second=courses("python"))
async def test_a_course_becomes_whatever_documents_say_one_after_the_other(
    school: School, first: Course, second: Course
) -> None:
    for wanted in (first, second):
        await become(school, wanted)
        assert await standing(school) == wanted
        async with school.database.acquire() as connection:
            assert (await service.preview(connection, wanted)).changes == []


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), first=courses("python"), second=courses("python"))
async def test_no_document_loses_a_work(
    school: School, data: st.DataObject, first: Course, second: Course
) -> None:
    await school.run(
        "TRUNCATE submissions, submission_statuses, groups, streams, group_members, seats, imports"
    )
    await become(school, first)
    rows = await school.rows("SELECT slug, assignment_id FROM assignments WHERE retired_at IS NULL")
    begun = set()
    if rows:
        chosen = data.draw(st.lists(st.sampled_from(rows), unique=True, max_size=3))
        (course,) = await school.rows("SELECT course_id FROM courses")
        stream_id = await school.stream(course["course_id"])
        group_id = await school.team(stream_id, "Team", uuid4())
        for row in chosen:
            begun.add(row["assignment_id"])
            await school.work(group_id, uuid4(), uuid4(), assignment_id=row["assignment_id"])
    plan = await become(school, second)
    left = await school.rows("SELECT assignment_id FROM assignments")
    assert begun <= {row["assignment_id"] for row in left}
    now = await standing(school)
    kept = {change.name for change in plan.changes if change.kind == "kept"}
    if not kept:
        assert now == second
    async with school.database.acquire() as connection:
        assert (await service.preview(connection, second)).is_empty


async def test_a_new_course_is_added_whole(school: School) -> None:
    plan = await become(school, SMALL)
    assert plan.is_new
    assert told(plan)[:3] == [
        ("added", "course", "Python"),
        ("added", "track", "One"),
        ("added", "track", "Two"),
    ]
    assert len(plan.changes) == 10
    assert {change.kind for change in plan.changes} == {"added"}


async def test_only_what_differs_is_told_and_rows_keep_their_keys(school: School) -> None:
    await become(school, SMALL)
    before = await school.rows("SELECT lesson_id FROM course_lessons ORDER BY lesson_id")
    a, b = FIRST.lessons
    changed = with_weeks(replace(FIRST, lessons=(b, replace(a, track="two", text="Read"))), SECOND)
    plan = await become(school, replace(changed, name="Python 3"))
    assert told(plan) == [
        ("changed", "course", "Python 3", "name"),
        ("changed", "week", "First", "order"),
        ("changed", "lesson", "A", "track", "text"),
    ]
    after = await school.rows("SELECT lesson_id FROM course_lessons ORDER BY lesson_id")
    assert before == after
    assert await standing(school) == replace(changed, name="Python 3")


async def test_an_assignment_with_works_is_retired_and_one_without_is_deleted(
    school: School,
) -> None:
    await become(school, SMALL)
    begun = await begin_work(school, "x")
    wanted = with_weeks(replace(FIRST, assignments=()), replace(SECOND, assignments=()))
    plan = await become(school, wanted)
    assert told(plan) == [("retired", "assignment", "X"), ("removed", "assignment", "Y")]
    (row,) = await school.rows("SELECT assignment_id, retired_at FROM assignments")
    assert (row["assignment_id"], row["retired_at"]) == (begun, NOW)
    assert await standing(school) == wanted
    back = await become(school, with_weeks(FIRST, replace(SECOND, assignments=())))
    assert told(back) == [("back", "assignment", "X")]
    assert await assignment(school, "x") == begun


async def test_what_moves_to_another_week_keeps_its_works(school: School) -> None:
    await become(school, SMALL)
    begun = await begin_work(school, "x")
    (x,), (y,) = FIRST.assignments, SECOND.assignments
    wanted = with_weeks(
        replace(FIRST, assignments=(y,)),
        replace(SECOND, assignments=(replace(x, name="X again"),)),
    )
    plan = await become(school, wanted)
    assert told(plan) == [("moved", "assignment", "Y"), ("moved", "assignment", "X again", "name")]
    assert await assignment(school, "x") == begun
    assert await standing(school) == wanted


async def test_a_week_that_is_taken_away_stays_for_the_works_in_it(school: School) -> None:
    await become(school, SMALL)
    await begin_work(school, "y")
    wanted = with_weeks(FIRST)
    assert told(await become(school, wanted)) == [
        ("retired", "assignment", "Y"),
        ("retired", "week", "Second"),
    ]
    assert await standing(school) == wanted
    async with school.database.acquire() as connection:
        assert (await service.preview(connection, wanted)).changes == []
    assert told(await become(school, with_weeks(FIRST, Week(number=2, title="Anew")))) == [
        ("added", "week", "Anew")
    ]
    assert await standing(school) == with_weeks(FIRST, Week(number=2, title="Anew"))


async def test_a_program_in_use_stays_as_it_is_with_its_tracks(school: School) -> None:
    await become(school, SMALL)
    (program,) = await school.rows("SELECT program_id, course_id FROM programs")
    await school.stream(program["course_id"], program_id=program["program_id"])
    wanted = replace(SMALL, tracks=(), programs=(Program(slug="new", name="New"),))
    plan = await become(school, wanted)
    assert told(plan) == [
        ("kept", "track", "One"),
        ("kept", "track", "Two"),
        ("added", "program", "New"),
        ("kept", "program", "All"),
    ]
    now = await standing(school)
    assert now.programs == (*SMALL.programs, Program(slug="new", name="New"))
    assert now.tracks == SMALL.tracks


async def test_a_program_that_nobody_uses_goes_with_all_that_is_in_it(school: School) -> None:
    await become(school, SMALL)
    wanted = replace(SMALL, tracks=(), programs=())
    assert ("removed", "program", "All") in told(await become(school, wanted))
    assert await standing(school) == wanted
    assert await school.rows("SELECT FROM assignments") == []


async def test_a_track_goes_and_what_is_retired_stays_without_it(school: School) -> None:
    await become(school, SMALL)
    await begin_work(school, "x")
    wanted = replace(
        with_weeks(Week(number=1, title="First"), SECOND), tracks=(Track(slug="one", name="One"),)
    )
    assert ("removed", "track", "Two") in told(await become(school, wanted))
    assert await standing(school) == wanted


async def test_what_was_changed_since_the_preview_stops_it(school: School) -> None:
    async with school.database.acquire() as connection:
        previewed = await service.preview(connection, SMALL)
    await become(school, SMALL)
    wanted = replace(SMALL, name="Other")

    async def refuse(digest: str) -> None:
        with pytest.raises(ImportOutdated):
            async with school.database.transaction() as connection:
                await service.apply(connection, wanted, digest=digest, now=NOW)

    await refuse(previewed.digest)
    for statement in (
        "UPDATE course_lessons SET content = 'Changed' WHERE slug = 'a'",
        "DELETE FROM course_lessons WHERE slug = 'b'",
        "UPDATE assignments SET retired_at = now() WHERE slug = 'x'",
    ):
        async with school.database.acquire() as connection:
            digest = (await service.preview(connection, wanted)).digest
        await school.run(statement)
        await refuse(digest)
    async with school.database.acquire() as connection:
        digest = (await service.preview(connection, wanted)).digest
    await begin_work(school, "y")
    await refuse(digest)
    assert (await standing(school)).name == "Python"


async def test_what_pages_wrote_is_the_same_as_what_files_say(school: School) -> None:
    """Line breaks of browsers and gaps between positions are no differences."""
    await become(school, with_weeks(replace(FIRST, description="One\ntwo"), SECOND))
    await school.run("UPDATE weeks SET description = E'One\\r\\ntwo \\n' WHERE number = 1")
    await school.run("UPDATE course_lessons SET position = position * 10")
    async with school.database.acquire() as connection:
        plan = await service.preview(
            connection, with_weeks(replace(FIRST, description="One\ntwo"), SECOND)
        )
    assert plan.is_empty


async def test_a_work_that_is_just_being_begun_is_waited_for(school: School) -> None:
    """Its assignment would be deleted: nobody has seen the work, for it is not committed yet."""
    await become(school, SMALL)
    wanted = with_weeks(FIRST)
    async with school.database.acquire() as connection:
        digest = (await service.preview(connection, wanted)).digest

    async def apply() -> None:
        async with school.database.transaction() as connection:
            await service.apply(connection, wanted, digest=digest, now=NOW)

    async def is_waiting() -> bool:
        return bool(await school.rows("SELECT FROM pg_locks WHERE NOT granted"))

    assignment_id = await assignment(school, "y")
    async with school.database.transaction() as connection:
        await connection.execute(
            """
            INSERT INTO submissions (
                submission_id, student_id, curator_id, title, status, version, created_at,
                changed_at, assignment_id
            )
            VALUES ($1, $1, $2, 'Work', 'execution', 1, $3, $3, $4)
            """,
            uuid4(),
            uuid4(),
            NOW,
            assignment_id,
        )
        applying = asyncio.create_task(apply())
        await eventually(is_waiting)
    with pytest.raises(ImportOutdated):
        await applying
    assert await assignment(school, "y") == assignment_id
