"""Conditions: read, written, judged and told of."""

from datetime import date, timedelta
from uuid import UUID

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
    Names,
    StepPassed,
    WorkApproved,
    names_of,
    to_json,
)
from services.sync.access.reading import read_json, read_text
from services.sync.access.resources.document import write_condition
from services.sync.access.verdicts import Facts, Missing, Titles, is_met, judge
from services.sync.access.wording import describe, describe_missing
from services.sync.service import FOLDER
from shared.problems import Problems
from shared.texts import Catalogue
from tests.sync.rules import ASSIGNMENTS, DAY, GROUPS, conditions, facts, together

EVERYTHING = f"""
all:
  - lesson_passed: 5001
  - step_passed: 5001-3
  - module_per_cent: {{module: 11, at_least: 80}}
  - course_per_cent: {{course: 67, at_least: 5}}
  - any:
      - from_date: 2026-09-01
      - group: {GROUPS[0]}
  - work_approved: {ASSIGNMENTS[0]}
"""
READ = AllOf(
    (
        LessonPassed(5001),
        StepPassed(5001, 3),
        ModulePerCent(11, 80),
        CoursePerCent(67, 5),
        AnyOf((FromDate(date(2026, 9, 1)), InGroup(GROUPS[0]))),
        WorkApproved(ASSIGNMENTS[0]),
    )
)
NOTHING = Facts(today=DAY)


def problems_of(text: str, locale: str = "en") -> list[tuple[str, str]]:
    problems = Problems()
    assert read_text(text, problems) is None
    texts = Catalogue(FOLDER / "locale").of(locale)
    return [(one.place.tell(texts), one.words(texts)) for one in problems]


def test_every_kind_of_condition_is_read() -> None:
    problems = Problems()
    assert read_text(EVERYTHING, problems) == READ
    assert not problems
    assert names_of(READ) == Names(
        courses=frozenset({67}),
        modules=frozenset({11}),
        lessons=frozenset({5001}),
        steps=frozenset({(5001, 3)}),
        dates=frozenset({date(2026, 9, 1)}),
        groups=frozenset({GROUPS[0]}),
        assignments=frozenset({ASSIGNMENTS[0]}),
    )
    assert names_of(None) == Names()


@given(conditions)
def test_what_is_written_is_read_again(condition: Condition) -> None:
    problems = Problems()
    assert read_json(to_json(condition), problems) == condition
    assert read_text(write_condition(condition), problems) == condition
    # Any other program reads the same.
    assert yaml.safe_load(write_condition(condition)) == to_json(condition)
    assert not problems


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- lesson_passed: 1", "line 1, column 1", "one of these"),
        ("lesson_passed", "line 1, column 1", "one of these"),
        ("{}", "line 1, column 1", "one of these"),
        ("lesson_passed: 1\ngroup: 2", "line 1, column 1", "more than one"),
        ("lesson_past: 1", "line 1, column 1", "no “lesson_past”"),
        ("lesson_passed: x", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: 0", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: -1", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: 1.5", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: ١", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: [1]", "line 1, column 16", "a number of Stepik's"),
        ("lesson_passed: 9999999999999999999", "line 1, column 16", "a number of Stepik's"),
        ("step_passed: 5001", "line 1, column 14", "5001-3"),
        ("step_passed: 5001-0", "line 1, column 14", "5001-3"),
        ("module_per_cent: 80", "line 1, column 18", "{module: 123, at_least: 80}"),
        ("module_per_cent: {module: 1}", "line 1, column 18", "{module: 123, at_least: 80}"),
        ("course_per_cent: {module: 1, at_least: 2}", "line 1, column 18", "{course: 123"),
        ("course_per_cent: {course: 1, at_least: 0}", "line 1, column 40", "from 1 to 100"),
        ("course_per_cent: {course: 1, at_least: 101}", "line 1, column 40", "from 1 to 100"),
        ("from_date: 2026-02-30", "line 1, column 12", "2026-09-01"),
        ("from_date: 1.9.2026", "line 1, column 12", "2026-09-01"),
        ("from_date: 20260901", "line 1, column 12", "2026-09-01"),
        ("from_date: 1026-09-01", "line 1, column 12", "2026-09-01"),
        ("group: A", "line 1, column 8", "choose it from the list"),
        ("work_approved: 5", "line 1, column 16", "choose it from the list"),
        ("all: []", "line 1, column 6", "at least one condition"),
        ("all:\n  lesson_passed: 1", "line 2, column 3", "at least one condition"),
        ("all:\n  - any:\n      - lesson_passed: q", "line 3, column 24", "a number of Stepik's"),
        ("all: &a [*a]", "line 1, column 6", "anchors and aliases"),
        ("all: !!python/object:os.system []", "line 1, column 6", "tags are not read"),
        ("all: [", "line 2, column 1", "this is not YAML"),
        ("lesson_passed: 1\nlesson_passed: 2", "line 2, column 1", "a second time"),
        ("x" * 60_000, "", "longer than a rule"),
    ],
    ids=lambda value: value[:24],
)
def test_what_is_wrong_is_named_with_its_place(text: str, line: str, words: str) -> None:
    found = problems_of(text)
    assert found[0][0] == line
    assert words in found[0][1]


