"""Looks for the accounts of those who have none here, a few people at a time."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from uuid import UUID

from services.sync.emails import AuthAway, Emails
from services.sync.stepik.client import StepikClient
from services.sync.stepik.errors import Missing, Refused, TokenRefused
from services.sync.stepik.matching import repository
from services.sync.stepik.matching import service as matching
from services.sync.stepik.matching.repository import Candidate
from services.sync.stepik.matching.service import AGAIN_AFTER, Way
from shared.db import Connection
from shared.log import get_log

log = get_log(__name__)

PEOPLE_A_PASS = 60
"""So many at the most, with two requests each or three: a quarter of a minute."""

Step = Callable[[], AbstractAsyncContextManager[Connection]]
"""A transaction of the pass, which stands only as long as the course is this pass's."""


class Matcher:
    """Tries GitHub first, then the address: the one is an id, the other a search."""

    def __init__(
        self, client: StepikClient, course_ids: Sequence[int], emails: Emails | None
    ) -> None:
        self._client = client
        self._course_ids = course_ids
        self._emails = emails

    async def match_some(self, step: Step, now: datetime) -> int:
        """Look for some; gives how many were found.

        Raises:
            StepikError: Stepik cannot be asked now; what was found stays.
        """
        async with step() as connection:
            await matching.match_signed_in(connection, now)
            groups = await repository.list_groups(connection, self._course_ids)
        candidates, emails = await self._list_candidates(step, now, may_search=bool(groups))
        found = 0
        for candidate in candidates:
            found += await self._look_for(step, candidate, emails, groups, now)
        return found

    async def _list_candidates(
        self, step: Step, now: datetime, *, may_search: bool
    ) -> tuple[list[Candidate], dict[UUID, str] | None]:
        """Who is looked for, and their addresses; None: by address nobody is."""
        if may_search and self._emails is not None:
            candidates = await self._list(step, now, by_email=True)
            with suppress(AuthAway):
                return candidates, await self._emails.list_emails(
                    [one.person_id for one in candidates]
                )
        return await self._list(step, now, by_email=False), None

    async def _list(self, step: Step, now: datetime, *, by_email: bool) -> list[Candidate]:
        async with step() as connection:
            return await repository.list_candidates(
                connection, now - AGAIN_AFTER, by_email=by_email, limit=PEOPLE_A_PASS
            )

    async def _look_for(
        self,
        step: Step,
        candidate: Candidate,
        emails: dict[UUID, str] | None,
        groups: Sequence[int],
        now: datetime,
    ) -> bool:
        if candidate.github_id is not None and "github" not in candidate.tried:
            users = await self._find(self._client.find_github_users(candidate.github_id))
            if users is not None and await self._settle(step, candidate, "github", users, now):
                return True
        if emails is None or "email" in candidate.tried:
            return False
        email, users = emails.get(candidate.person_id), set[int]()
        for group in groups if email else ():
            hits = await self._find(self._client.find_members(group, str(email)))
            if hits is None:
                return False
            users |= hits
        return await self._settle(step, candidate, "email", users, now)

    async def _find(self, asked: Awaitable[set[int]]) -> set[int] | None:
        """Whom Stepik names; None: it will not say."""
        try:
            return await asked
        except TokenRefused:
            raise
        except (Missing, Refused) as error:
            log.warning("account_not_looked_for", error=repr(error))
            return None

    async def _settle(
        self, step: Step, candidate: Candidate, way: Way, users: set[int], now: datetime
    ) -> bool:
        """Match where exactly one was found; else keep what came of it."""
        async with step() as connection:
            if len(users) == 1:
                (user_id,) = users
                outcome = await matching.match(connection, candidate.person_id, user_id, way, now)
                return outcome is None
            await repository.keep_try(
                connection, candidate.person_id, way, "several" if users else "none", now
            )
        return False
