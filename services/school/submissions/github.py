"""What school asks of sync: whether a pull request is there, and to look at it now."""

import asyncio
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.school.errors import PullBlocked, PullGone
from services.school.submissions.links import Place
from shared.log import get_log

log = get_log(__name__)

WITHIN = 4.0
"""Seconds that a student waits for GitHub at most; then the link is taken and looked at later."""
PULL = "/internal/github/pull"
REFRESH = "/internal/github/refresh"


class Seen(BaseModel):
    """A pull request as GitHub shows it; the repository in its present name and case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    repository_id: int
    repository: str
    number: int
    title: str
    author_id: int
    author_login: str = ""
    state: Literal["open", "closed", "merged"]
    draft: bool = False
    head_sha: str


class GitHub:
    """GitHub, by way of sync, which has the token and minds the limits."""

    def __init__(self, sync: httpx.AsyncClient) -> None:
        self._sync = sync

    async def look_at(self, place: Place) -> Seen | None:
        """The pull request as it stands; None where GitHub cannot be asked now.

        Raises:
            PullGone, PullBlocked: GitHub shows none there.
        """
        try:
            async with asyncio.timeout(WITHIN):
                answer = await self._sync.get(
                    PULL, params={"repository": place.repository, "number": place.number}
                )
                told = answer.json() if answer.status_code in (200, 404, 451) else {}
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            log.warning("github_not_asked", error=type(error).__name__)
            return None
        # 404 and 451 are GitHub's own where they say so: a proxy in between may have its own.
        reason = told.get("reason") if isinstance(told, dict) else None
        if answer.status_code == 404 and reason == "gone":
            raise PullGone
        if answer.status_code == 451 and reason == "blocked":
            raise PullBlocked
        if answer.status_code != 200:
            log.warning("github_not_asked", status=answer.status_code)
            return None
        try:
            return Seen.model_validate(told)
        except ValidationError:
            log.warning("github_not_understood")
            return None

    async def look_again(self, place: Place) -> bool:
        """Have sync look now, and tell by events what it finds; False: it is away."""
        try:
            async with asyncio.timeout(WITHIN):
                answer = await self._sync.post(
                    REFRESH, json={"repository": place.repository, "number": place.number}
                )
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            log.warning("github_not_asked", error=type(error).__name__)
            return False
        return answer.status_code == 202
