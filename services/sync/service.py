"""sync as a whole: the spine's, with what it asks of GitHub."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from prometheus_client import Counter
from pydantic import SecretStr

from services.sync.access.checks.service import Checker
from services.sync.access.grants.telling import telling
from services.sync.access.resources.service import Resources
from services.sync.access.school import School
from services.sync.boomstream import repository as boomstream
from services.sync.boomstream.addresses import Addresses
from services.sync.boomstream.beginning import begin_granting
from services.sync.boomstream.client import Boomstream
from services.sync.boomstream.comparing import Comparer
from services.sync.boomstream.granting import Granter
from services.sync.emails import Emails
from services.sync.github import repository
from services.sync.github.client import GitHub
from services.sync.github.endpoint import EVENTS, PATH
from services.sync.github.finding import Finder
from services.sync.github.redelivery import repository as redelivery
from services.sync.github.redelivery.service import Reconciler
from services.sync.github.suggestions.fetching import Fetcher
from services.sync.github.turns import repository as turns
from services.sync.github.turns.service import Turns
from services.sync.github.watches.watcher import Watcher
from services.sync.settings import SyncSettings
from services.sync.stepik.opening import Stepik, find_standing, open_stepik
from services.sync.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.secret import KeyRing
from shared.service import Service, Transports
from shared.web import service_of

FOLDER = Path(__file__).parent
GITHUB = "github"
BOOMSTREAM = "boomstream"
STEPIK = "stepik"
"""The outside's names among transports, for tests."""


class SyncService(Service):
    """Asks GitHub with one token for pull requests, and with another for webhooks, if it has one.

    `gap` is the time between two polls, for tests.
    """

    settings: SyncSettings

    def __init__(
        self,
        settings: SyncSettings,
        *,
        clock: Clock | None = None,
        transports: Transports | None = None,
        gap: timedelta | None = None,
    ) -> None:
        super().__init__(
            settings,
            folder=FOLDER,
            subscriptions=SUBSCRIPTIONS,
            due=DUE,
            clock=clock,
            transports=transports,
            freshness={
                "github": repository.last_received,
                "github_answers": turns.last_answered,
                "github_deliveries": redelivery.last_checked,
                "boomstream": boomstream.last_answered,
            },
        )
        self._gap = gap
        self._outside: Mapping[str, Any] = transports or {}
        self._asked = Counter(
            "parta_github_asked",
            "Requests to GitHub, by what was asked and answered",
            ["path", "answer"],
            registry=self.metrics.registry,
        )
        self.github = self._connect(settings.github_api_token)
        self.finder = Finder(self.database, self.github)
        self.watcher = Watcher(self.database, self.github)
        self.fetcher = Fetcher(self.github)
        self.due = (self.watcher.due, self.fetcher.due, *self.due)
        self.reconciler: Reconciler | None = None
        if settings.github_hooks and settings.github_hooks_token is not None:
            self.reconciler = Reconciler(
                self._connect(settings.github_hooks_token),
                places=settings.github_hooks,
                hook_url=f"{settings.public_url}{PATH}",
                events=tuple(EVENTS),
            )
            self.due = (*self.reconciler.due, *self.due)
        self.ring = settings.data_ring
        self.school: School | None = None
        if settings.service_secret is not None:
            self.school = School(self.client_of("school"))
        self.resources = Resources(self.database, self.school, self.clock)
        self.due = (Checker(self.ring).due, telling(settings.public_url), *self.due)
        self.stepik = self._open_stepik()
        self.boomstream: Boomstream | None = None
        self.due = (begin_granting(has_ring=self.ring is not None), *self.due)
        if settings.boomstream_api_key is not None and self.ring is not None:
            self._open_videos(settings.boomstream_api_key, self.ring)

    def _open_stepik(self) -> Stepik | None:
        """Courses at Stepik are read from now on, if it is set up."""
        stepik = open_stepik(
            self.settings,
            auth=self.client_of("auth") if self.settings.service_secret else None,
            metrics=self.metrics,
            transport=self._outside.get(STEPIK),
            gap=self._gap,
        )
        if stepik is not None:
            self.due = (stepik.passes.due, *self.due)
            self._freshness["stepik"] = stepik.last_finished
        return stepik

    def _open_videos(self, key: SecretStr, ring: KeyRing) -> None:
        """Videos are opened and closed at Boomstream from now on."""
        self.boomstream = Boomstream(
            self.settings.boomstream_url,
            key,
            asked=Counter(
                "parta_boomstream_asked",
                "Requests to Boomstream, by what was asked and answered",
                ["method", "answer"],
                registry=self.metrics.registry,
            ),
            transport=self._outside.get(BOOMSTREAM),
        )
        default = self.settings.boomstream_subscription
        addresses = Addresses(Emails(self.client_of("auth")), self.settings.public_url)
        self.granter = Granter(
            self.database, self.boomstream, ring, addresses, subscription=default
        )
        self.comparer = Comparer(self.database, self.boomstream, ring, subscription=default)
        self.due = (*self.granter.due, *self.comparer.due, *self.due)

    def _connect(self, token: SecretStr | None) -> GitHub:
        return GitHub(
            self.settings.github_api_url,
            token,
            Turns(self.database, token, gap=self._gap),
            asked=self._asked,
            transport=self._outside.get(GITHUB),
        )

    async def close(self) -> None:
        """Stop, then close what is open towards GitHub."""
        await super().close()
        await self.github.aclose()
        if self.reconciler is not None:
            await self.reconciler.github.aclose()
        if self.boomstream is not None:
            await self.boomstream.aclose()
        if self.stepik is not None:
            await self.stepik.aclose()

    async def readiness(self) -> dict[str, Any]:
        """As every service; besides, how it stands with GitHub."""
        report = await super().readiness()
        if not report["ready"]:
            return report
        report = {**report, "boomstream": await self._boomstream_standing()}
        report["stepik"] = await find_standing(self.database, self.stepik)
        standing = await self.github.turns.find_standing()
        if standing is None:
            return report
        return {
            **report,
            "github": {
                "quota": standing.quota,
                "quota_left": standing.quota_left,
                "waits_seconds": standing.paused,
                "failures": standing.stumbles,
            },
        }

    async def _boomstream_standing(self) -> dict[str, Any]:
        if self.boomstream is None:
            return {"off": "BOOMSTREAM_API_KEY is not set"}
        async with self.database.acquire() as connection:
            standing = await boomstream.find_standing(connection)
        compared_at = standing.compared_at
        return {
            "waits_seconds": standing.paused,
            "error": standing.error,
            "waiting": standing.waiting,
            "failing": standing.failing,
            "compared_at": compared_at.isoformat() if compared_at else None,
        }


def sync_of(request: Request) -> SyncService:
    """FastAPI dependency: the whole."""
    return cast(SyncService, service_of(request))
