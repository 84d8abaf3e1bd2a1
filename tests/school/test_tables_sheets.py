"""Tables as files: every row, in the reader's words, and nothing that a spreadsheet would run."""

import pytest

from services.school.tables.review import service
from shared.sheets import safe_cell
from tests.school.tables import NOW, rows_of, school_tables


async def test_the_file_has_every_row_in_the_readers_words(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person("Curator"), await school.person("Ann")
        for _ in range(5):
            await school.work(student, curator, is_checked=False)
        answer = await pages.get("/school/review?format=csv", curator, locale="ru")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="works-review.csv"' in answer.headers["content-disposition"]
        header, *rows = rows_of(answer.content)
        assert header[:5] == ["№", "С какого времени (Europe/Moscow)", "Поток", "Группа", "Студент"]
        assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
        assert {row[4] for row in rows} == {"Ann"}
        assert rows[0][1] == "2026-10-15 08:00"
        assert rows[0][7] == "На проверке"
        assert rows[0][10] == "Спросить GitHub об этой ссылке пока не удалось"


async def test_a_file_that_would_be_too_long_ends_with_a_word_on_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.sheets.MOST_ROWS", 4)
    monkeypatch.setattr(service, "MOST_ROWS", 4)
    monkeypatch.setattr(service, "AT_ONCE", 3)
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        for _ in range(4):
            await school.work(student, curator)
        whole = rows_of((await pages.get("/school/review?format=csv", curator)).content)
        assert len(whole) == 1 + 4
        await school.work(student, curator)
        cut = rows_of((await pages.get("/school/review?format=csv", curator)).content)
        assert len(cut) == 1 + 4 + 1
        assert cut[-1] == ["There are more works: a file takes the first 20 000."]


@pytest.mark.parametrize(
    "said",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1+1",
        "\t=1+1",
        "\tcmd",
        "\r=1",
        "\n=1",
        "\0=1",
        "＝1+1",
        "＠x",
        '=HYPERLINK("https://example.org","x")',
    ],
)
async def test_no_cell_is_a_formula(database_url: str, said: str) -> None:
    assert str(safe_cell(said)).startswith("'")
    async with school_tables(database_url) as (pages, school):
        curator = await school.person("=cmd")
        name = said.replace("\0", "")
        student = await school.person(name)
        work = await school.work(student, curator, title=name)
        await school.step(work, 2, "review", NOW, comment=name)
        answer = await pages.get("/school/review?format=csv", curator)
        _, row = rows_of(answer.content)
        assert [row[4], row[6], row[8], row[11]] == [f"'{name}"] * 3 + ["'=cmd"]


@pytest.mark.parametrize("said", ["Ann", "1", "a=b", "Ann-Marie", "", "«Шаг»", 7, None])
def test_what_is_no_formula_stays_as_it_is(said: str | int | None) -> None:
    assert safe_cell(said) == said
