"""Everything outside Parta, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from starlette.requests import Request

from sandbox.boomstream.cinema import Cinema
from sandbox.boomstream.spoiling import Spoils
from sandbox.boomstream.state import BoomstreamState
from sandbox.counts import Counts
from sandbox.faults import Faults
from sandbox.github import state as github_state
from sandbox.github.hooks import Hooks
from sandbox.github.hub import Hub
from sandbox.github.limits import Limits
from sandbox.github.oauth import OAuth
from sandbox.github.pulls import Pulls
from sandbox.github.reviews import Reviews
from sandbox.google.oauth import GoogleAccounts
from sandbox.google.state import GoogleState
from sandbox.settings import SandboxSettings
from sandbox.smtp.outbox import Outbox
from sandbox.stepik.service import Stepik
from sandbox.stepik.state import StepikState
from sandbox.telegram import state as telegram_state
from sandbox.telegram.delivery import Deliveries
from sandbox.telegram.messenger import Messenger
from sandbox.telegram_login.openid import TelegramLogin
from sandbox.vk.oauth import VkIds


@dataclass
class State:
    """All that outlives a restart."""

    born_at: datetime
    telegram: telegram_state.TelegramState
    github: github_state.GitHubState
    google: GoogleState = field(default_factory=GoogleState)
    stepik: StepikState = field(default_factory=StepikState)
    boomstream: BoomstreamState = field(default_factory=BoomstreamState)


def new_state(at: datetime) -> State:
    wall_clock = time.time()
    return State(
        born_at=at,
        telegram=telegram_state.new_state(wall_clock),
        github=github_state.new_state(wall_clock),
    )


class World:
    """The parts, each with the state and the clocks that it needs."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: State,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.monotonic = monotonic
        self.born_at = state.born_at
        state.github.leap(time.time())
        self.faults = Faults()
        self.counts = Counts()
        self.messenger = Messenger(
            settings, state.telegram, now=now, monotonic=monotonic, changed=changed
        )
        self.messenger.updates.deliveries = Deliveries(
            state.telegram, self.faults, now=now, monotonic=monotonic, changed=changed
        )
        # Certificates are read only where there will be any: it takes longer than the rest.
        self.client = httpx.AsyncClient(
            timeout=httpx.Timeout(10),
            trust_env=False,
            verify=settings.hook_url.startswith("https:"),
        )
        self.hooks = Hooks(
            settings, state.github, self.client, self.faults, now=now, changed=changed
        )
        self.hub = Hub(
            settings, state.github, self.hooks, born_at=state.born_at, now=now, changed=changed
        )
        self.pulls = Pulls(self.hub)
        self.reviews = Reviews(self.hub)
        self.oauth = OAuth(
            settings, state.github, self.hub.accounts, monotonic=monotonic, changed=changed
        )
        self.limits = Limits(monotonic)
        self.outbox = Outbox(now)
        self.google = GoogleAccounts(
            settings, state.google, monotonic=monotonic, wall_clock=time.time, changed=changed
        )
        self.vk = VkIds(settings, monotonic=monotonic, wall_clock=time.time)
        self.stepik = Stepik(
            settings,
            state.stepik,
            born_at=state.born_at,
            now=now,
            monotonic=monotonic,
            changed=changed,
        )
        self.cinema = Cinema(
            state.boomstream, settings.boomstream_api_key, now=now, changed=changed
        )
        self.spoils = Spoils()
        self.telegram_login = TelegramLogin(settings, monotonic=monotonic, wall_clock=time.time)


def world_of(request: Request) -> World:
    world: World = request.app.state.world
    return world
