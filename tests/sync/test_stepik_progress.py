"""What others read of Stepik: progress for pages, facts for rules, what a rule may name."""

from uuid import UUID

from services.sync.stepik.facts import list_facts, list_known
from services.sync.stepik.progress import find_match, list_progress
from tests.sync.stepik_reading import COURSE, account, reading

LENA, OLEG = UUID(int=1), UUID(int=2)
FIRST, THEORY, THIRD, LISTS = 670101, 670102, 670103, 670203


async def test_a_persons_progress_is_by_module_and_lesson(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.read()
        async with stepik.database.acquire() as connection:
            [progress] = await list_progress(connection, LENA)
            match = await find_match(connection, LENA)
    first, second, third = progress.modules
    assert (progress.course.course_id, progress.course.title) == (COURSE, "Python from the desk")
    assert [lesson.title for lesson in first.lessons] == [
        "Say it and ask it",
        "How a program runs",
        "Numbers and text",
    ]
    said, theory, numbers = first.lessons
    assert (said.marked_steps, said.passed_steps, said.passed_at is not None) == (2, 2, True)
    assert (theory.marked_steps, theory.passed_at) == (0, None)
    assert (numbers.marked_steps, numbers.passed_steps, numbers.passed_at) == (2, 1, None)
    assert (first.per_cent, first.lessons_passed) == (75, 1)
    assert (second.per_cent, third.per_cent) == (0, 0)
    assert (progress.per_cent, progress.lessons_passed, len(progress.lessons)) == (25, 1, 8)
    assert progress.learned_at is not None
    assert match is not None
    assert (match.user_id, match.way) == (account("student"), "sign_in")


async def test_facts_are_of_those_whose_account_is_known(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.person(OLEG)
        await stepik.read()
        async with stepik.database.acquire() as connection:
            told = await list_facts(connection, [LENA, OLEG])
            nobody = await list_facts(connection, [])
    assert nobody == {}
    assert set(told) == {LENA}
    facts = told[LENA]
    assert facts.lessons == {FIRST}
    assert facts.steps == {(FIRST, 2), (FIRST, 3), (THIRD, 2)}
    assert facts.module_per_cent == {6701: 75}
    assert facts.course_per_cent == {COURSE: 25}


async def test_who_is_matched_and_learns_nothing_here_has_no_progress(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=4711)
        await stepik.read()
        async with stepik.database.acquire() as connection:
            assert await list_progress(connection, LENA) == []
            assert await list_progress(connection, OLEG) == []
            facts = (await list_facts(connection, [LENA]))[LENA]
    assert (facts.lessons, facts.steps, facts.course_per_cent) == (frozenset(), frozenset(), {})


async def test_a_rule_may_name_what_is_there(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.hub.post("/stepik/vanish", kind="lessons", id=LISTS)
        await stepik.read_again()
        async with stepik.database.acquire() as connection:
            known = await list_known(connection)
    assert known.courses == {COURSE: "Python from the desk"}
    assert set(known.modules) == {6701, 6702, 6703}
    assert {FIRST, THEORY} <= set(known.lessons)
    assert LISTS not in known.lessons
    assert (THEORY, 2) in known.steps
    assert (LISTS, 1) not in known.steps


async def test_what_vanished_counts_for_nobodys_per_cents(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.read()
        await stepik.hub.post("/stepik/vanish", kind="lessons", id=THIRD)
        await stepik.read_again()
        async with stepik.database.acquire() as connection:
            [progress] = await list_progress(connection, LENA)
            facts = (await list_facts(connection, [LENA]))[LENA]
    assert progress.modules[0].per_cent == 100
    assert facts.module_per_cent == {6701: 100}
