"""Resources as administrators keep them: in forms, and as one file out and in."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.sync.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)
from services.sync.access.errors import (
    CodeInUse,
    CodeTaken,
    PlanOutdated,
    ResourceChanged,
    ResourceNotFound,
    ResourceWrong,
    SchoolNotAsked,
    TooManyResources,
)
from services.sync.access.resources import repository
from services.sync.access.resources.document import read_document, write_document
from services.sync.access.resources.entries import Entry, read_entry
from services.sync.access.resources.planning import Plan
from services.sync.access.resources.repository import Resource
from services.sync.access.resources.service import Resources
from services.sync.access.school import School
from services.sync.service import FOLDER
from shared.texts import Catalogue
from tests.sync.rules import ASSIGNMENTS, DAY, GROUPS, Access, access, conditions


@pytest.fixture
async def ours(database_url: str) -> AsyncIterator[Access]:
    async with access(database_url) as opened:
        await opened.course()
        yield opened


async def listed(ours: Access, *, archived: bool = False) -> list[Resource]:
    async with ours.sync.service.database.acquire() as connection:
        return await repository.list_resources(connection, include_archived=archived)


def words_of(error: ResourceWrong, locale: str = "en") -> list[str]:
    texts = Catalogue(FOLDER / "locale").of(locale)
    return [" ".join([one.place.tell(texts), one.words(texts)]).strip() for one in error.problems]


def whats(plan: Plan) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.what, one.code, one.fields) for one in plan.changes]


def test_a_form_is_read_field_by_field() -> None:
    entry = read_entry(
        kind="collection",
        title="  All of \n it ",
        code="qWeRtY12",
        subscription="N5wLwvlW",
        lesson="5001",
        condition="lesson_passed: 5001",
        position="7",
    )
    assert entry == Entry(
        kind="collection",
        title="All of it",
        code="qWeRtY12",
        subscription="N5wLwvlW",
        lesson_id=5001,
        condition=LessonPassed(5001),
        position=7,
    )
    plain = read_entry(kind="video", title="A", code="a", condition=" \n")
    assert (plain.subscription, plain.lesson_id, plain.condition) == (None, None, None)


def test_all_that_is_wrong_in_a_form_is_told_at_once() -> None:
    with pytest.raises(ResourceWrong) as caught:
        read_entry(
            kind="film",
            title="",
            code="a b",
            subscription="../x",
            lesson="five",
            condition="all:\n  - lesson_passed: x",
            position="-1",
        )
    assert words_of(caught.value) == [
        "“kind” is one of: video, collection",
        "a title has 1 to 200 characters",
        "“code” is what Boomstream calls it: up to 64 letters and digits, not “a b”",
        "“subscription” is what Boomstream calls it: up to 64 letters and digits, not “../x”",
        "“lesson” is a whole number, not “five”",
        "“position” is a whole number, not “-1”",
        "line 2, column 20 “lesson_passed” is a number of Stepik's, from 1 on",
    ]
    assert words_of(caught.value, "ru")[1] == "в названии от 1 до 200 знаков"


async def test_a_rule_that_names_what_is_not_there_is_refused_and_named(ours: Access) -> None:
    unknown_group, unknown_work = uuid4(), uuid4()
    condition = AllOf(
        (
            LessonPassed(1),
            LessonPassed(9),
            StepPassed(1, 6),
            StepPassed(8, 1),
            ModulePerCent(300, 5),
            CoursePerCent(68, 5),
            InGroup(GROUPS[0]),
            AnyOf((InGroup(unknown_group), WorkApproved(unknown_work))),
        )
    )
    with pytest.raises(ResourceWrong) as caught:
        await ours.resource(condition, lesson_id=7)
    assert words_of(caught.value) == [
        "Stepik's courses have no lesson 7",
        "Stepik's courses have no lesson 9",
        "the lesson “Lesson 1” has no step 6",
        "Stepik's courses have no lesson 8",
        "Stepik's courses have no module 300",
        "course 68 of Stepik is not read here",
        f"school has no group {unknown_group}",
        f"school has no assignment {unknown_work}",
    ]
    assert await listed(ours) == []
    resource = await ours.resource(LessonPassed(1))
    (found,) = await listed(ours)
    with pytest.raises(ResourceWrong):
        await ours.resources.change(
            resource, ours.entry(found, condition=LessonPassed(9)), version=1
        )


@pytest.mark.parametrize("condition", [InGroup(GROUPS[0]), WorkApproved(ASSIGNMENTS[0])], ids=str)
async def test_a_rule_about_school_waits_for_school(ours: Access, condition: Condition) -> None:
    ours.school.status = 503
    with pytest.raises(SchoolNotAsked):
        await ours.resource(condition)
    alone = Resources(ours.sync.service.database, None, ours.clock)
    with pytest.raises(SchoolNotAsked):
        await alone.create(Entry(kind="video", title="A", code="a", condition=condition))
    # What names nothing of school does not ask it.
    await ours.resource(LessonPassed(1))
    await alone.create(Entry(kind="video", title="A", code="a", condition=FromDate(DAY)))


async def test_what_school_calls_it_is_told_to_people_before_school_told_of_it(
    ours: Access,
) -> None:
    lena = await ours.person()
    await ours.resource(AllOf((InGroup(GROUPS[0]), WorkApproved(ASSIGNMENTS[0]))))
    (standing,) = (await ours.look(lena)).values()
    assert [one.name for one in standing.missing] == ["Python · 1 · A", "Python · 1 · Tasks"]
    await ours.group([], title="Python · 1 · B")
    (standing,) = (await ours.look(lena)).values()
    assert standing.missing[0].name == "Python · 1 · B"


async def test_of_two_who_save_at_once_the_later_is_told(ours: Access) -> None:
    resource = await ours.resource(LessonPassed(1))
    (found,) = await listed(ours)
    results = await asyncio.gather(
        *(
            ours.resources.change(resource, ours.entry(found, title=title), version=1)
            for title in ("One", "Other")
        ),
        return_exceptions=True,
    )
    assert [type(one) for one in results if one] == [ResourceChanged]
    (found,) = await listed(ours)
    assert found.version == 2
    with pytest.raises(ResourceChanged):
        await ours.resources.archive(resource, version=1)
    with pytest.raises(ResourceNotFound):
        await ours.resources.archive(uuid4(), version=1)


async def test_a_code_is_had_once_and_stays_where_people_watch(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(FromDate(date(2026, 1, 1)), code="wrong")
    other = await ours.resource(code="other")
    with pytest.raises(CodeTaken):
        await ours.resource(code="other")
    await ours.resource(code="other", kind="collection")
    await ours.settle()
    await ours.run(
        "UPDATE grants SET error = 'Media not found', attempts = 3, next_try_at = $1",
        ours.clock.now().replace(year=2027),
    )
    first, *_ = await listed(ours)
    with pytest.raises(CodeTaken):
        await ours.resources.change(resource, ours.entry(first, code="other"), version=1)
    # Nobody watches it yet: the right code is asked for at once.
    await ours.resources.change(resource, ours.entry(first, code="right"), version=1)
    grant = (await ours.grants(lena))[resource]
    assert (grant.error, grant.attempts, grant.next_try_at) == (None, 0, ours.clock.now())
    await ours.confirm(lena)
    with pytest.raises(CodeInUse):
        await ours.resources.change(resource, ours.entry(first, code="again"), version=2)
    await ours.resources.change(resource, ours.entry(first, code="right", title="B"), version=2)
    assert other in {one.resource_id for one in await listed(ours)}


async def test_there_are_as_many_as_pages_can_show(ours: Access) -> None:
    await ours.run(
        """
        INSERT INTO resources
            (resource_id, kind, title, code, position, created_at, changed_at)
        SELECT gen_random_uuid(), 'video', 'V', 'c' || number, number, $1, $1
        FROM generate_series(1, 500) AS number
        """,
        ours.clock.now(),
    )
    with pytest.raises(TooManyResources):
        await ours.resource()
    first, *_ = await listed(ours)
    await ours.resources.archive(first.resource_id, version=1)
    await ours.resource(code="new")
    with pytest.raises(TooManyResources):
        await ours.resources.bring_back(first.resource_id, version=2)
    document = read_document(await ours.resources.write())
    assert (await ours.resources.preview(document)).is_empty


TWO = """
resources:
  - kind: video
    code: aaaa1111
    title: "First: steps"
    lesson: 1
    rule:
      lesson_passed: 1
  - kind: collection
    code: bbbb2222
    title: 'Everything'
    subscription: N5wLwvlW
