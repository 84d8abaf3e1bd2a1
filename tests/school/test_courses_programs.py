"""Programs, their weeks, lessons and assignments: made, copied, ordered, taken away."""

import asyncio
from uuid import UUID

import pytest

from services.school.courses import repository
from tests.school.courses import School, school

VIDEO_URL = "https://youtu.be/aB3_-fGhIjK"
SLIDES_URL = "https://docs.google.com/presentation/d/1aB3_-fGhIjKlMnOpQr/edit"
LESSONS = "SELECT name FROM course_lessons ORDER BY position"


async def names(known: School, query: str) -> list[str]:
    return [row["name"] for row in await known.rows(query)]


async def week_of(known: School) -> UUID:
    """The first week of a new course."""
    return await known.week(await known.program(await known.course()), 1)


async def test_weeks_are_numbered_and_a_number_is_there_once(database_url: str) -> None:
    async with school(database_url) as known:
        program_id = await known.program(await known.course(), weeks=2)
        path = f"/school/programs/{program_id}/weeks"
        assert 'value="3"' in (await known.get(f"{path}/new")).text
        for number in ("2", "0", "201", "-1", "two", "1.5", "", "²", "1" * 30):
            answer = await known.post(path, number=number, title="Kept <title>")
            assert answer.status_code == 422, number
            assert 'id="number-wrong"' in answer.text
            assert "Kept &lt;title&gt;" in answer.text
        week_id = await known.week(program_id, 200, title="Last")
        taken = await known.post(f"/school/weeks/{week_id}/edit", number="1", title="Last")
        assert "This number is taken" in taken.text
        await known.save(f"/school/weeks/{week_id}/edit", number="3", title="Third")
        weeks = (await known.json(f"/school/programs/{program_id}"))["weeks"]
    assert [(week["number"], week["title"]) for week in weeks] == [(1, ""), (2, ""), (3, "Third")]


async def test_a_week_goes_only_when_nothing_is_in_it(database_url: str) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        lesson_id = await known.lesson(week_id)
        assert (await known.post(f"/school/weeks/{week_id}/delete")).status_code == 409
        await known.save(f"/school/lessons/{lesson_id}/delete")
        await known.save(f"/school/weeks/{week_id}/delete")
        assert await known.one("SELECT count(*) FROM weeks") == 0


async def test_a_lesson_keeps_what_was_entered(database_url: str) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        lesson_id = await known.lesson(
            week_id,
            content="**Loop**\r\n\r\n<b>no</b>",
            video_url=VIDEO_URL,
            slides_url=SLIDES_URL,
            repository_url="https://github.com/parta/loops",
            link_url="https://docs.python.org/3/#loops",
        )
        page = await known.get(f"/school/lessons/{lesson_id}/edit")
        for part in (
            "**Loop**\n\n&lt;b&gt;no&lt;/b&gt;</textarea>",
            "<strong>Loop</strong>",
            f'value="{VIDEO_URL}"',
            f'value="{SLIDES_URL}"',
            'value="https://github.com/parta/loops"',
            'value="https://docs.python.org/3/#loops"',
            f'href="/school/lessons/{lesson_id}/video"',
        ):
            assert part in page.text, part
        await known.save(f"/school/lessons/{lesson_id}/edit", name="Loops", content="Less")
        (row,) = await known.rows("SELECT * FROM course_lessons")
    assert (row["content"], row["video_url"], row["link_url"]) == ("Less", None, None)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("video_url", "https://vimeo.com/1"),
        ("slides_url", "https://docs.google.com/document/d/1aB3_-fGhIjKlMnOpQr/edit"),
        ("repository_url", "https://gitlab.com/parta/loops"),
        ("link_url", "javascript:alert(1)"),
        ("track_id", str(UUID(int=4711))),
        ("track_id", "no-id"),
        ("content", "[" * 20_000),
        ("name", ""),
    ],
)
async def test_a_lesson_with_a_wrong_field_changes_nothing_and_loses_nothing(
    database_url: str, field: str, text: str
) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        lesson_id = await known.lesson(week_id, "Loops", content="Old")
        entered = {"name": "New", "content": "Much <new> text", field: text}
        for path in (f"/school/weeks/{week_id}/lessons", f"/school/lessons/{lesson_id}/edit"):
            answer = await known.post(path, **entered)
            assert answer.status_code == 422
            if field != "track_id":  # there is no track to choose from
                assert f'id="{field}-wrong"' in answer.text
            if field != "content":
                assert "Much &lt;new&gt; text" in answer.text
            told = await known.post(path, accept="application/json", **entered)
            assert list(told.json()["fields"]) == [field]
        rows = await known.rows("SELECT name, content FROM course_lessons")
    assert [tuple(row.values()) for row in rows] == [("Loops", "Old")]