def test_all_that_is_wrong_is_told_at_once_and_in_the_readers_language() -> None:
    text = "all:\n  - lesson_passed: a\n  - step_passed: b\n  - from_date: c\n"
    assert [place for place, _ in problems_of(text)] == [
        "line 2, column 20",
        "line 3, column 18",
        "line 4, column 16",
    ]
    assert problems_of("lesson_passed: a", "ru") == [
        ("строка 1, столбец 16", "«lesson_passed» — это номер в Stepik, начиная с 1")
    ]


def nested(levels: int) -> str:
    return "{all: [" * (levels - 1) + "{lesson_passed: 1}" + "]}" * (levels - 1)


def test_a_rule_has_limits_of_depth_and_size() -> None:
    problems = Problems()
    assert read_text(nested(8), problems) is not None
    assert "8 levels deep" in problems_of(nested(9))[0][1]
    assert "nested too deeply" in problems_of(nested(500))[0][1]
    many = "all:\n" + "  - lesson_passed: 1\n" * 99
    assert read_text(many, problems) is not None
    assert "100 conditions at most" in problems_of(many + "  - lesson_passed: 1\n")[0][1]
    assert len(problems_of("all:\n" + "  - lesson_passed: 1\n" * 2000)) == 1


@pytest.mark.parametrize(
    "value",
    [None, 5, "x", [], {}, {"all": [{}]}, {"all": "x"}, {"lesson_passed": True}, {"group": None}],
    ids=str,
)
def test_json_that_is_no_condition_is_refused(value: object) -> None:
    problems = Problems()
    assert read_json(value, problems) is None
    assert problems


def test_json_that_never_ends_is_refused() -> None:
    deep: object = {"lesson_passed": 1}
    for _ in range(5000):
        deep = {"all": [deep]}
    problems = Problems()
    assert read_json(deep, problems) is None
    assert problems


@given(conditions, facts, facts)
def test_more_facts_never_close(condition: Condition, one: Facts, other: Facts) -> None:
    if is_met(condition, one):
        assert is_met(condition, together(one, other))


@given(st.lists(conditions, min_size=1, max_size=2), facts)
def test_all_and_any_are_what_they_say(parts: list[Condition], known: Facts) -> None:
    met = [is_met(part, known) for part in parts]
    assert is_met(AllOf(tuple(parts)), known) is all(met)
    assert is_met(AnyOf(tuple(parts)), known) is any(met)


@given(conditions, facts)
def test_something_is_missing_exactly_where_it_is_not_met(
    condition: Condition, known: Facts
) -> None:
    missing = judge(condition, known)
    assert is_met(condition, known) is not bool(missing)
    for texts in (Catalogue(FOLDER / "locale").of(locale) for locale in ("en", "ru")):
        assert all(describe_missing(texts, one) for one in missing)
        assert describe(texts, condition, Titles())


