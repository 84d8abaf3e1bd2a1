"""The pages by which a course comes in from a file and goes out as one."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from services.school.exchange.course import pages
from services.school.exchange.course.reading import Read, read_course
from services.school.exchange.imports.service import forget_old
from tests.school.streams import School, said, streams_school, words
from tests.school.test_exchange_course import FULL_YAML, FULL_ZIP
from tests.school.test_exchange_hostile import archive

UPLOAD = "/school/courses/import"


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[School]:
    async with streams_school(database_url) as opened:
        yield opened


async def take(school: School, body: bytes) -> str:
    """Upload and apply; gives the course's address."""
    place, preview = await school.upload(UPLOAD, body)
    return await school.save(place, digest=preview["digest"])


async def test_a_course_comes_in_after_a_preview_and_goes_out_as_it_came(school: School) -> None:
    school.as_administrator()
    place, preview = await school.upload(UPLOAD, FULL_YAML)
    assert await school.rows("SELECT FROM courses") == []
    page = words(await school.get(place))
    assert "There is no course “python” yet" in page
    assert "Will be added" in page
    assert await school.save(place, digest=preview["digest"]) == "/school/courses/python"
    exported = await school.get("/school/courses/python/export.yaml")
    assert exported.content == FULL_YAML
    assert 'filename="python.yaml"' in exported.headers["content-disposition"]
    packed = await school.get("/school/courses/python/export.zip")
    assert packed.content == FULL_ZIP
    for body in (FULL_YAML, FULL_ZIP):
        place, preview = await school.upload(UPLOAD, body)
        assert preview["changes"] == []
        assert "nothing to change" in words(await school.get(place))


async def test_the_preview_names_what_goes(school: School) -> None:
    school.as_administrator()
    await take(school, FULL_YAML)
    place, preview = await school.upload(
        UPLOAD, archive({"course.yaml": "slug: python\nname: <Python>\n", "notes.md": "x"})
    )
    assert [(one["kind"], one["what"]) for one in preview["changes"]] == [
        ("changed", "course"),
        ("removed", "track"),
        ("removed", "program"),
    ]
    school.as_person(school.known.identity.person_id, "administrator", locale="ru")
    page = words(await school.get(place))
    assert "&lt;Python&gt;" in page
    assert "Будет удалено" in page
    assert "notes.md" in page


async def test_a_second_press_of_the_button_is_no_error(school: School) -> None:
    school.as_administrator()
    place, preview = await school.upload(UPLOAD, FULL_YAML)
    answers = await asyncio.gather(
        *(school.post(place, digest=preview["digest"]) for _ in range(4))
    )
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len(await school.rows("SELECT FROM courses")) == 1
    assert "has been applied" in words(await school.get(place))


async def test_what_changed_meanwhile_stops_it_and_says_so(school: School) -> None:
    school.as_administrator()
    await take(school, FULL_YAML)
    place, preview = await school.upload(UPLOAD, FULL_YAML.replace(b"name: Python", b"name: New"))
    await school.run("UPDATE weeks SET title = 'Written on a page'")
    answer = await school.post(place, digest=preview["digest"])
    assert answer.status_code == 409
    assert "open the preview again" in words(answer)
    assert "Written on a page" in (await school.get("/school/courses/python/export.yaml")).text
    again = await school.json(place)
    assert await school.save(place, digest=again["digest"])


async def test_two_who_make_the_same_course_at_once_make_one(school: School) -> None:
    school.as_administrator()
    uploads = [await school.upload(UPLOAD, FULL_YAML) for _ in range(3)]
    answers = await asyncio.gather(
        *(school.post(place, digest=preview["digest"]) for place, preview in uploads)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]


async def test_only_who_uploaded_it_sees_it_for_an_hour(school: School) -> None:
    owner = school.as_administrator()
    place, preview = await school.upload(UPLOAD, FULL_YAML)
    school.as_administrator()
    assert (await school.get(place)).status_code == 404
    assert (await school.post(place, digest=preview["digest"])).status_code == 404
    school.as_person(owner, "administrator")
    school.clock.at += timedelta(minutes=59)
    assert (await school.get(place)).status_code == 200
    school.clock.at += timedelta(minutes=1)
    answer = await school.get(place)
    assert answer.status_code == 404
    assert "upload the file again" in words(answer)
    assert (await school.post(place, digest=preview["digest"])).status_code == 404
    assert await forget_old(school.database, school.clock) == 1
    assert await school.rows("SELECT FROM imports") == []
    assert await school.rows("SELECT FROM courses") == []


