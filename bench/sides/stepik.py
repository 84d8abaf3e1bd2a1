"""What reads courses, alone in its process, so that its memory is its own."""

import time
from datetime import timedelta

import httpx
import uvloop
from pydantic import SecretStr

from bench.task import Tally, Task, given_task
from services.sync.settings import SyncSettings
from services.sync.stepik.opening import Stepik, open_stepik
from services.sync.stepik.passes import repository as passes
from shared.clock import Clock
from shared.db import Database
from shared.log import configure_logging

MOVED = 50
"""Learners who pass a lesson between the two passes."""


async def read(task: Task, tally: Tally) -> None:
    """Read the course twice; each pass's seconds and requests are told, and what memory grew."""
    settings = SyncSettings(
        database_url=SecretStr(task.postgres),
        stepik_url=f"{task.settings['sandbox']}/stepik",
        stepik_client_id=task.settings["client_id"],
        stepik_client_secret=SecretStr(task.settings["secret"]),
        stepik_course_id=str(task.settings["course"]),  # type: ignore[arg-type]
    )
    stepik = open_stepik(settings, auth=None)
    assert stepik is not None
    database, clock = Database(task.postgres, "sync"), Clock()
    await database.open()
    began_with = _memory("VmRSS")
    tally.begin()
    told = [await _pass(stepik, database, clock)]
    await _move(task)
    told.append(await _pass(stepik, database, clock))
    tally.finish(passes=told, grew=_memory("VmHWM") - began_with)
    await stepik.aclose()
    await database.close()


async def _pass(stepik: Stepik, database: Database, clock: Clock) -> dict[str, float]:
    clock.advance(timedelta(minutes=11))
    sent, began = stepik.client.requests, time.perf_counter()
    assert await stepik.passes.read_next(database, clock) == 1
    seconds = time.perf_counter() - began
    async with database.acquire() as connection:
        [standing] = await passes.list_standings(connection, stepik.course_ids)
        counted = await passes.count(connection, stepik.course_ids[0])
    course = standing.course
    assert (course.phase, course.error) == ("rest", None), course.error
    return {
        "seconds": seconds,
        "requests": stepik.client.requests - sent,
        "learners": counted.learners,
        "changed": course.changed,
    }


async def _move(task: Task) -> None:
    """A few learners pass a lesson more."""
    async with httpx.AsyncClient(base_url=task.settings["sandbox"], timeout=10) as world:
        for user_id in task.settings["users"][:MOVED]:
            answer = await world.post(
                "/stepik/progress",
                json={"user": user_id, "lesson": task.settings["lesson"], "passed": True},
            )
            answer.raise_for_status()


def _memory(what: str) -> int:
    """Bytes of this process in memory, now or at the most. What `getrusage` calls the most is of
    the process that started this one, if that was larger."""
    with open("/proc/self/status", encoding="ascii") as file:
        told = dict(line.split(":", 1) for line in file)
    return int(told[what].split()[0]) * 1024


if __name__ == "__main__":
    configure_logging("warning")
    asked = given_task()
    uvloop.run(read(asked, Tally(asked)))
