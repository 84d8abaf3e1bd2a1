"""Courses as administrators keep them: what is taken, what is refused, who may."""

import re
from uuid import UUID

import pytest

from tests.school.courses import School, school


def words(text: str) -> str:
    """A page without its line breaks."""
    return re.sub(r"\s+", " ", text)


async def names(known: School, query: str, *values: object) -> list[str]:
    return [row["name"] for row in await known.rows(query, *values)]


async def test_a_course_gets_the_initials_of_its_name_and_the_next_one_a_number(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        slugs = [
            await known.course("Learn Python"),
            await known.course("Летняя Практика"),
            await known.course("Import"),
            await known.course("Learn Python 3", slug="Winter-26"),
        ]
        assert slugs == ["lp", "lp-2", "import-2", "winter-26"]
        listed = await known.json("/school/courses")
    assert [course["slug"] for course in listed] == ["import-2", "lp", "winter-26", "lp-2"]


async def test_a_course_is_renamed_and_moves_to_another_address(database_url: str) -> None:
    async with school(database_url) as known:
        await known.course(description="Old")
        place = await known.save(
            "/school/courses/lp/edit",
            name="Learn <Python>",
            slug="python",
            description="**New**",
            chat_url="https://t.me/learn",
        )
        assert place == "/school/courses/python"
        page = await known.get(place)
        assert "Learn &lt;Python&gt;" in page.text
        assert "<strong>New</strong>" in page.text
        assert 'href="https://t.me/learn"' in page.text
        assert (await known.get("/school/courses/lp")).status_code == 404


async def test_a_slug_that_is_taken_is_said_beside_its_field_and_nothing_is_lost(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        await known.course()
        await known.course("Learn SQL", slug="sql")
        for path in ("/school/courses", "/school/courses/sql/edit"):
            answer = await known.post(path, name="Another", slug="LP", description="Much text")
            assert answer.status_code == 422
            assert "This short name is taken" in answer.text
            assert "Much text" in answer.text
        assert (await known.post("/school/courses", name="N", slug="import")).status_code == 422
        assert await names(known, "SELECT name FROM courses ORDER BY slug") == [
            "Learn Python",
            "Learn SQL",
        ]


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("name", " ", "Please give a name"),
        ("name", "a" * 201, "Please give a name"),
        ("slug", "Ж", "A short name has small Latin letters"),
        ("slug", "a--b", "A short name has small Latin letters"),
        ("chat_url", "javascript:alert(1)", "A link begins with https://"),
        ("chat_url", "https://me:secret@t.me/", "A link begins with https://"),
        ("chat_url", "//t.me/learn", "A link begins with https://"),
        ("description", "a" * 20_001, "The text is too long"),
        ("description", "[" * 20_000, "The text has too much formatting"),
    ],
)
async def test_each_wrong_field_is_told_in_the_readers_language_and_to_programs_by_its_name(
    database_url: str, field: str, text: str, complaint: str
) -> None:
    entered = {"name": "Learn Python", field: text}
    async with school(database_url) as known:
        page = await known.post("/school/courses", **entered)
        assert page.status_code == 422
        assert complaint in words(page.text)
        assert f'id="{field}-wrong"' in page.text
        answer = await known.post("/school/courses", accept="application/json", **entered)
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == [field]
        known.as_person("administrator", locale="ru")
        in_russian = await known.post("/school/courses", **entered)
        assert complaint not in words(in_russian.text)
        assert await known.one("SELECT count(*) FROM courses") == 0


async def test_everything_wrong_is_told_at_once(database_url: str) -> None:
    async with school(database_url) as known:
        answer = await known.post(
            "/school/courses", accept="application/json", name="", slug="!", chat_url="x"
        )
    assert set(answer.json()["fields"]) == {"name", "slug", "chat_url"}


