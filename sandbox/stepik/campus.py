"""Stepik's side of the school: what people do in courses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal

from sandbox.errors import Refused
from sandbox.stepik.accounts import FIRST_MADE, MOST_ACCOUNTS, Account, Accounts
from sandbox.stepik.roster import Roster
from sandbox.stepik.state import Learner, StepikState
from sandbox.stepik.story import COURSE_ID, COURSES, LEARNERS, TEACHER
from sandbox.stepik.structure import Catalogue, Course, Lesson, Step

FIRST_GRADE = 80_000_000
Kind = Literal["courses", "sections", "units", "lessons", "steps", "users", "course-grades"]


class Campus:
    """Courses and their learners. Those of the story's courses outlive a restart."""

    def __init__(
        self,
        state: StepikState,
        *,
        born_at: datetime,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._state = state
        self._now = now
        self._changed = changed
        self.accounts = Accounts()
        self.catalogue = Catalogue()
        self.rosters: dict[int, Roster] = {}
        self.grades: dict[int, Learner] = {}
        self.gone: set[tuple[str, str]] = set()
        """What is no more, by kind and id, though others still name it."""
        for course in COURSES:
            self.add_course(course)
        if not state.learners:
            self._settle(born_at)
        else:
            self._remember()

    def add_course(self, course: Course) -> Roster:
        self.catalogue.add(course)
        roster = self.rosters[course.course_id] = Roster(course)
        return roster

    def get_roster(self, course_id: int) -> Roster:
        roster = self.rosters.get(course_id)
        if roster is None:
            raise Refused(404, f"no course {course_id}")
        return roster

    def get_account(self, user: int | str) -> Account:
        """By number, or by the key of a person of the story."""
        account = self.accounts.find_by_key(str(user))
        if account is None:
            raise Refused(404, f"nobody at Stepik is {user}")
        return account

    def get_learner(self, roster: Roster, user: int | str) -> Learner:
        learner = roster.find(self.get_account(user).user_id)
        if learner is None:
            raise Refused(404, f"{user} is not in course {roster.course.course_id}")
        return learner

    def get_lesson(self, lesson_id: int) -> tuple[Roster, Lesson]:
        course = self.catalogue.find_course_of_lesson(lesson_id)
        if course is None:
            raise Refused(404, f"no lesson {lesson_id}")
        return self.rosters[course.course_id], self.catalogue.lessons[lesson_id]

    def move(
        self, user: int | str, lesson_id: int, *, passed: bool, position: int | None
    ) -> tuple[Roster, Learner, Lesson]:
        """A person passes a lesson or one step of it, or has it taken away again."""
        roster, lesson = self.get_lesson(lesson_id)
        learner = self.get_learner(roster, user)
        bits = roster.bits_of(_steps(lesson, position))
        learner.passed = learner.passed | bits if passed else learner.passed & ~bits
        learner.viewed_at = self._now()
        self._changed()
        return roster, learner, lesson

    def new_learner(self, github_id: int | None = None) -> Account:
        """An account that nobody has seen before."""
        if self.accounts.count() >= MOST_ACCOUNTS:
            raise Refused(409, "this small world has no room for so many")
        self._state.users_made += 1
        return self.accounts.make(FIRST_MADE + self._state.users_made, github_id)

    def join(self, roster: Roster, account: Account, *, seeded: bool = False) -> Learner:
        """Who was here before finds the old row again; who is here stays as they are."""
        kept = not seeded and roster.course in COURSES
        known = roster.all.get(account.user_id)
        if known is None:
            known = self._add(roster, account.user_id, self._now(), kept=kept)
        elif known.has_left:
            roster.come_back(known)
        self._changed()
        return known

    def leave(self, roster: Roster, users: Iterable[int]) -> None:
        """Who is not here cannot leave twice."""
        for user_id in users:
            learner = roster.find(user_id)
            if learner is not None:
                roster.leave(learner)
        self._changed()

    def list_own(self) -> Iterator[Roster]:
        """Of the courses in which the program's owner teaches."""
        return (one for one in self.rosters.values() if not one.course.is_foreign)

    def list_rows_of(self, user_id: int) -> list[Learner]:
        """In all own courses, as long as the user is in them."""
        found = (roster.find(user_id) for roster in self.list_own())
        return [learner for learner in found if learner is not None]

    def _add(
        self, roster: Roster, user_id: int, at: datetime, *, kept: bool, is_teacher: bool = False
    ) -> Learner:
        self._state.grades_made += 1
        learner = Learner(
            course_id=roster.course.course_id,
            user_id=user_id,
            grade_id=FIRST_GRADE + self._state.grades_made,
            joined_at=at,
            viewed_at=at,
            is_teacher=is_teacher,
        )
        self._enter(roster, learner)
        if kept:
            self._state.learners.append(learner)
        return learner

    def _enter(self, roster: Roster, learner: Learner) -> None:
        roster.add(learner)
        self.grades[learner.grade_id] = learner

    def _settle(self, at: datetime) -> None:
        """The story's beginning."""
        roster = self.rosters[COURSE_ID]
        teacher = self.get_account(TEACHER).user_id
        self._add(roster, teacher, at, kept=True, is_teacher=True)
        for key, progress in LEARNERS.items():
            learner = self._add(roster, self.get_account(key).user_id, at, kept=True)
            for lesson_id, positions in progress.items():
                steps = self.catalogue.lessons[lesson_id].steps
                passed = (step for step in steps if step.position in positions)
                learner.passed |= roster.bits_of(passed)

    def _remember(self) -> None:
        """The story as it went on before the restart."""
        known = [one for one in self._state.learners if one.course_id in self.rosters]
        self._state.learners[:] = known
        for learner in known:
            if self.accounts.find(learner.user_id) is None:
                self.accounts.make(learner.user_id)
            self._enter(self.rosters[learner.course_id], learner)


def _steps(lesson: Lesson, position: int | None) -> tuple[Step, ...]:
    if position is None:
        return lesson.steps
    if not 1 <= position <= len(lesson.steps):
        raise Refused(404, f"lesson {lesson.lesson_id} has no step {position}")
    return lesson.steps[position - 1 : position]
