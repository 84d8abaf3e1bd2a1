"""Courses and learners without number, for load. They are gone after a restart."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sandbox.errors import Refused
from sandbox.stepik.accounts import MOST_ACCOUNTS
from sandbox.stepik.campus import Campus
from sandbox.stepik.roster import Roster
from sandbox.stepik.structure import make_course

MOST_COURSES = 100
A_SECTION = 10


@dataclass(frozen=True)
class Wish:
    """`passed_per_cent`: how likely a learner has passed a lesson, and, where not, has begun it.

    `first_github_id`: the first learner's GitHub account, the next ones follow; without it they
    have none.
    """

    course: int
    count: int
    lessons: int
    steps: int
    title: str | None
    is_foreign: bool
    passed_per_cent: int
    first_github_id: int | None
    seed: int


def seed(campus: Campus, wish: Wish) -> tuple[Roster, list[int]]:
    """So many more learners in a course, which is made where there is none yet.

    Gives the course and the new learners' numbers. The same wish in a new world makes the same.
    """
    if campus.accounts.count() + wish.count > MOST_ACCOUNTS:
        raise Refused(409, "this small world has no room for so many learners")
    roster = campus.rosters.get(wish.course) or _make(campus, wish)
    chance = random.Random(wish.seed)  # noqa: S311 - the same at every run is what is wanted
    lessons = [
        (roster.bits_of(lesson.steps), roster.bits_of(lesson.steps[:2]))
        for lesson in roster.course.lessons()
    ]
    users = []
    for number in range(wish.count):
        github_id = None if wish.first_github_id is None else wish.first_github_id + number
        account = campus.new_learner(github_id)
        learner = campus.join(roster, account, seeded=True)
        learner.passed = _mask(chance, lessons, wish.passed_per_cent / 100)
        users.append(account.user_id)
    return roster, users


def _make(campus: Campus, wish: Wish) -> Roster:
    if len(campus.rosters) >= MOST_COURSES:
        raise Refused(409, "this small world has no room for so many courses")
    lessons = [(f"Lesson {n}", "t" + "m" * wish.steps) for n in range(1, wish.lessons + 1)]
    plan = tuple(
        (f"Module {at // A_SECTION + 1}", tuple(lessons[at : at + A_SECTION]))
        for at in range(0, len(lessons), A_SECTION)
    )
    title = wish.title or f"Course {wish.course}"
    return campus.add_course(make_course(wish.course, title, plan, is_foreign=wish.is_foreign))


def _mask(chance: random.Random, lessons: list[tuple[int, int]], likely: float) -> int:
    passed = 0
    for whole, begun in lessons:
        if chance.random() < likely:
            passed |= whole
        elif chance.random() < likely:
            passed |= begun
    return passed
