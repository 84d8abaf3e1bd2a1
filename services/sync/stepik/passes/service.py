"""Passes over the courses: when they are due, who runs them, what ends them and what then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.sync.stepik.client import StepikClient
from services.sync.stepik.errors import (
    Endless,
    Limited,
    Missing,
    NotAsked,
    Refused,
    StepikError,
    TokenRefused,
)
from services.sync.stepik.learning.service import Watch, watch_nothing
from services.sync.stepik.matching.trying import Matcher
from services.sync.stepik.passes import repository
from services.sync.stepik.passes.reading import LeaseLost, Pass
from services.sync.stepik.passes.repository import NAME, Course
from services.sync.stepik.structure import repository as structure
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database
from shared.due import Due
from shared.log import get_log

log = get_log(__name__)

LADDER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
)
"""After so many failures in a row without a step forward; the last again and again."""
REST_AFTER_REFUSAL = timedelta(minutes=5)
"""Without a token nothing can be asked, and its owner has to do something."""
LEAST_REST = timedelta(minutes=1)
"""Between two passes over a course, also where one takes longer than their interval."""
LONGEST_ERROR = 300


class Passes:
    """Reads courses: one at a time over all replicas, each so many minutes after the last time."""

    def __init__(
        self,
        client: StepikClient,
        *,
        course_ids: Sequence[int],
        every: timedelta,
        matcher: Matcher,
        watch: Watch = watch_nothing,
    ) -> None:
        self._client = client
        self._course_ids = course_ids
        self._every = every
        self._matcher = matcher
        self._watch = watch

    @property
    def due(self) -> Due:
        """The due row that reads."""
        return Due(name=NAME, run=self.read_next)

    async def read_next(self, database: Database, clock: Clock) -> int:
        """Read the course whose moment came first; 0: there is none, or another process reads."""
        owner, now = uuid4(), clock.now()
        async with database.transaction() as connection:
            await repository.add(connection, self._course_ids, now)
            course = await repository.claim(connection, self._course_ids, owner, now)
            if course is not None and course.phase == "rest":
                course = await repository.begin(connection, course.course_id, owner, now)
        if course is None:
            return 0
        with caused_by(course_id=course.course_id, pass_number=course.pass_number):
            await self._read(database, clock, course, owner)
        return 1

    async def _read(self, database: Database, clock: Clock, course: Course, owner: UUID) -> None:
        one = Pass(
            database,
            self._client,
            clock,
            course=course,
            owner=owner,
            matcher=self._matcher,
            watch=self._watch,
        )
        try:
            await one.run()
        except LeaseLost:
            log.warning("stepik_lease_lost")
        except StepikError as error:
            log.warning("stepik_not_read", phase=one.course.phase, error=repr(error))
            await self._settle(database, clock, one, owner, error)
        except Exception as error:
            # It would be the same again at once: later, and the log says what it was.
            await self._stumble(database, one, owner, type(error).__name__)
            raise
        except BaseException:
            await self._give_back(database, one, owner)
            raise
        else:
            await self._finish(database, clock, one, owner)
            log.info("stepik_read", requests=one.course.requests)

    async def _settle(
        self, database: Database, clock: Clock, one: Pass, owner: UUID, error: StepikError
    ) -> None:
        """Stepik did not answer as it should: whether to go on, and when."""
        words = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        if isinstance(error, Limited | NotAsked):
            await self._pause_all(database, timedelta(seconds=error.wait), words)
            await self._give_back(database, one, owner)
        elif isinstance(error, TokenRefused):
            await self._pause_all(database, REST_AFTER_REFUSAL, words)
            await self._stumble(database, one, owner, words)
        elif isinstance(error, Missing | Refused | Endless):
            if isinstance(error, Missing) and one.course.phase == "structure":
                async with database.transaction() as connection:
                    await structure.lose_course(connection, one.course.course_id, clock.now())
            await self._finish(database, clock, one, owner, words)
        else:
            await self._stumble(database, one, owner, words)

    async def _finish(
        self, database: Database, clock: Clock, one: Pass, owner: UUID, error: str | None = None
    ) -> None:
        now = clock.now()
        started_at = one.course.started_at or now
        async with database.transaction() as connection:
            await repository.finish(
                connection,
                one.course.course_id,
                owner,
                next_pass_at=max(started_at + self._every, now + min(self._every, LEAST_REST)),
                finished_at=now if error is None else None,
                requests=one.take_requests(),
                error=error,
            )

    async def _stumble(self, database: Database, one: Pass, owner: UUID, words: str) -> None:
        async with database.transaction() as connection:
            await repository.stumble(
                connection,
                one.course.course_id,
                owner,
                error=words,
                ladder=LADDER,
                requests=one.take_requests(),
            )

    async def _give_back(self, database: Database, one: Pass, owner: UUID) -> None:
        async with database.transaction() as connection:
            await repository.give_back(connection, one.course.course_id, owner, one.take_requests())

    async def _pause_all(self, database: Database, wait: timedelta, words: str) -> None:
        async with database.transaction() as connection:
            await repository.pause_all(connection, wait, words)


async def read_now(connection: Connection, course_id: int, now: datetime) -> None:
    """Have a course read at once; one that is being read is not begun anew."""
    await repository.ask_now(connection, [course_id], now)
