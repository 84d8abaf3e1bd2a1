"""`parta sync stepik --once`: courses read now, and what was found."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from parta import operating
from parta.house import read_settings
from services.sync.settings import SyncSettings
from services.sync.stepik import repository as known
from services.sync.stepik.learning import repository as learners
from services.sync.stepik.learning.service import Change
from services.sync.stepik.opening import Stepik, open_stepik
from services.sync.stepik.passes import repository as passes
from services.sync.stepik.passes.repository import Standing
from shared.clock import Clock
from shared.db import Database
from shared.http import create_client
from shared.identity import ServiceAuth
from shared.settings import WrongSetting

WITHIN = timedelta(minutes=15)
"""How long a pass that others run, or a long one, is waited for."""
LOOKS_EVERY = 0.5
LONGEST_WAIT = 60.0
"""Seconds of silence that Stepik may ask for and that are waited for here."""
MOST_LINES = 1000
NEEDED = ("STEPIK_CLIENT_ID", "STEPIK_CLIENT_SECRET", "STEPIK_COURSE_ID")


@dataclass(frozen=True, slots=True)
class CourseRead:
    """What a pass over a course came to. is_own: run by this process; error: why it has no end."""

    course_id: int
    title: str
    is_own: bool
    learners: int
    matched: int
    changed: int
    requests: int
    error: str | None


@dataclass(frozen=True, slots=True)
class LearnerRead:
    """What a learner has passed since the last pass."""

    user_id: int
    name: str
    lessons: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """All of it. new: learners whose progress is no news, who were met, or matched with a person,
    since the last pass. by_email: whether people were looked for by their address too.
    """

    courses: list[CourseRead] = field(default_factory=list)
    learners: list[LearnerRead] = field(default_factory=list)
    new: int = 0
    seconds: float = 0.0
    by_email: bool = False

    @property
    def is_read(self) -> bool:
        """Whether every course was read to its end."""
        return all(course.error is None for course in self.courses)


async def read_once(url: str) -> Outcome:
    """Read every course now, or wait for who reads already, a quarter of an hour at the most.

    Raises:
        WrongSetting: Stepik is not set up.
    """
    settings: SyncSettings = read_settings("sync", {"database_url": url})
    changes: list[Change] = []
    async with _auth(settings) as auth, operating.opened(url, "sync") as database:
        stepik = open_stepik(settings, auth=auth, watch=changes.extend)
        if stepik is None:
            why = ": is not set"
            if operating.is_demo():
                why += "; the demo sets it for itself alone, and reads every minute"
            raise WrongSetting(f"{_missing(settings)}{why}")
        started = time.monotonic()
        try:
            own = await _read_all(stepik, database, until=started + WITHIN.total_seconds())
        finally:
            await stepik.aclose()
        outcome = Outcome(by_email=auth is not None, seconds=time.monotonic() - started)
        await _describe(database, stepik, own, changes, outcome)
    return outcome


def _missing(settings: SyncSettings) -> str:
    told = (
        settings.stepik_client_id,
        settings.stepik_client_secret,
        settings.stepik_course_id,
    )
    return next(name for name, value in zip(NEEDED, told, strict=True) if not value)


@contextlib.asynccontextmanager
async def _auth(settings: SyncSettings) -> AsyncIterator[httpx.AsyncClient | None]:
    """Who knows addresses, where it is a service of its own; in one process it is not reached."""
    secret = settings.service_secret
    if secret is None:
        yield None
        return
    async with create_client(settings.auth_url) as tokens, create_client(settings.auth_url) as auth:
        auth.auth = ServiceAuth(
            service="sync", secret=secret.get_secret_value(), audience="auth", auth=tokens
        )
        yield auth


async def _read_all(stepik: Stepik, database: Database, *, until: float) -> set[int]:
    """Until every course was read, or cannot be now; gives those that this process has read."""
    clock, own, said = Clock(), set[int](), False
    async with database.transaction() as connection:
        await passes.add(connection, stepik.course_ids, clock.now())
        before = _by_course(await passes.list_standings(connection, stepik.course_ids))
        await passes.ask_now(connection, stepik.course_ids, clock.now())
    while time.monotonic() < until:
        did = await stepik.passes.read_next(database, clock)
        async with database.acquire() as connection:
            now = _by_course(await passes.list_standings(connection, stepik.course_ids))
        waiting = [one for one, standing in now.items() if not _is_over(before[one], standing)]
        if did:
            own |= {one for one in now if one not in waiting}
            continue
        if not waiting:
            break
        if not said and any(standing.is_read for standing in now.values()):
            print("Another process is reading. Waiting for it …", file=sys.stderr)
            said = True
        await asyncio.sleep(LOOKS_EVERY)
    return own


def _by_course(standings: Sequence[Standing]) -> dict[int, Standing]:
    return {one.course.course_id: one for one in standings}


def _is_over(before: Standing, now: Standing) -> bool:
    """Whether a pass has ended since, or rests because Stepik does not answer."""
    if now.waits > LONGEST_WAIT or (now.waits > 0 and now.course.failures):
        return True
    is_same = now.course.pass_number == before.course.pass_number
    return now.course.phase == "rest" and not (is_same and before.course.phase == "rest")


async def _describe(
    database: Database,
    stepik: Stepik,
    own: set[int],
    changes: Sequence[Change],
    outcome: Outcome,
) -> None:
    async with database.acquire() as connection:
        for standing in await passes.list_standings(connection, stepik.course_ids):
            course = standing.course
            counted = await passes.count(connection, course.course_id)
            is_open = course.phase != "rest" and course.error is None
            outcome.courses.append(
                CourseRead(
                    course_id=course.course_id,
                    title=course.title,
                    is_own=course.course_id in own,
                    learners=counted.learners,
                    matched=counted.matched,
                    changed=course.changed,
                    requests=course.requests,
                    error="it is still being read" if is_open else course.error,
                )
            )
        titles = await known.list_lessons(connection)
        news = [one for one in changes if one.lessons and not one.is_new][:MOST_LINES]
        names = await learners.list_names(connection, [one.user_id for one in news])
    outcome.new = len({one.user_id for one in changes if one.is_new})
    outcome.learners = [_learner(one, names, titles) for one in news]


def _learner(change: Change, names: Mapping[int, str], titles: Mapping[int, str]) -> LearnerRead:
    lessons = tuple(titles.get(one, str(one)) for one in change.lessons)
    return LearnerRead(change.user_id, names.get(change.user_id, ""), lessons)


def in_words(outcome: Outcome) -> str:
    """A line a course and a learner."""
    lines = []
    for one in outcome.courses:
        whose = "" if one.is_own else "; another process read it"
        state = f"not read: {one.error}" if one.error else f"{one.changed} changed"
        lines.append(
            f"{one.title or 'Course'} ({one.course_id}): {state}; {one.learners} learners, "
            f"{one.matched} of them known here; {one.requests} requests{whose}"
        )
    for learner in outcome.learners:
        name = learner.name or "Learner"
        lines.append(f"  {name} ({learner.user_id}) passed: {', '.join(learner.lessons)}")
    if outcome.new:
        lines.append(f"  First read: {outcome.new} learners.")
    if not outcome.by_email:
        lines.append("  By e-mail the service itself looks for people, not this command.")
    lines.append(f"{outcome.seconds:.1f} s")
    return "\n".join(lines)


def in_json(outcome: Outcome) -> dict[str, Any]:
    """The same for machines."""
    return {
        "read": outcome.is_read,
        "courses": [
            {
                "course_id": one.course_id,
                "title": one.title,
                "own": one.is_own,
                "learners": one.learners,
                "matched": one.matched,
                "changed": one.changed,
                "requests": one.requests,
                "error": one.error,
            }
            for one in outcome.courses
        ],
        "learners": [
            {"user_id": one.user_id, "name": one.name, "lessons": list(one.lessons)}
            for one in outcome.learners
        ],
        "new": outcome.new,
        "seconds": round(outcome.seconds, 1),
        "by_email": outcome.by_email,
    }
