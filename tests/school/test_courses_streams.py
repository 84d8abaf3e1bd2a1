"""Streams: their days and numbers, and that each opened week is told once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.school.courses.streams import repository
from services.school.courses.streams.service import tell_weeks
from tests.school.courses import School, school

PUBLIC_URL = "https://parta.test"


async def tell(known: School) -> list[tuple[int, str]]:
    """What is told now: the numbers of weeks and the days on which they opened."""
    before = len(await known.told())
    told = await tell_weeks(known.database, known.clock, public_url=PUBLIC_URL)
    events = (await known.told())[before:]
    assert told == len(events)
    return [(event["version"], event["opened_on"]) for event in events]


async def stream_of(known: School, *, weeks: int = 4, **fields: Any) -> UUID:
    """A stream of a new course with so many weeks; it starts on the first of September."""
    slug = await known.course()
    program_id = await known.program(slug, weeks=weeks)
    return await known.stream(slug, 26, program_id=program_id, **fields)


async def test_a_stream_is_named_by_its_course_and_shown_with_where_it_stands(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        await stream_of(known)
        await known.stream("lp", 25, start_on="2025-09-01", finish_on="2025-12-01")
        await known.stream("lp", 27, start_on="2027-09-01", finish_on="2027-12-01")
        known.clock.at = datetime(2026, 9, 8, tzinfo=UTC)
        page = (await known.get("/school/courses/lp")).text
        for part in ("LP26", "week 2", "LP25", "over", "LP27", "has not begun"):
            assert part in page, part
        form = (await known.get("/school/courses/lp/streams/new")).text
        assert 'value="28"' in form


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("number", "26", "number"),
        ("number", "0", "number"),
        ("number", "100001", "number"),
        ("start_on", "yesterday", "start_on"),
        ("start_on", "", "start_on"),
        ("start_on", "0001-01-01", "start_on"),
        ("finish_on", "2026-08-31", "finish_on"),
        ("finish_on", "9999-12-31", "finish_on"),
        ("zone", "Mars/Olympus", "zone"),
        ("zone", "../etc/passwd", "zone"),
        ("program_id", "00000000-0000-0000-0000-000000000001", "program_id"),
        ("chat_url", "tg://join", "chat_url"),
    ],
)
async def test_a_stream_with_a_wrong_field_is_refused(
    database_url: str, field: str, text: str, named: str
) -> None:
    entered = {
        "number": "27",
        "start_on": "2026-09-01",
        "finish_on": "2026-12-01",
        "zone": "Asia/Almaty",
    }
    async with school(database_url) as known:
        await stream_of(known)
        stream_id = await known.stream("lp", 30)
        for path in ("/school/courses/lp/streams", f"/school/streams/{stream_id}/edit"):
            answer = await known.post(path, **{**entered, field: text})
            assert answer.status_code == 422
            assert f'id="{named}-wrong"' in answer.text
        rows = await known.rows("SELECT number, zone FROM streams ORDER BY number")
    assert [tuple(row.values()) for row in rows] == [(26, "Europe/Moscow"), (30, "Europe/Moscow")]


async def test_a_stream_is_changed(database_url: str) -> None:
    async with school(database_url) as known:
        stream_id = await stream_of(known)
        place = await known.save(
            f"/school/streams/{stream_id}/edit",
            number="1",
            start_on="2026-10-01",
            finish_on="2026-10-01",
            zone="Asia/Almaty",
            chat_url="https://t.me/lp1",
        )
        assert place == f"/school/streams/{stream_id}"
        (row,) = await known.rows("SELECT * FROM streams")
    assert (row["number"], row["zone"], row["program_id"]) == (1, "Asia/Almaty", None)
    assert str(row["start_on"]) == str(row["finish_on"]) == "2026-10-01"


async def test_each_week_is_told_once_on_its_day_in_the_streams_zone(database_url: str) -> None:
    async with school(database_url) as known:
        stream_id = await stream_of(known, zone="Asia/Almaty")
        midnight = datetime(2026, 8, 31, 19, 0, tzinfo=UTC)  # in Almaty
        known.clock.at = midnight - timedelta(seconds=1)
        assert await tell(known) == []
        known.clock.at = midnight
        assert await tell(known) == [(1, "2026-09-01")]
        assert await tell(known) == []
        known.clock.at = midnight + timedelta(days=7, seconds=-1)
        assert await tell(known) == []
        known.clock.at = midnight + timedelta(days=7)
        assert await tell(known) == [(2, "2026-09-08")]
        assert await known.one("SELECT weeks_told FROM streams") == 2
        told = (await known.told())[-1]
    assert told["stream_id"] == str(stream_id)
    assert told["course"] == "Learn Python"
    assert told["page_url"] == "https://parta.test/school"


async def test_of_several_missed_weeks_the_newest_is_told(database_url: str) -> None:
    async with school(database_url) as known:
        await stream_of(known)
        known.clock.at = datetime(2026, 9, 20, tzinfo=UTC)
        assert await tell(known) == [(3, "2026-09-15")]
        assert await tell(known) == []
        known.clock.at = datetime(2026, 11, 20, tzinfo=UTC)
        assert await tell(known) == [(4, "2026-09-22")]
        assert await tell(known) == []


async def test_nothing_is_told_of_a_stream_that_is_over_or_has_no_program(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        await stream_of(known, finish_on="2026-09-10")
        await known.stream("lp", 27)
        known.clock.at = datetime(2026, 9, 10, 21, 0, tzinfo=UTC)  # midnight in Moscow
        assert await tell(known) == []
        known.clock.at -= timedelta(seconds=1)
        assert await tell(known) == [(2, "2026-09-08")]


async def test_a_week_that_was_told_is_not_told_again_when_the_stream_is_moved(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        stream_id = await stream_of(known)
        known.clock.at = datetime(2026, 9, 8, 12, 0, tzinfo=UTC)
        assert await tell(known) == [(2, "2026-09-08")]
        await known.save(
            f"/school/streams/{stream_id}/edit",
            number="26",
            start_on="2026-09-07",
            finish_on="2026-12-01",
            zone="Europe/Moscow",
            program_id=str(await known.one("SELECT program_id FROM programs")),
        )
        assert await tell(known) == []
        known.clock.at = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
        assert await tell(known) == [(3, "2026-09-21")]


async def test_a_week_that_is_told_names_its_assignments_but_no_retired_one(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        program_id = await known.program(slug)
        week_id = await known.week(program_id, 1, title="Beginning")
        for name in ("First", "Second", "Old"):
            assignment_id = await known.assignment(week_id, name)
        await known.rows("UPDATE assignments SET retired_at = now() WHERE name = 'Old'")
        await known.save(f"/school/assignments/{assignment_id}/move", direction="up")
        await known.stream(slug, program_id=program_id)
        await tell(known)
        (told,) = await known.told()
    assert (told["title"], told["assignments"]) == ("Beginning", ["First", "Second"])


async def test_a_stream_that_another_process_is_at_is_left_to_it(database_url: str) -> None:
    async with school(database_url) as known:
        stream_id = await stream_of(known)
        async with known.database.transaction() as connection:
            assert await repository.lock_untold(connection, stream_id)
            assert await tell(known) == []
        assert await tell(known) == [(1, "2026-09-01")]


async def test_two_processes_tell_a_week_once(database_url: str) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        program_id = await known.program(slug, weeks=1)
        for number in range(1, 6):
            await known.stream(slug, number, program_id=program_id)
        told = await asyncio.gather(
            *(tell_weeks(known.database, known.clock, public_url=PUBLIC_URL) for _ in range(3))
        )
        streams = [event["stream_id"] for event in await known.told()]
    assert sum(told) == len(streams) == len(set(streams)) == 5


async def test_a_gap_between_weeks_is_stepped_over(database_url: str) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        program_id = await known.program(slug)
        for number in (1, 3):
            await known.week(program_id, number)
        await known.stream(slug, program_id=program_id)
        known.clock.at = datetime(2026, 9, 9, tzinfo=UTC)
        assert await tell(known) == [(1, "2026-09-01")]
        known.clock.at = datetime(2026, 9, 16, tzinfo=UTC)
        assert await tell(known) == [(3, "2026-09-15")]