async def test_of_a_persons_uploads_the_newest_five_are_kept(school: School) -> None:
    school.as_administrator()
    places = []
    for _ in range(6):
        school.clock.at += timedelta(seconds=1)
        places.append((await school.upload(UPLOAD, FULL_YAML))[0])
    assert (await school.get(places[0])).status_code == 404
    assert (await school.get(places[1])).status_code == 200


@pytest.mark.parametrize("roles", [(), ("student",), ("curator", "teacher")])
async def test_nobody_but_administrators_takes_courses_in_or_out(
    school: School, roles: tuple[str, ...]
) -> None:
    school.as_administrator()
    await take(school, FULL_YAML)
    place, preview = await school.upload(UPLOAD, FULL_YAML)
    school.as_person(None, *roles)
    for path in (UPLOAD, place, "/school/courses/python/export.yaml"):
        assert (await school.get(path)).status_code == 403
    assert (await school.get("/school/courses/python/export.zip")).status_code == 403
    assert (await school.post(UPLOAD, file=FULL_YAML)).status_code == 403
    assert (await school.post(place, digest=preview["digest"])).status_code == 403


async def test_a_form_without_its_secret_uploads_and_applies_nothing(school: School) -> None:
    school.as_administrator()
    place, preview = await school.upload(UPLOAD, FULL_YAML)
    assert (await school.post(UPLOAD, file=FULL_YAML, csrf="wrong")).status_code == 403
    answer = await school.post(place, digest=preview["digest"], csrf="wrong")
    assert answer.status_code == 403
    assert await school.rows("SELECT FROM courses") == []
    assert len(await school.rows("SELECT FROM imports")) == 1


async def test_a_file_with_mistakes_is_answered_with_all_of_them(school: School) -> None:
    school.as_administrator(locale="ru")
    body = b"slug: A B\ntracks: <script>\n"
    page = await school.post(UPLOAD, file=body)
    assert page.status_code == 422
    assert "<strong>строка 2, столбец 9:</strong> «tracks» должно быть списком" in words(page)
    answer = await school.post(UPLOAD, file=body, accept="application/json")
    assert answer.status_code == 422
    assert [one["place"] for one in said(answer)["problems"]] == [
        "строка 1, столбец 7",
        "строка 1, столбец 1",
        "строка 2, столбец 9",
    ]
    assert await school.rows("SELECT FROM imports") == []


async def test_what_a_file_says_is_shown_as_text(school: School) -> None:
    school.as_administrator()
    answer = await school.post(UPLOAD, file=b"slug: python\nname: x\n'<b>': 1\n")
    assert "there is no “&lt;b&gt;” here" in answer.text


@pytest.mark.parametrize(
    ("file", "status", "sentence"),
    [
        (b"", 422, "Please choose a file"),
        (b"slug: python\n" + b"# \n" * 400_000, 413, "1 MB at most"),
        (b"a: 1\n" * 2_000_000, 413, "1 MB at most"),
        (b"x" * 13_000_000, 413, ""),
    ],
)
async def test_too_much_or_nothing_is_told_at_once(
    school: School, file: bytes, status: int, sentence: str
) -> None:
    school.as_administrator()
    began = time.monotonic()
    answer = await school.post(UPLOAD, file=file)
    assert time.monotonic() - began < 5
    assert answer.status_code == status
    assert sentence in words(answer)


async def test_a_form_without_a_file_is_told_so(school: School) -> None:
    school.as_administrator()
    assert (await school.post(UPLOAD)).status_code == 422


async def test_the_largest_file_is_taken_and_read_beside_the_loop(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def read(body: bytes) -> Read:
        threads.append(threading.current_thread())
        return read_course(body)

    monkeypatch.setattr(pages, "read_course", read)
    school.as_administrator()
    line = "    - {slug: l%d, name: L, text: '%s'}\n"
    lessons = "".join(line % (number, "text *and* more " * 30) for number in range(90))
    weeks = "".join(f"  - number: {number}\n    lessons:\n{lessons}" for number in range(1, 22))
    body = f"slug: a\nname: A\nprograms:\n- slug: p\n  name: P\n  weeks:\n{weeks}".encode()
    assert 900_000 < len(body) < 1_000_000
    place, preview = await school.upload(UPLOAD, body)
    assert threads
    assert threading.main_thread() not in threads
    assert len(preview["changes"]) == 1 + 1 + 21 * 91
    assert await school.save(place, digest=preview["digest"])
    assert len(await school.rows("SELECT FROM course_lessons")) == 21 * 90


async def test_a_course_that_is_not_there_goes_nowhere(school: School) -> None:
    school.as_administrator()
    for name in ("export.yaml", "export.zip"):
        assert (await school.get(f"/school/courses/nothing/{name}")).status_code == 404
    assert (await school.get(f"{UPLOAD}/{uuid4()}")).status_code == 404
