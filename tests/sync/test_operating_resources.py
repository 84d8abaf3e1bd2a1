"""Videos and their rules: the list, the form that keeps what was entered, files out and in."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.sync.operating.resources.files import LARGEST
from tests.school.tables import text_of
from tests.sync.operating import LENA, FakeSchool, Office, office

HERE = "/sync/access/resources"
FIELDS = {
    "title": "First steps",
    "kind": "video",
    "code": "AbCd1234",
    "subscription": "",
    "lesson": "5001",
    "position": "3",
    "condition": "lesson_passed: 5001\n",
    "version": "0",
}
FILE = """\
resources:
- kind: video
  code: AbCd1234
  title: Первые шаги
  lesson: 5001
  rule:
    all:
    - lesson_passed: 5001
    - course_per_cent:
        course: 67
        at_least: 80
- kind: collection
  code: All12345
  title: All of them
"""


async def create(stage: Office, **changes: str) -> httpx.Response:
    return await stage.post(HERE, **{**FIELDS, **changes})


async def only(stage: Office) -> Any:
    (row,) = await stage.fetch("SELECT * FROM resources")
    return row


def problems_of(html: str, field: str) -> str:
    """What is told beside a field; the field points to it."""
    assert f'aria-describedby="{field}-wrong"' in html, text_of(html)
    return text_of(html.split(f'id="{field}-wrong"', 1)[1].split("</div>", 1)[0])


async def test_a_video_is_made_and_listed_with_its_rule_in_words(database_url: str) -> None:
    async with office(database_url) as stage:
        answer = await create(stage)
        assert answer.headers["location"] == f"{HERE}?done=saved"
        page = text_of(await stage.read(f"{HERE}?done=saved"))
        assert "Saved." in page
        assert "First steps AbCd1234 Lesson: Names Opens with: lesson “Names” passed" in page
        assert "open for nobody" in page
        (told,) = await stage.json(HERE)
        assert told["resource"]["condition"] == {"lesson_passed": 5001}
        await stage.grant(LENA, UUID(told["resource"]["resource_id"]))
        assert "open for 1 person" in text_of(await stage.read(HERE))


async def test_where_there_is_nothing_the_page_says_what_to_do_next(database_url: str) -> None:
    async with office(database_url, with_course=False) as stage:
        html = await stage.read(HERE)
        assert "There is nothing to open yet." in html
        assert f"{HERE}/new" in html
        form = await stage.read(f"{HERE}/new")
        assert "No course was read yet" in form


async def test_the_form_offers_what_a_rule_may_name(database_url: str) -> None:
    async with office(database_url) as stage:
        school, group, assignment = FakeSchool(), uuid4(), uuid4()
        school.groups[group] = "Team one"
        school.assignments[assignment] = "Homework"
        school.beside(stage)
        html = unescape(await stage.read(f"{HERE}/new"))
        for words in (
            "lesson_passed: 5001",
            'step_passed: "5001-1"',
            "module_per_cent: {module: 670, at_least: 80}",
            "course_per_cent: {course: 67, at_least: 80}",
            f"group: {group}",
            f"work_approved: {assignment}",
        ):
            # Once to choose, once to read and copy.
            assert html.count(words) >= 2, words
        assert "Team one" in html
        school.error = httpx.ConnectError("away")
        html = await stage.read(f"{HERE}/new")
        assert "School does not answer right now" in html
        assert "lesson_passed: 5001" in html


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "a title has 1 to 200 characters"),
        ("code", "not a code!", "is what Boomstream calls it"),
        ("subscription", "ы", "is what Boomstream calls it"),
        ("position", "-1", "is a whole number"),
        ("lesson", "77", "Stepik's courses have no lesson 77"),
        ("condition", "lesson_passed: 77", "Stepik's courses have no lesson 77"),
        ("condition", 'step_passed: "5001-9"', "the lesson “Names” has no step 9"),
        (
            "condition",
            "all:\n  - lesson_pased: 5001",
            "line 2, column 5: there is no “lesson_pased”",
        ),
        ("condition", "{[", "line 1"),
    ],
    ids=[
        "no-title",
        "code",
        "subscription",
        "position",
        "unknown-lesson",
        "rule-of-an-unknown-lesson",
        "rule-of-an-unknown-step",
        "unknown-condition",
        "no-yaml",
    ],
)
async def test_what_is_wrong_is_told_beside_its_field_and_what_was_entered_stays(
    database_url: str, field: str, value: str, words: str
) -> None:
    async with office(database_url) as stage:
        answer = await create(stage, **{"title": "A <title>", field: value})
        assert answer.status_code == 422
        assert words in problems_of(answer.text, field)
        html = unescape(answer.text)
        assert "Nothing was saved yet." in html
        assert f'value="{value}"' in html or f"\n{value}</textarea>" in html or field == "lesson"
        if field != "title":
            assert 'value="A &lt;title&gt;"' in answer.text
        assert await stage.fetch("SELECT FROM resources") == []


async def test_a_rule_that_names_a_group_of_nobody_is_refused(database_url: str) -> None:
    async with office(database_url) as stage:
        school, group = FakeSchool(), uuid4()
        school.beside(stage)
        answer = await create(stage, condition=f"group: {group}")
        assert f"school has no group {group}" in problems_of(answer.text, "condition")
        school.error = httpx.ConnectError("away")
        answer = await create(stage, condition=f"group: {group}")
        assert answer.status_code == 503
        assert "School cannot be asked right now" in problems_of(answer.text, "condition")
        assert f"group: {group}</textarea>" in answer.text
        school.error = None
        school.groups[group] = "Team one"
        await create(stage, condition=f"group: {group}")
        assert "Opens with: in the group “Team one”" in text_of(await stage.read(HERE))


async def test_a_code_that_is_taken_is_told_beside_the_code(database_url: str) -> None:
    async with office(database_url) as stage:
        await create(stage)
        answer = await create(stage, title="Second")
        assert answer.status_code == 409
        assert "There is one with this code already" in problems_of(answer.text, "code")


async def test_a_video_is_changed_as_it_stood(database_url: str) -> None:
    async with office(database_url) as stage:
        await create(stage)
        row = await only(stage)
        path = f"{HERE}/{row['resource_id']}/edit"
        html = await stage.read(path)
        assert "lesson_passed: 5001\n</textarea>" in html
        assert "Now it reads: lesson “Names” passed." in html
        assert '<option value="5001" selected>Names</option>' in html
        changed = {**FIELDS, "title": "Renamed", "condition": "", "version": "1"}
        assert (await stage.post(path, **changed)).status_code == 303
        row = await only(stage)
        assert (row["title"], row["condition"], row["version"]) == ("Renamed", None, 2)
        assert "No rule: opened by hand alone" in await stage.read(HERE)
        late = await stage.post(path, **{**changed, "title": "Too late"})
        assert late.status_code == 409
        assert "Somebody has changed this meanwhile." in late.text
        assert 'value="Too late"' in late.text
        assert (await stage.get(f"{HERE}/{uuid4()}/edit")).status_code == 404


async def test_a_video_goes_to_the_archive_and_back(database_url: str) -> None:
    async with office(database_url) as stage:
        await create(stage)
        row = await only(stage)
        path = f"{HERE}/{row['resource_id']}"
        assert (await stage.post(f"{path}/archive", version="1")).status_code == 303
        html = await stage.read(HERE)
        assert "Archive" in text_of(html)
        assert "This is in the archive" in await stage.read(f"{path}/edit")
        assert (await stage.post(f"{path}/restore", version="1")).status_code == 409
        assert (await stage.post(f"{path}/restore", version="2")).status_code == 303
        assert (await only(stage))["archived_at"] is None


async def test_nobody_else_changes_anything(database_url: str) -> None:
    async with office(database_url) as stage:
        assert (await stage.post(HERE, csrf="wrong", **FIELDS)).status_code == 403
        stage.as_person(LENA, "student")
        assert (await create(stage)).status_code == 403
        upload = {"file": ("videos.yaml", FILE)}
        assert (await stage.post(f"{HERE}/import", files=upload)).status_code == 403
        for path in ("all.yaml", "import"):
            assert (await stage.get(f"{HERE}/{path}")).status_code == 403
        assert await stage.fetch("SELECT FROM resources") == []


async def upload(stage: Office, text: str | bytes) -> httpx.Response:
    return await stage.post(f"{HERE}/import", files={"file": ("videos.yaml", text)})


def hidden_of(html: str) -> dict[str, str]:
    """What the preview's form sends back, as a browser would."""
    digest = re.search(r'name="digest" value="(\w+)"', html)
    text = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', html, re.DOTALL)
    assert digest is not None
    assert text is not None
    return {"digest": digest[1], "text": unescape(text[1]).replace("\n", "\r\n")}


