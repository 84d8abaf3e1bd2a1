"""Things of Stepik as its API writes them."""

from __future__ import annotations

from typing import Any

from sandbox.stepik.accounts import Account
from sandbox.stepik.roster import Roster
from sandbox.stepik.structure import Lesson, Section, Step

PARAGRAPH = "<p>Read the text slowly, try each line by hand, and only then go on to the task.</p>"
BODY = PARAGRAPH * 150
"""A step is large on purpose: who fetches steps to count them should notice."""


def course(roster: Roster, *, is_own: bool) -> dict[str, Any]:
    """The group of its learners is its teachers' to know."""
    one = roster.course
    return {
        "id": one.course_id,
        "title": one.title,
        "summary": PARAGRAPH,
        "sections": [section.section_id for section in one.sections],
        "learners_group": one.learners_group if is_own else None,
        "learners_count": sum(not learner.is_teacher for learner in roster.here),
        "is_public": True,
        "is_active": True,
        "language": "en",
    }


def section(one: Section) -> dict[str, Any]:
    return {
        "id": one.section_id,
        "course": one.course_id,
        "title": one.title,
        "position": one.position,
        "units": [lesson.unit_id for lesson in one.lessons],
        "is_active": True,
    }


def unit(one: Lesson) -> dict[str, Any]:
    return {
        "id": one.unit_id,
        "section": one.section_id,
        "lesson": one.lesson_id,
        "position": one.position,
        "is_active": True,
    }


def lesson(one: Lesson) -> dict[str, Any]:
    return {
        "id": one.lesson_id,
        "title": one.title,
        "steps": [step.step_id for step in one.steps],
        "language": "en",
        "is_public": True,
        "time_to_complete": 60 * len(one.steps),
    }


def step(one: Step) -> dict[str, Any]:
    return {
        "id": one.step_id,
        "lesson": one.lesson_id,
        "position": one.position,
        "cost": int(one.is_marked),
        "block": {"name": "choice" if one.is_marked else "text", "text": BODY},
    }


def user(one: Account) -> dict[str, Any]:
    """The e-mail address is never told."""
    first, _, last = one.name.partition(" ")
    return {
        "id": one.user_id,
        "profile": one.user_id,
        "full_name": one.name,
        "first_name": first,
        "last_name": last,
        "is_active": True,
        "is_guest": False,
        "is_private": False,
        "is_organization": False,
        "avatar": "",
    }


def guest() -> dict[str, Any]:
    """Who comes without a token is somebody too, of a kind."""
    told = user(Account(user_id=1, name="Guest", email=""))
    return {**told, "is_guest": True}
