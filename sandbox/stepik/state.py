"""What Stepik remembers; the tree is written to the state file as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Learner:
    """Somebody in a course: one row of `course-grades`.

    `passed` has a bit for each step of the course, in the course's order: thousands of learners
    of a long course take no more than a number each.
    """

    course_id: int
    user_id: int
    grade_id: int
    joined_at: datetime
    viewed_at: datetime
    passed: int = 0
    is_teacher: bool = False
    has_left: bool = False
    """Who comes back has the same row, and all that was passed."""


@dataclass
class StepikState:
    """Learners of the story's courses. Seeded ones are not kept: they are many, and soon made."""

    learners: list[Learner] = field(default_factory=list)
    users_made: int = 0
    grades_made: int = 0
