"""sync as a whole: the spine's, with what it asks of GitHub."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from prometheus_client import Counter
from pydantic import SecretStr

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
from services.sync.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.service import Service, Transports
from shared.web import service_of

FOLDER = Path(__file__).parent
GITHUB = "github"
"""The outside's name among transports, for tests."""


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

    async def readiness(self) -> dict[str, Any]:
        """As every service; besides, how it stands with GitHub."""
        report = await super().readiness()
        if not report["ready"]:
            return report
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


def sync_of(request: Request) -> SyncService:
    """FastAPI dependency: the whole."""
    return cast(SyncService, service_of(request))