"""


async def apply(ours: Access, text: str) -> Plan:
    document = read_document(text)
    plan = await ours.resources.preview(document)
    return await ours.resources.apply(document, digest=plan.digest)


async def test_a_file_is_previewed_and_applied_whole(ours: Access) -> None:
    lena = await ours.person()
    document = read_document(TWO)
    plan = await ours.resources.preview(document)
    assert whats(plan) == [("new", "aaaa1111", ()), ("new", "bbbb2222", ())]
    assert await listed(ours) == []
    await ours.resources.apply(document, digest=plan.digest)
    assert [(one.title, one.position) for one in await listed(ours)] == [
        ("First: steps", 1),
        ("Everything", 2),
    ]
    again = await ours.resources.preview(document)
    assert again.is_empty
    await ours.settle()
    later = """
resources:
  - {kind: video, code: cccc3333, title: New, rule: {from_date: 2026-01-01}}
  - {kind: video, code: aaaa1111, title: First, rule: {lesson_passed: 2}, lesson: 1}
"""
    plan = await apply(ours, later)
    assert whats(plan) == [
        ("new", "cccc3333", ()),
        ("changed", "aaaa1111", ("title", "rule")),
        ("archived", "bbbb2222", ()),
    ]
    assert [one.code for one in await listed(ours)] == ["cccc3333", "aaaa1111"]
    await ours.settle()
    assert len(await ours.wanted(lena)) == 1
    # What was archived comes back with the file that has it.
    plan = await apply(ours, TWO)
    assert whats(plan) == [
        ("changed", "aaaa1111", ("title", "rule")),
        ("back", "bbbb2222", ()),
        ("archived", "cccc3333", ()),
    ]
    assert len(await listed(ours, archived=True)) == 3


async def test_a_file_in_another_order_changes_the_order_alone(ours: Access) -> None:
    await apply(ours, TWO)
    first, second = yaml.safe_load(TWO)["resources"]
    text = yaml.safe_dump({"resources": [second, first]})
    plan = await apply(ours, text)
    assert [one.what for one in plan.changes] == ["same", "same"]
    assert plan.is_reordered
    assert [one.code for one in await listed(ours)] == ["bbbb2222", "aaaa1111"]
    assert (await ours.resources.preview(read_document(text))).is_empty


async def test_what_was_changed_since_the_preview_is_not_overwritten(ours: Access) -> None:
    document = read_document(TWO)
    plan = await ours.resources.preview(document)
    await ours.resource(code="other")
    with pytest.raises(PlanOutdated):
        await ours.resources.apply(document, digest=plan.digest)
    assert [one.code for one in await listed(ours)] == ["other"]
    plan = await ours.resources.preview(document)
    (other,) = await listed(ours)
    await ours.resources.change(other.resource_id, ours.entry(other, title="New"), version=1)
    with pytest.raises(PlanOutdated):
        await ours.resources.apply(document, digest=plan.digest)
    plan = await ours.resources.preview(document)
    results = await asyncio.gather(
        *(ours.resources.apply(document, digest=plan.digest) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Plan", "PlanOutdated"]


async def test_a_file_may_keep_a_rule_about_what_is_gone_and_not_make_one(ours: Access) -> None:
    await apply(ours, TWO)
    await ours.run("UPDATE stepik_lessons SET gone = true WHERE lesson_id = 1")
    assert (await apply(ours, TWO)).is_empty
    with pytest.raises(ResourceWrong) as caught:
        await apply(ours, TWO.replace("First: steps", "First"))
    assert words_of(caught.value) == ["line 3, column 5 Stepik's courses have no lesson 1"]


entries: st.SearchStrategy[Entry] = st.builds(
    Entry,
    kind=st.sampled_from(["video", "collection"]),
    title=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
    .map(lambda text: " ".join(text.split()))
    .filter(bool),
    code=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    subscription=st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    lesson_id=st.none() | st.integers(1, 10**18 - 1),
    condition=st.none() | conditions,
)


@given(st.lists(entries, max_size=6, unique_by=lambda one: (one.kind, one.code)))
def test_a_file_that_was_written_is_read_as_it_was(some: list[Entry]) -> None:
    text = write_document(some)
    read = [one.entry for one in read_document(text)]
    assert [(one.position, one) for one in read] == [
        (number, Entry(**{**_fields(one), "position": number}))  # type: ignore[arg-type]
        for number, one in enumerate(some, start=1)
    ]
    assert write_document(read) == text


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is a list under the one word “resources”"),
        ("videos: []", "the file is a list under the one word “resources”"),
        ("resources: {}", "the file is a list under the one word “resources”"),
        ("resources: []\nmore: 1", "the file is a list under the one word “resources”"),
        ("resources: [5]", "line 1, column 13 there have to be keys with values here"),
        ("resources:\n  - {kind: video, code: a, title: A, size: 5}", "no “size” here"),
        ("resources:\n  - {kind: video, code: a, title: [A]}", "“title” has to be a text"),
        ("resources:\n  - {kind: video, title: A}", "“code” is what Boomstream calls it"),
        (
            "resources:\n" + "  - {kind: video, code: a, title: A}\n" * 2,
            "line 3, column 5 “a” stands here a second time; first on line 2",
        ),
        ("resources:\n  - {kind: video, code: a, title: A, rule: {moon: 1}}", "no “moon”"),
        ("resources: &a [*a]", "anchors and aliases"),
        ("resources:\n" + "  - {kind: video}\n" * 501, "more than 500"),
        ("x" * 1_000_001, "too much text"),
    ],
    ids=lambda value: value[:30],
)
def test_a_file_that_cannot_be_read_says_where(text: str, words: str) -> None:
    with pytest.raises(ResourceWrong) as caught:
        read_document(text)
    assert words in words_of(caught.value)[0]


def test_an_empty_list_is_a_file() -> None:
    assert read_document("resources:") == read_document("resources: []") == []


async def test_an_empty_file_archives_everything_and_says_so_before(ours: Access) -> None:
    await apply(ours, TWO)
    plan = await apply(ours, "resources: []")
    assert [one.what for one in plan.changes] == ["archived", "archived"]
    assert await listed(ours) == []


@pytest.mark.parametrize("body", ["", "[]", '{"groups": 5}', '{"groups": [{}]}'], ids=str)
async def test_an_answer_of_schools_that_nobody_understands_is_none(
    ours: Access, body: str
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=body))
    async with httpx.AsyncClient(transport=transport, base_url="http://school.test") as client:
        with pytest.raises(SchoolNotAsked):
            await School(client).find_subjects(groups=[UUID(int=1)], assignments=[])
