"""Learns how learners stand. To be called in a transaction that holds the course's row: then what
is compared here is nobody else's meanwhile, and a match waits until it is done, or this for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.access.checks.repository import ask as ask_for_access
from services.sync.stepik.answers import Grade
from services.sync.stepik.learning import repository
from services.sync.stepik.learning.book import Book
from services.sync.stepik.learning.repository import Learner, Standing
from services.sync.stepik.structure import repository as structure
from shared import outbox
from shared.db import Connection
from shared.events import ProgressChanged
from shared.events.sync import PassedLesson

MOST_NAMED = 100
"""Lessons that an event names."""
LONGEST_TITLE = 100
"""Letters of each there: an event has 64 KiB at the most."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different with one learner. is_new: it was passed before the learner was met, or
    matched with a person. Lessons by number."""

    user_id: int
    is_new: bool
    lessons: tuple[int, ...]


Watch = Callable[[Sequence[Change]], None]
"""Is shown what was kept, page by page."""


def watch_nothing(changes: Sequence[Change]) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a page came to. met: learners whom this pass had not met before."""

    met: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A learner before and after."""

    known: Learner | None
    now: Standing

    @property
    def steps(self) -> int:
        """How many steps more are passed."""
        before = len(self.known.steps_passed) if self.known else 0
        return len(self.now.steps_passed) - before

    @property
    def is_different(self) -> bool:
        return self.known is None or (
            self.steps > 0
            or self.known.gone_at is not None
            or self.known.grade_id != self.now.grade_id
        )


async def learn(
    connection: Connection, book: Book, grades: Sequence[Grade], now: datetime
) -> Learned:
    """Keep what is different with these learners, and tell of it."""
    rows = {grade.user: grade for grade in grades if grade.course == book.course_id}
    if not rows:
        return Learned(0)
    marked = book.mark(frozenset().union(*(grade.results.marked for grade in rows.values())))
    if marked:
        await structure.mark(connection, book.course_id, book.pass_number, marked)
    known = await repository.list_learners(connection, book.course_id, list(rows))
    # Who was met by this pass has had their turn: what is new since then is the next one's.
    seen = [
        _compare(book, known.get(user_id), grade)
        for user_id, grade in rows.items()
        if user_id not in known or known[user_id].seen_in != book.pass_number
    ]
    await _keep(connection, book, seen, now)
    lessons = await _pass_lessons(
        connection, book, {one.now.user_id: one.now.steps_passed for one in seen}, now
    )
    changed = [one for one in seen if one.known is None or one.steps or lessons[one.now.user_id]]
    await _tell(
        connection,
        book,
        told={
            one.now.user_id: lessons[one.now.user_id]
            for one in changed
            if _is_news(book, one.known)
        },
        asked=[one.now.user_id for one in changed],
        now=now,
    )
    return Learned(
        met=len(seen),
        changes=tuple(_change(book, one, lessons[one.now.user_id]) for one in changed),
    )


def _is_news(book: Book, known: Learner | None) -> bool:
    """Whether what is passed now was not passed before the learner was met, or matched."""
    return known is not None and known.told_from <= book.pass_number


def _compare(book: Book, known: Learner | None, grade: Grade) -> _Seen:
    """What was passed stays passed."""
    before = frozenset(known.steps_passed) if known else frozenset()
    passed = before | book.known(grade.results.passed)
    return _Seen(known, Standing(grade.user, grade.id, passed))


def _change(book: Book, seen: _Seen, lessons: Sequence[int]) -> Change:
    return Change(
        user_id=seen.now.user_id,
        is_new=not _is_news(book, seen.known),
        lessons=tuple(lessons),
    )


async def _keep(connection: Connection, book: Book, seen: Sequence[_Seen], now: datetime) -> None:
    new = [one.now for one in seen if one.known is None]
    different = [one.now for one in seen if one.known is not None and one.is_different]
    same = [one.now.user_id for one in seen if not one.is_different]
    if new:
        await repository.insert(connection, book.course_id, book.pass_number, new, now)
    if different:
        await repository.update(connection, book.course_id, book.pass_number, different, now)
    if same:
        await repository.see(connection, book.course_id, book.pass_number, same)


async def _pass_lessons(
    connection: Connection,
    book: Book,
    steps_passed: Mapping[int, frozenset[int]],
    now: datetime,
    *,
    is_last_word: bool = False,
) -> dict[int, list[int]]:
    """The lessons that are passed and were not known to be, kept; by learner."""
    before = await repository.list_lessons_passed(connection, list(steps_passed))
    found = {
        user_id: sorted(
            book.passed_by(steps, is_last_word=is_last_word) - before.get(user_id, set())
        )
        for user_id, steps in steps_passed.items()
    }
    pairs = [(user_id, lesson_id) for user_id, lessons in found.items() for lesson_id in lessons]
    if pairs:
        await repository.keep_lessons_passed(connection, pairs, now)
    return found


async def judge(
    connection: Connection, book: Book, learners: Sequence[Learner], now: datetime
) -> list[Change]:
    """Pass the lessons whose steps this pass was the first to learn of.

    Who was told of already in this pass waits for the next, so that one is told of once a pass.
    """
    judged = {one.user_id: one for one in learners if one.told_in != book.pass_number}
    steps = {one.user_id: frozenset(one.steps_passed) for one in judged.values()}
    lessons = await _pass_lessons(connection, book, steps, now, is_last_word=True)
    changed = [user_id for user_id, found in lessons.items() if found]
    await _tell(
        connection,
        book,
        told={user_id: lessons[user_id] for user_id in changed if _is_news(book, judged[user_id])},
        asked=changed,
        now=now,
    )
    return [
        Change(
            user_id=user_id,
            is_new=not _is_news(book, judged[user_id]),
            lessons=tuple(lessons[user_id]),
        )
        for user_id in changed
    ]


async def learn_theory(
    connection: Connection,
    book: Book,
    asked: Mapping[int, Sequence[int]],
    passed: frozenset[tuple[int, int]],
    now: datetime,
) -> list[Change]:
    """Keep which lessons without marked steps are passed, of those that were asked, by learner.

    What is found passed when it is asked for the first time is told of nobody: when it was passed
    is not known.
    """
    known = await repository.list_learners(connection, book.course_id, list(asked))
    open_before = await repository.list_open(connection, list(asked))
    found = {
        user_id: [one for one in lessons if (user_id, one) in passed]
        for user_id, lessons in asked.items()
    }
    still_open = [
        (user_id, one)
        for user_id, lessons in asked.items()
        for one in lessons
        if (user_id, one) not in passed
    ]
    changed = {user_id: lessons for user_id, lessons in found.items() if lessons}
    await repository.keep_open(connection, still_open)
    if not changed:
        return []
    pairs = [(user_id, one) for user_id, lessons in changed.items() for one in lessons]
    await repository.keep_lessons_passed(connection, pairs, now)
    told = {
        user_id: [one for one in lessons if one in open_before.get(user_id, set())]
        for user_id, lessons in changed.items()
        if _is_news(book, known.get(user_id))
    }
    await _tell(connection, book, told=told, asked=list(changed), now=now)
    return [Change(user_id, False, tuple(lessons)) for user_id, lessons in changed.items()]


async def _tell(
    connection: Connection,
    book: Book,
    *,
    told: Mapping[int, Sequence[int]],
    asked: Sequence[int],
    now: datetime,
) -> None:
    """Tell of lessons passed, and have the access of all of them looked at, where it is known
    whose accounts these are."""
    people = await repository.list_people(connection, asked) if asked else {}
    if not people:
        return
    await ask_for_access(connection, list(people.values()))
    news = {user_id: lessons for user_id, lessons in told.items() if lessons and user_id in people}
    if not news:
        return
    passed = await repository.list_lessons_passed(connection, list(news))
    for user_id in sorted(news):
        event = _event(book, people[user_id], news[user_id], passed[user_id], now)
        await outbox.record(connection, event)
    await repository.tell(connection, book.course_id, book.pass_number, list(news))


def _event(
    book: Book, person_id: UUID, news: Sequence[int], passed: set[int], now: datetime
) -> ProgressChanged:
    return ProgressChanged(
        person_id=person_id,
        course_id=book.course_id,
        course=book.title,
        version=book.pass_number,
        passed=tuple(
            PassedLesson(lesson_id=one, title=book.lessons[one][:LONGEST_TITLE])
            for one in news[:MOST_NAMED]
        ),
        lessons_passed=len(passed & book.lessons.keys()),
        lessons=len(book.lessons),
        changed_at=now,
    )