async def test_text_that_postgres_would_refuse_is_kept_without_what_it_refuses(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        await known.course("Learn\0 Python", description="a\0b")
        (course,) = await known.json("/school/courses")
    assert (course["name"], course["description"]) == ("Learn Python", "ab")


# What an administrator's pages are, with ids of things that stand.
async def every_address(known: School) -> tuple[list[str], list[str]]:
    slug = await known.course()
    await known.save(f"/school/courses/{slug}/tracks", name="Web")
    track_id = await known.one("SELECT track_id FROM tracks")
    program_id = await known.program(slug)
    week_id = await known.week(program_id, 1)
    lesson_id = await known.lesson(week_id)
    assignment_id = await known.assignment(week_id)
    stream_id = await known.stream(slug)
    course, program = f"/school/courses/{slug}", f"/school/programs/{program_id}"
    lesson, assignment = f"/school/lessons/{lesson_id}", f"/school/assignments/{assignment_id}"
    week, track = f"/school/weeks/{week_id}", f"/school/tracks/{track_id}"
    pages = [
        "/school/courses",
        "/school/courses/new",
        course,
        f"{course}/edit",
        f"{course}/tracks/new",
        f"{course}/streams/new",
        track,
        program,
        f"{program}/weeks/new",
        f"{week}/edit",
        f"{week}/lessons/new",
        f"{week}/assignments/new",
        f"{lesson}/edit",
        f"{assignment}/edit",
        f"/school/streams/{stream_id}/edit",
    ]
    changes = [
        "/school/courses",
        f"{course}/edit",
        f"{course}/tracks",
        f"{course}/programs",
        f"{course}/streams",
        track,
        f"{track}/move",
        f"{track}/delete",
        program,
        f"{program}/copy",
        f"{program}/weeks",
        f"{week}/edit",
        f"{week}/delete",
        f"{week}/lessons",
        f"{week}/assignments",
        *[f"{lesson}/{act}" for act in ("edit", "move", "delete")],
        *[f"{assignment}/{act}" for act in ("edit", "move", "delete", "restore")],
        f"/school/streams/{stream_id}/edit",
    ]
    return pages, changes


async def test_every_page_is_shown_to_administrators_in_both_languages(database_url: str) -> None:
    async with school(database_url) as known:
        pages, _ = await every_address(known)
        for locale in ("en", "ru"):
            known.as_person("administrator", locale=locale)
            for path in pages:
                answer = await known.get(path)
                assert answer.status_code == 200, path
                if locale == "ru":
                    assert re.search("[а-я]{4}", answer.text.split("<main", 1)[1]), path
                assert (await known.get(path, accept="application/json")).status_code == 200


async def test_nobody_but_an_administrator_sees_or_changes_anything(database_url: str) -> None:
    async with school(database_url) as known:
        pages, changes = await every_address(known)
        before = await whole(known)
        for roles in ((), ("student",), ("curator", "teacher", "student")):
            known.as_person(*roles)
            for path in pages:
                assert (await known.get(path)).status_code in (403, 404), path
            for path in changes:
                answer = await known.post(path, name="Mine", direction="up", number="9")
                assert answer.status_code in (403, 404), path
        assert await whole(known) == before


async def test_a_change_without_the_forms_secret_is_none(database_url: str) -> None:
    async with school(database_url) as known:
        _, changes = await every_address(known)
        before = await whole(known)
        for path in changes:
            answer = await known.post(path, csrf="wrong", name="Mine", direction="up", number="9")
            assert answer.status_code == 403, path
        assert await whole(known) == before


@pytest.mark.parametrize("made_up", [str(UUID(int=4711)), "no-id", "no%00id"])
async def test_what_is_not_there_is_404(database_url: str, made_up: str) -> None:
    async with school(database_url) as known:
        for path in (
            f"/school/courses/{made_up}",
            f"/school/courses/{made_up}/edit",
            f"/school/courses/{made_up}/tracks/new",
            f"/school/courses/{made_up}/streams/new",
            f"/school/tracks/{made_up}",
            f"/school/programs/{made_up}",
            f"/school/programs/{made_up}/weeks/new",
            f"/school/weeks/{made_up}/edit",
            f"/school/weeks/{made_up}/lessons/new",
            f"/school/weeks/{made_up}/assignments/new",
            f"/school/lessons/{made_up}/edit",
            f"/school/lessons/{made_up}/video",
            f"/school/assignments/{made_up}/edit",
            f"/school/streams/{made_up}/edit",
        ):
            assert (await known.get(path)).status_code == 404, path
        for path, fields in (
            (f"/school/courses/{made_up}/tracks", {"name": "Web"}),
            (f"/school/courses/{made_up}/programs", {"name": "Year"}),
            (f"/school/tracks/{made_up}/move", {"direction": "up"}),
            (f"/school/tracks/{made_up}/delete", {}),
            (f"/school/programs/{made_up}", {"name": "Year"}),
            (f"/school/programs/{made_up}/copy", {"name": "Year"}),
            (f"/school/programs/{made_up}/weeks", {"number": "1"}),
            (f"/school/weeks/{made_up}/delete", {}),
            (f"/school/weeks/{made_up}/lessons", {"name": "Loops"}),
            (f"/school/lessons/{made_up}/move", {"direction": "down"}),
            (f"/school/assignments/{made_up}/delete", {}),
            (f"/school/assignments/{made_up}/restore", {}),
        ):
            assert (await known.post(path, **fields)).status_code == 404, path


async def test_tracks_are_ordered_by_small_steps_and_stay_while_they_are_used(
    database_url: str,
) -> None:
    ordered = "SELECT name FROM tracks ORDER BY position"
    async with school(database_url) as known:
        slug = await known.course()
        for name in ("Web", "Data", "Games", "Games"):
            await known.save(f"/school/courses/{slug}/tracks", name=name)
        ids = [
            row["track_id"] for row in await known.rows("SELECT * FROM tracks ORDER BY position")
        ]
        await known.save(f"/school/tracks/{ids[2]}/move", direction="up")
        assert await names(known, ordered) == ["Web", "Games", "Data", "Games"]
        await known.save(f"/school/tracks/{ids[0]}/move", direction="up")
        await known.save(f"/school/tracks/{ids[0]}/move", direction="down")
        assert await names(known, ordered) == ["Games", "Web", "Data", "Games"]
        week_id = await known.week(await known.program(slug), 1)
        await known.lesson(week_id, track_id=str(ids[0]))
        refused = await known.post(f"/school/tracks/{ids[0]}/delete")
        assert refused.status_code == 409
        assert "so it stays" in refused.text
        await known.save(f"/school/tracks/{ids[1]}/delete")
        await known.save(f"/school/tracks/{ids[2]}", name="Play", description="")
        assert await names(known, ordered) == ["Play", "Web", "Games"]
        slugs = {row["slug"] for row in await known.rows("SELECT slug FROM tracks")}
        assert slugs == {"web", "games", "games-2"}


async def whole(known: School) -> list[object]:
    """All that stands in the tables of courses."""
    return [
        sorted(tuple(str(value) for value in row.values()) for row in await known.rows(query))
        for query in (
            "SELECT * FROM courses",
            "SELECT * FROM tracks",
            "SELECT * FROM programs",
            "SELECT * FROM weeks",
            "SELECT * FROM course_lessons",
            "SELECT * FROM assignments",
            "SELECT * FROM streams",
        )
    ]
