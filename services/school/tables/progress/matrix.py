"""A team's progress as a table of marks: pure arrangement, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from services.school.tables.progress.repository import Assignment, Mark, Student


@dataclass(frozen=True, slots=True)
class Span:
    """A heading over several columns: a week, or a track within one."""

    week: int
    track: str | None
    columns: int


@dataclass(frozen=True, slots=True)
class Line:
    """A student and their mark of each column; None: not begun."""

    student: Student
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Students by assignments; the assignments stand by weeks and, within them, by tracks."""

    weeks: tuple[Span, ...]
    tracks: tuple[Span, ...]
    columns: tuple[Assignment, ...]
    lines: tuple[Line, ...]

    @property
    def has_tracks(self) -> bool:
        """Whether any assignment is in a track: otherwise they need no row of headings."""
        return any(span.track for span in self.tracks)


def arrange(
    assignments: Sequence[Assignment], students: Sequence[Student], marks: Iterable[Mark]
) -> Matrix:
    """The matrix of these students and assignments, which come in their order."""
    found: dict[tuple[UUID, UUID], Mark] = {
        (mark.student_id, mark.assignment_id): mark for mark in marks
    }
    return Matrix(
        weeks=tuple(
            Span(week, None, len(list(columns)))
            for week, columns in groupby(assignments, lambda one: one.week)
        ),
        tracks=tuple(
            Span(week, track, len(list(columns)))
            for (week, _, track), columns in groupby(
                assignments, lambda one: (one.week, one.track_id, one.track)
            )
        ),
        columns=tuple(assignments),
        lines=tuple(
            Line(
                student,
                tuple(found.get((student.person_id, one.assignment_id)) for one in assignments),
            )
            for student in students
        ),
    )
