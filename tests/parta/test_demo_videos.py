"""The demo's videos name what the sandbox has, in every kind of rule."""

from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

import pytest

from parta.demo_videos import VIDEOS, fill_in
from sandbox.boomstream.film_list import COLLECTION
from sandbox.boomstream.film_list import VIDEOS as FILMS
from sandbox.stepik.story import COURSE_ID, COURSES
from services.sync.access.conditions import AllOf, AnyOf, Condition, Fact, facts_of, names_of
from services.sync.access.resources.document import read_document
from services.sync.access.resources.entries import Entry
from services.sync.access.school import Assignment, Group, Subjects

NOW = datetime(2026, 9, 1, tzinfo=UTC)
TEAM, ASSIGNMENT = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    subjects = Subjects(
        groups=(Group(group_id=TEAM, title="Team 1"),),
        assignments=(Assignment(assignment_id=ASSIGNMENT, title="A reading list"),),
    )
    filled = fill_in(VIDEOS.read_text(encoding="utf-8"), subjects, NOW)
    return [one.entry for one in read_document(filled)]


def conditions(entries: list[Entry]) -> list[Condition]:
    return [entry.condition for entry in entries if entry.condition is not None]


def test_every_film_of_the_sandbox_has_its_rule(entries: list[Entry]) -> None:
    codes = [entry.code for entry in entries if entry.kind == "video"]
    assert codes == [code for code, _ in FILMS]
    assert [(one.code, one.title) for one in entries if one.kind == "collection"] == [COLLECTION]
    assert len(conditions(entries)) == len(entries)


def test_a_film_has_the_title_that_its_player_shows(entries: list[Entry]) -> None:
    titles = {entry.code: entry.title for entry in entries if entry.kind == "video"}
    assert titles == dict(FILMS)


def test_rules_name_lessons_steps_and_modules_that_the_course_has(entries: list[Entry]) -> None:
    (course,) = [course for course in COURSES if course.course_id == COURSE_ID]
    lessons = {lesson.lesson_id for lesson in course.lessons()}
    steps = {(step.lesson_id, step.position) for step in course.steps() if step.is_marked}
    for entry in entries:
        names = names_of(entry.condition)
        assert names.lessons <= lessons
        assert names.steps <= steps
        assert names.modules <= {section.section_id for section in course.sections}
        assert names.courses <= {COURSE_ID}
        assert entry.lesson_id is None or entry.lesson_id in lessons


def test_every_kind_of_condition_is_shown(entries: list[Entry]) -> None:
    found = {type(fact) for one in conditions(entries) for fact in facts_of(one)}
    assert found == set(get_args(Fact))
    assert {AllOf, AnyOf} <= {type(one) for one in conditions(entries)}


def test_what_is_not_known_before_is_filled_in(entries: list[Entry]) -> None:
    names = [names_of(one) for one in conditions(entries)]
    assert frozenset().union(*(one.groups for one in names)) == {TEAM}
    assert frozenset().union(*(one.assignments for one in names)) == {ASSIGNMENT}
    (day,) = frozenset().union(*(one.dates for one in names))
    assert day > NOW.date()