@pytest.mark.parametrize(
    ("condition", "almost", "enough"),
    [
        (LessonPassed(1), {"lessons": frozenset({2})}, {"lessons": frozenset({1})}),
        (StepPassed(1, 2), {"steps": frozenset({(2, 1)})}, {"steps": frozenset({(1, 2)})}),
        (ModulePerCent(1, 80), {"modules": {1: 79, 2: 100}}, {"modules": {1: 80}}),
        (CoursePerCent(1, 80), {"courses": {1: 79, 2: 100}}, {"courses": {1: 80}}),
        (FromDate(DAY), {"today": DAY - timedelta(days=1)}, {"today": DAY}),
        (InGroup(GROUPS[0]), {"groups": {GROUPS[1]}}, {"groups": {GROUPS[0]}}),
        (WorkApproved(ASSIGNMENTS[0]), {"approved": set()}, {"approved": {ASSIGNMENTS[0]}}),
    ],
    ids=["lesson", "step", "module", "course", "date", "group", "work"],
)
def test_a_fact_is_met_by_itself_and_by_nothing_near_it(
    condition: Condition, almost: dict[str, object], enough: dict[str, object]
) -> None:
    assert not is_met(condition, Facts(**{"today": DAY, **almost}))  # type: ignore[arg-type]
    assert is_met(condition, Facts(**{"today": DAY, **enough}))  # type: ignore[arg-type]


def test_what_is_missing_says_how_far_one_has_come() -> None:
    texts = Catalogue(FOLDER / "locale").of("en")
    known = Facts(today=DAY, courses={67: 60}, modules={11: 5})
    titles = Titles(
        courses={67: "Python"},
        modules={11: "Basics"},
        lessons={5001: "Lists"},
        groups={GROUPS[0]: "Python · 1 · A"},
        assignments={ASSIGNMENTS[0]: "Tasks"},
    )
    condition = AllOf(
        (
            CoursePerCent(67, 80),
            ModulePerCent(11, 50),
            LessonPassed(5001),
            StepPassed(5001, 3),
            AnyOf(
                (
                    FromDate(date(2026, 12, 1)),
                    AnyOf((InGroup(GROUPS[0]), AllOf((WorkApproved(ASSIGNMENTS[0]),)))),
                )
            ),
        )
    )
    assert [describe_missing(texts, one) for one in judge(condition, known, titles)] == [
        "the course “Python”: 60 of 80\u00a0%",
        "the module “Basics”: 5 of 50\u00a0%",
        "pass the lesson “Lists”",
        "pass step 3 of the lesson “Lists”",
        "one of these: opens on December 1, 2026; for the group “Python · 1 · A”; "
        "have your work “Tasks” approved",
    ]


def test_what_is_missing_twice_is_said_once() -> None:
    twice = AllOf((LessonPassed(1), AllOf((LessonPassed(1), InGroup(GROUPS[0])))))
    assert judge(twice, NOTHING) == (Missing("lesson"), Missing("group"))
    either = AnyOf((LessonPassed(1), LessonPassed(1)))
    assert judge(either, NOTHING) == (Missing("lesson"),)


def test_a_rule_reads_as_a_sentence() -> None:
    texts = Catalogue(FOLDER / "locale").of("ru")
    titles = Titles(lessons={5001: "Списки"}, groups={GROUPS[0]: "Группа А"})
    condition = AllOf((LessonPassed(5001), AnyOf((InGroup(GROUPS[0]), FromDate(DAY)))))
    assert describe(texts, condition, titles).replace("\u202f", " ") == (
        "пройден урок «Списки» и (в группе «Группа А» или с 1 сентября 2026 г.)"
    )
    assert UUID(int=1).hex in describe(texts, InGroup(UUID(int=1)), titles).replace("-", "")
