"""A course as a pass goes by it: which steps count, and when a lesson is passed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.sync.stepik.structure import repository as structure
from shared.db import Connection


@dataclass(slots=True)
class Book:
    """One course in one pass. It grows while results are read: who names a step marks it.

    `fresh` are lessons with steps that this very pass has marked. They are judged at its end, when
    all of their steps are known.
    """

    course_id: int
    title: str
    pass_number: int
    lessons: Mapping[int, str]
    lesson_of: Mapping[int, int]
    marked: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    fresh: set[int] = field(default_factory=set)

    def mark(self, step_ids: Iterable[int]) -> list[int]:
        """Results name these steps; gives those that were not marked before."""
        found = []
        for step_id in step_ids:
            lesson_id = self.lesson_of.get(step_id)
            if lesson_id is not None and step_id not in self.marked[lesson_id]:
                self.marked[lesson_id].add(step_id)
                self.fresh.add(lesson_id)
                found.append(step_id)
        return found

    def known(self, step_ids: Iterable[int]) -> frozenset[int]:
        """Those of them that are steps of this course."""
        return frozenset(step_id for step_id in step_ids if step_id in self.lesson_of)

    def passed_by(self, steps_passed: frozenset[int], *, is_last_word: bool) -> set[int]:
        """The lessons all of whose marked steps are passed; the fresh ones at the end alone."""
        return {
            lesson_id
            for lesson_id, steps in self.marked.items()
            if steps
            and lesson_id in self.lessons
            and (is_last_word or lesson_id not in self.fresh)
            and steps <= steps_passed
        }

    def is_theory(self, lesson_id: int) -> bool:
        """Whether it is a lesson of this course without any marked step."""
        return lesson_id in self.lessons and not self.marked.get(lesson_id)


async def open_book(
    connection: Connection, course_id: int, *, title: str, pass_number: int
) -> Book:
    """The course as it is known now."""
    rows = await structure.list_steps(connection, course_id)
    book = Book(
        course_id=course_id,
        title=title,
        pass_number=pass_number,
        lessons=await structure.list_lessons(connection, course_id),
        lesson_of={row.step_id: row.lesson_id for row in rows},
    )
    for row in rows:
        if row.marked:
            book.marked[row.lesson_id].add(row.step_id)
            if row.marked_in == pass_number:
                book.fresh.add(row.lesson_id)
    return book
