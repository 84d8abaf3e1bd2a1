"""Who is in a course: rows of `course-grades` kept as numbers, and written as JSON when asked."""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox.stepik.state import Learner
from sandbox.stepik.structure import Course, Lesson, Step


def dumps(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Roster:
    """The learners and the teachers of one course, in the order of their rows' ids."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.here: list[Learner] = []
        self.all: dict[int, Learner] = {}
        """By user, also who has left."""
        steps = list(course.steps())
        self._bits = {step.step_id: 1 << place for place, step in enumerate(steps)}
        marked = [(place, step) for place, step in enumerate(steps) if step.is_marked]
        self._marked = sum(1 << place for place, _ in marked)
        # Both outcomes of each step are written once: a page of long courses is put together
        # from thousands of them.
        self._results = [(place, (_result(step, 0), _result(step, 1))) for place, step in marked]

    def add(self, learner: Learner) -> None:
        self.all[learner.user_id] = learner
        if not learner.has_left:
            self._put(learner)

    def leave(self, learner: Learner) -> None:
        learner.has_left = True
        del self.here[bisect.bisect_left(self.here, learner.grade_id, key=_grade_id)]

    def come_back(self, learner: Learner) -> None:
        learner.has_left = False
        self._put(learner)

    def find(self, user_id: int) -> Learner | None:
        """Somebody who is in the course now."""
        learner = self.all.get(user_id)
        return None if learner is None or learner.has_left else learner

    def bits_of(self, steps: Iterable[Step]) -> int:
        return sum(self._bits[step.step_id] for step in steps)

    def marked_bits_of(self, lesson: Lesson) -> int:
        return self.bits_of(lesson.steps) & self._marked

    def has_passed(self, learner: Learner, step: Step) -> bool:
        return bool(learner.passed & self._bits[step.step_id])

    def count_passed(self, learner: Learner, lesson: Lesson) -> int:
        """Steps of a lesson, theory too."""
        return (learner.passed & self.bits_of(lesson.steps)).bit_count()

    def score(self, learner: Learner) -> int:
        """A point for each marked step."""
        return (learner.passed & self._marked).bit_count()

    def grade(self, learner: Learner) -> bytes:
        """The row as Stepik writes it."""
        passed = learner.passed
        results = b",".join([ways[passed >> place & 1] for place, ways in self._results])
        head = {
            "id": learner.grade_id,
            "course": learner.course_id,
            "user": learner.user_id,
            "is_teacher": learner.is_teacher,
            "score": float(self.score(learner)),
            "rank": None,
            "date_joined": time(learner.joined_at),
            "last_viewed": time(learner.viewed_at),
        }
        return dumps(head)[:-1] + b',"results":{' + results + b"}}"

    def _put(self, learner: Learner) -> None:
        bisect.insort(self.here, learner, key=_grade_id)


def _grade_id(learner: Learner) -> int:
    return learner.grade_id


def _result(step: Step, passed: int) -> bytes:
    name = f'"{step.lesson_id}-{step.position}":'
    result = {
        "step_id": step.step_id,
        "score": float(passed),
        "is_passed": bool(passed),
        "total_submissions": passed,
    }
    return name.encode() + dumps(result)