async def test_lessons_are_ordered_within_their_track(database_url: str) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        for name in ("Web", "Data"):
            await known.save(f"/school/courses/{slug}/tracks", name=name)
        web, data = [
            str(row["track_id"])
            for row in await known.rows("SELECT * FROM tracks ORDER BY position")
        ]
        week_id = await known.week(await known.program(slug), 1)
        places = [("d1", data), ("w1", web), ("all", ""), ("d2", data), ("w2", web), ("w3", web)]
        ids = {name: await known.lesson(week_id, name, track_id=track) for name, track in places}
        assert await shown(known, week_id) == ["all", "w1", "w2", "w3", "d1", "d2"]
        await known.save(f"/school/lessons/{ids['w3']}/move", direction="up")
        await known.save(f"/school/lessons/{ids['d1']}/move", direction="up")
        await known.save(f"/school/lessons/{ids['d1']}/move", direction="down")
        assert await shown(known, week_id) == ["all", "w1", "w3", "w2", "d2", "d1"]
        place = await known.save(f"/school/lessons/{ids['w3']}/move", direction="up")
        assert place.endswith("#w1")
        assert await shown(known, week_id) == ["all", "w3", "w1", "w2", "d2", "d1"]
        answer = await known.post(f"/school/lessons/{ids['w3']}/move", direction="sideways")
        assert answer.status_code == 422


async def shown(known: School, week_id: UUID) -> list[str]:
    """A week's lessons as they are listed."""
    async with known.database.acquire() as connection:
        week = await repository.get_week(connection, week_id)
        lessons = await repository.list_lessons(connection, week.program_id, week_id)
    return [lesson.name for lesson in lessons]


async def test_steps_that_are_pressed_at_one_moment_all_count(database_url: str) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        ids = [await known.lesson(week_id, name) for name in "abcde"]
        paths = [f"/school/lessons/{ids[-1]}/move"] * 4
        answers = await asyncio.gather(*(known.post(path, direction="up") for path in paths))
        assert {answer.status_code for answer in answers} == {303}
        assert await names(known, LESSONS) == ["e", "a", "b", "c", "d"]


async def test_lessons_that_are_made_at_one_moment_have_places_and_names_of_their_own(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        path = f"/school/weeks/{week_id}/lessons"
        await asyncio.gather(*(known.save(path, name="Loops") for _ in range(4)))
        rows = await known.rows("SELECT slug, position FROM course_lessons ORDER BY position")
    assert [tuple(row.values()) for row in rows] == [
        ("loops", 1),
        ("loops-2", 2),
        ("loops-3", 3),
        ("loops-4", 4),
    ]


async def test_a_week_holds_so_many_lessons_and_no_more(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_IN_A_WEEK", 2)
    async with school(database_url) as known:
        week_id = await week_of(known)
        for make in (known.lesson, known.assignment):
            await make(week_id, "one")
            await make(week_id, "two")
        for path, fields in (("lessons", {}), ("assignments", {"policy": "any_repo"})):
            answer = await known.post(f"/school/weeks/{week_id}/{path}", name="three", **fields)
            assert answer.status_code == 409


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("policy", "anything"),
        ("policy", ""),
        ("due_day", "0"),
        ("due_day", "1001"),
        ("due_day", "soon"),
        ("repository_url", "https://github.com/parta"),
    ],
)
async def test_an_assignment_with_a_wrong_field_is_refused(
    database_url: str, field: str, text: str
) -> None:
    async with school(database_url) as known:
        week_id = await week_of(known)
        answer = await known.post(
            f"/school/weeks/{week_id}/assignments",
            **{"name": "First steps", "policy": "own_repo", field: text},
        )
        assert answer.status_code == 422
        assert f'id="{field}-wrong"' in answer.text
        assert await known.one("SELECT count(*) FROM assignments") == 0


