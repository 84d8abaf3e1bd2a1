"""The parts of Stepik, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.settings import SandboxSettings
from sandbox.stepik.campus import Campus
from sandbox.stepik.limits import Limits
from sandbox.stepik.oauth import StepikOAuth
from sandbox.stepik.paging import Later, Paging
from sandbox.stepik.state import StepikState
from sandbox.stepik.story import TEACHER


class Stepik:
    """The campus outlives a restart; tokens, limits and settings begin anew."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: StepikState,
        *,
        born_at: datetime,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.campus = Campus(state, born_at=born_at, now=now, changed=changed)
        self.oauth = StepikOAuth(settings, self.campus.get_account(TEACHER), monotonic=monotonic)
        self.limits = Limits(monotonic)
        self.paging = Paging()
        self.later = Later()
