"""What administrators look at: the latest changes, and curators by what waits for them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.school.tables.activity import service
from tests.school.tables import NOW, School, rows_of, school_tables, text_of


@pytest.mark.parametrize("format_", ["", "?format=csv", "?format=csv&table=curators"])
@pytest.mark.parametrize("role", ["student", "curator", "teacher"])
async def test_only_administrators_see_it(database_url: str, role: str, format_: str) -> None:
    async with school_tables(database_url) as (pages, _):
        path = f"/school/activity{format_}"
        assert (await pages.get(path, uuid4(), role)).status_code == 403
        assert (await pages.get(path, uuid4(), "administrator")).status_code == 200


async def _changes(school: School, count: int) -> tuple[UUID, UUID, UUID]:
    """A work with so many steps, the last an hour ago."""
    curator, student = await school.person("Curator"), await school.person("Ann")
    work = await school.work(student, curator, changed_at=NOW - timedelta(days=9))
    for number in range(2, count + 1):
        await school.step(
            work,
            number,
            "correction" if number % 2 == 0 else "review",
            NOW - timedelta(hours=count - number + 1),
            was="review" if number % 2 == 0 else "correction",
            changed_by=curator if number % 2 == 0 else student,
            comment=f"Remark {number}",
        )
    return curator, student, work


async def test_the_latest_ten_then_the_ten_before_them(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        _, _, work = await _changes(school, 23)
        administrator = uuid4()
        versions: list[int] = []
        after = ""
        while True:
            told = await pages.read(
                f"/school/activity?after={after}", administrator, "administrator"
            )
            versions += [change["version"] for change in told["changes"]]
            assert {change["submission_id"] for change in told["changes"]} == {str(work)}
            assert len(told["changes"]) <= service.PAGE
            if told["next"] is None:
                break
            after = told["next"]
        assert versions == list(range(23, 0, -1))


async def test_changes_of_one_moment_are_told_apart(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE", 2)
    async with school_tables(database_url) as (pages, school):
        work = await school.work(await school.person(), await school.person(), changed_at=NOW)
        for number in range(2, 6):
            await school.step(work, number, "review", NOW)
        seen, after = [], ""
        for _ in range(3):
            told = await pages.read(f"/school/activity?after={after}", uuid4(), "administrator")
            seen += [change["version"] for change in told["changes"]]
            after = told["next"]
        assert seen == [5, 4, 3, 2, 1]
        assert after is None


async def test_a_change_says_who_did_what_to_whose_work(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        _, _, work = await _changes(school, 2)
        await school.step(work, 3, "correction", NOW, trouble="blocked")
        await school.step(work, 4, "approved", NOW, was="correction", review_url="https://x.test/r")
        page = await pages.get("/school/activity", uuid4(), "administrator")
        words = text_of(page.text)
        for said in ("Ann", "Curator", "Remark 2", "Needs corrections", "1 hour ago"):
            assert said in words, said
        assert "The pull request is blocked" in words
        assert 'href="https://x.test/r"' in page.text
        russian = text_of(
            (await pages.get("/school/activity", uuid4(), "administrator", locale="ru")).text
        )
        assert "Пул-реквест заблокирован" in russian
        assert "Последние изменения" in russian


async def test_curators_stand_by_who_waits_longest(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        slow, quick, idle = (
            await school.person("Slow"),
            await school.person("Quick"),
            await school.person("Idle"),
        )
        student = await school.person()
        course = await school.course()
        stream = await school.stream(course)
        over = await school.stream(course, finish_on=date(2026, 10, 2))
        team = await school.team(stream, slow, student)
        await school.team(stream, idle)
        old = await school.team(over, quick, student)
        waits = NOW - timedelta(days=8)
        await school.work(student, slow, group_id=team, changed_at=waits)
        await school.work(student, slow, group_id=team, changed_at=NOW)
        await school.work(student, slow, "approved", group_id=team)
        await school.work(student, quick, "correction")
        await school.work(student, quick, group_id=old, changed_at=NOW - timedelta(days=90))
        await school.work(student, quick, changed_at=NOW - timedelta(days=1))
        told = (await pages.read("/school/activity", uuid4(), "administrator"))["curators"]
        counts = {
            one["curator_name"]: (
                one["teams"],
                one["execution"],
                one["review"],
                one["correction"],
                one["approved"],
            )
            for one in told
        }
        assert list(counts) == ["Slow", "Quick", "Idle"]
        assert counts == {
            "Slow": (1, 0, 2, 0, 1),
            "Quick": (0, 0, 1, 1, 0),
            "Idle": (1, 0, 0, 0, 0),
        }
        assert told[0]["oldest_at"].startswith(waits.date().isoformat())
        page = text_of((await pages.get("/school/activity", uuid4(), "administrator")).text)
        assert "nobody waits" in page


async def test_both_tables_as_files(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    async with school_tables(database_url) as (pages, school):
        await _changes(school, 5)
        path = "/school/activity?format=csv"
        answer = await pages.get(path, uuid4(), "administrator", locale="ru")
        header, *rows = rows_of(answer.content)
        assert header[0] == "Когда (Europe/Moscow)"
        assert len(rows) == 5
        assert rows[0][5:9] == ["Требует исправлений", "На проверке", "Ann", "Remark 5"]
        answer = await pages.get(f"{path}&table=curators", uuid4(), "administrator")
        header, row = rows_of(answer.content)
        assert header[:4] == ["Curator", "Teams", "In the making", "On review"]
        assert row == ["Curator", "0", "0", "1", "0", "0", "2026-10-06 15:00"]