async def test_an_assignment_without_works_goes_and_one_with_works_is_retired(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        program_id = await known.program(slug)
        week_id = await known.week(program_id, 1)
        team_id = await known.team(await known.stream(slug, program_id=program_id))
        kept = await known.assignment(week_id, "Kept", due_day="7")
        gone = await known.assignment(week_id, "Gone")
        await known.work(kept, team_id)
        for assignment_id in (kept, gone):
            await known.save(f"/school/assignments/{assignment_id}/delete")
        (row,) = await known.rows("SELECT * FROM assignments")
        assert (row["name"], row["due_day"], row["retired_at"]) == ("Kept", 7, known.clock.now())
        assert (await known.get(f"/school/assignments/{gone}/edit")).status_code == 404
        assert "retired" in (await known.get(f"/school/programs/{program_id}")).text
        assert (await known.json(f"/school/teams/{team_id}/weeks/1"))["sections"] == []
        await known.save(f"/school/assignments/{kept}/restore")
        assert await known.one("SELECT retired_at FROM assignments") is None


async def test_a_copy_has_all_weeks_and_leaves_the_first_program_as_it_is(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        slug = await known.course()
        await known.save(f"/school/courses/{slug}/tracks", name="Web")
        track_id = str(await known.one("SELECT track_id FROM tracks"))
        program_id = await known.program(slug)
        for number in (1, 2):
            week_id = await known.week(program_id, number, title=f"Week {number}")
            await known.lesson(week_id, f"L{number}", track_id=track_id, video_url=VIDEO_URL)
            await known.assignment(week_id, f"A{number}", policy="any_repo", due_day="3")
        retired = await known.assignment(week_id, "Old")
        await known.rows(
            "UPDATE assignments SET retired_at = now() WHERE assignment_id = $1", retired
        )
        before = await known.json(f"/school/programs/{program_id}")
        place = await known.save(f"/school/programs/{program_id}/copy", name="Year one")
        copy = await known.json(place)
        assert copy["slug"] == "year-one-2"
        ids = ("week_id", "lesson_id", "assignment_id", "program_id")
        for kind in ("weeks", "lessons", "assignments"):
            originals = [one for one in before[kind] if one.get("retired_at") is None]
            assert [bare(one, *ids) for one in copy[kind]] == [bare(one, *ids) for one in originals]
            assert len(copy[kind]) == 2
            known_ids = {one[name] for one in before[kind] for name in ids if name in one}
            assert not known_ids & {one[name] for one in copy[kind] for name in ids if name in one}
        await known.save(f"/school/programs/{copy['program_id']}", name="Year two")
        assert await known.json(f"/school/programs/{program_id}") == before


def bare(row: dict[str, object], *names: str) -> dict[str, object]:
    """A row without these."""
    return {name: value for name, value in row.items() if name not in names}


async def test_a_track_of_another_course_is_refused(database_url: str) -> None:
    async with school(database_url) as known:
        await known.course("Other course")
        await known.save("/school/courses/oc/tracks", name="Web")
        track_id = str(await known.one("SELECT track_id FROM tracks"))
        week_id = await week_of(known)
        assignment_id = await known.assignment(week_id)
        for path in (
            f"/school/weeks/{week_id}/lessons",
            f"/school/weeks/{week_id}/assignments",
            f"/school/assignments/{assignment_id}/edit",
        ):
            answer = await known.post(path, name="N", policy="any_repo", track_id=track_id)
            assert answer.status_code == 422, path
        assert await known.one("SELECT count(*) FROM course_lessons") == 0