async def test_a_file_is_previewed_applied_and_written_again(database_url: str) -> None:
    async with office(database_url) as stage:
        await create(stage, code="Other123")
        preview = await upload(stage, FILE)
        assert preview.status_code == 200
        page = text_of(preview.text)
        assert "New 2 Первые шаги AbCd1234 All of them collection All12345" in page
        assert "To the archive 1" in page
        assert len(await stage.fetch("SELECT FROM resources")) == 1
        answer = await stage.post(f"{HERE}/import/apply", **hidden_of(preview.text))
        assert answer.headers["location"] == f"{HERE}?done=applied"
        written = await stage.get(f"{HERE}/all.yaml")
        assert written.text == FILE
        assert 'filename="videos.yaml"' in written.headers["content-disposition"]
        again = await upload(stage, written.content)
        assert "There is nothing to change." in again.text
        changed = await upload(stage, FILE.replace("80", "90"))
        assert "Changed 1" in text_of(changed.text)
        assert "rule" in text_of(changed.text)


async def test_a_file_is_not_applied_where_something_was_changed_meanwhile(
    database_url: str,
) -> None:
    async with office(database_url) as stage:
        preview = await upload(stage, FILE)
        await create(stage, code="Other123")
        answer = await stage.post(f"{HERE}/import/apply", **hidden_of(preview.text))
        assert answer.status_code == 409
        page = text_of(answer.text)
        assert "Something was changed since this preview." in page
        assert "To the archive 1" in page
        assert len(await stage.fetch("SELECT FROM resources")) == 1
        answer = await stage.post(f"{HERE}/import/apply", **hidden_of(answer.text))
        assert answer.status_code == 303
        assert len(await stage.fetch("SELECT FROM resources")) == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "there is nothing in this file"),
        (b"resources: [", "line 2"),
        (b"videos: []", "the file is a list under the one word"),
        (FILE.replace("5001", "77").encode(), "Stepik's courses have no lesson 77"),
        (FILE.replace("All12345", "AbCd1234").replace("collection", "video").encode(), "second"),
        ("resources: []".encode("utf-16"), "this file is not written in UTF-8"),
        (b"#" * (LARGEST + 1), "this file has more than 500 KB"),
        (b"a: &a [*a]", "line 1"),
    ],
    ids=["empty", "no-yaml", "other", "unknown", "twice", "utf-16", "large", "alias"],
)
async def test_a_file_that_cannot_be_taken_says_where_it_is_wrong(
    database_url: str, body: bytes, words: str
) -> None:
    async with office(database_url) as stage:
        answer = await upload(stage, body)
        assert answer.status_code == 422
        assert words in text_of(answer.text)
        assert "Nothing was changed." in answer.text
        assert await stage.fetch("SELECT FROM resources") == []
