"""Stepik as the settings have it: off, or all that reads it, put together."""

from datetime import datetime, timedelta
from typing import Any

import httpx
from prometheus_client import Counter

from services.sync.emails import Emails
from services.sync.settings import SyncSettings
from services.sync.stepik.client import GAP, StepikClient
from services.sync.stepik.learning.service import Watch, watch_nothing
from services.sync.stepik.matching.trying import Matcher
from services.sync.stepik.passes import repository
from services.sync.stepik.passes.service import Passes
from shared.db import Connection, Database
from shared.metrics import Metrics


class Stepik:
    """What reads the courses."""

    def __init__(self, client: StepikClient, passes: Passes, course_ids: tuple[int, ...]) -> None:
        self.client = client
        self.passes = passes
        self.course_ids = course_ids

    async def last_finished(self, connection: Connection) -> datetime | None:
        """When the course was read to its end whose turn is longest ago."""
        return await repository.last_finished(connection, self.course_ids)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.aclose()


def open_stepik(
    settings: SyncSettings,
    *,
    auth: httpx.AsyncClient | None,
    metrics: Metrics | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    gap: timedelta | None = None,
    watch: Watch = watch_nothing,
) -> Stepik | None:
    """All that reads courses; None where credentials or courses are not set.

    Without `auth` nobody is looked for by their address. `gap` between requests is for tests.
    """
    secret = settings.stepik_client_secret
    if not settings.reads_stepik or secret is None:
        return None
    client = StepikClient(
        settings.stepik_url,
        client_id=settings.stepik_client_id,
        secret=secret,
        asked=_counter(metrics) if metrics is not None else None,
        transport=transport,
        gap=GAP if gap is None else gap.total_seconds(),
    )
    matcher = Matcher(client, settings.stepik_course_id, Emails(auth) if auth else None)
    passes = Passes(
        client,
        course_ids=settings.stepik_course_id,
        every=timedelta(minutes=settings.stepik_sync_minutes),
        matcher=matcher,
        watch=watch,
    )
    return Stepik(client, passes, settings.stepik_course_id)


def _counter(metrics: Metrics) -> Counter:
    return Counter(
        "parta_stepik_asked",
        "Requests to Stepik, by what was asked and answered",
        ["path", "answer"],
        registry=metrics.registry,
    )


async def find_standing(database: Database, stepik: Stepik | None) -> dict[str, Any]:
    """How reading stands, for `/readyz`."""
    if stepik is None:
        return {"off": "STEPIK_CLIENT_ID, STEPIK_CLIENT_SECRET, STEPIK_COURSE_ID are not all set"}
    async with database.acquire() as connection:
        standings = await repository.list_standings(connection, stepik.course_ids)
    return {
        str(one.course.course_id): {
            "phase": one.course.phase,
            "waits_seconds": one.waits,
            "failures": one.course.failures,
            "error": one.course.error,
        }
        for one in standings
    }
