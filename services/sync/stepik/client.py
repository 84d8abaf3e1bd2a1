"""Stepik's API: one request at a time, politely, every page followed."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from prometheus_client import Counter
from pydantic import SecretStr, ValidationError

from services.sync.stepik.answers import (
    Course,
    Grade,
    Lesson,
    LessonProgress,
    Member,
    Section,
    SocialAccount,
    Token,
    Unit,
    User,
)
from services.sync.stepik.errors import (
    Away,
    Endless,
    Limited,
    Missing,
    NotAsked,
    Refused,
    TokenRefused,
)
from services.sync.stepik.wire import Page, Row, failure_of, read_content, read_page
from shared.http import create_transport
from shared.log import get_log

log = get_log(__name__)

GAP = 0.2
"""Seconds from one request to the next: five a second while a course is read."""
LONGEST_GAP = 5.0
EASED_AFTER = 100
"""Good answers after which a gap that a 429 has doubled is halved."""
ANSWERS_WITHIN = 15.0
LARGE = 64 * 1024
"""Bytes of JSON that are read outside the event loop."""
MANY = 100
FEW = 30
"""Ids in one request, where what comes back is large."""
MOST_PAGES = 50
"""Of one list by ids: its pages are few."""
SOMEBODY = 0
"""No number of Stepik's: somebody more, of whom nothing is known."""
SPARE = 60.0
"""Seconds before its end that a token is renewed, or a tenth of its life where that is less."""


Listed = TypeVar("Listed", Section, Unit, Lesson, Grade, User, LessonProgress)


@dataclass(frozen=True, slots=True)
class _Held:
    """A token, and until when it is used, by the monotonic clock."""

    token: str
    until: float


class StepikClient:
    """Asks Stepik with the credentials of one application.

    `requests` counts what was sent, tokens included; `gap` is the seconds from one to the next.
    """

    def __init__(
        self,
        url: str,
        *,
        client_id: str,
        secret: SecretStr,
        asked: Counter | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        gap: float = GAP,
    ) -> None:
        self.requests = 0
        self._client = (client_id, secret)
        self._asked = asked
        self._least_gap = self.gap = gap
        self._good = 0
        self._next_at = 0.0
        self._quiet_until = 0.0
        self._held: _Held | None = None
        self._turn = asyncio.Lock()
        # Nothing is repeated here: a pass goes on where it stopped, when its moment has come.
        self._http = httpx.AsyncClient(
            base_url=url,
            transport=transport or create_transport(),
            timeout=httpx.Timeout(ANSWERS_WITHIN),
            headers={"User-Agent": "Parta", "Accept": "application/json"},
            follow_redirects=False,
        )

    async def get_course(self, course_id: int) -> Course:
        """A course.

        Raises:
            Missing: there is none of that number, or it may not be seen.
            StepikError: one of the tree in `errors.py`; so do all below.
        """
        page = await self._get(Course, f"courses/{course_id}", [])
        for course in page.rows:
            if course.id == course_id:
                return course
        raise Missing(f"courses/{course_id}")

    async def list_sections(self, ids: Sequence[int]) -> list[Section]:
        """Those of them that are there."""
        return await self._list(Section, "sections", ids)

    async def list_units(self, ids: Sequence[int]) -> list[Unit]:
        """Those of them that are there."""
        return await self._list(Unit, "units", ids)

    async def list_lessons(self, ids: Sequence[int]) -> list[Lesson]:
        """Those of them that are there and may be seen."""
        return await self._list(Lesson, "lessons", ids, most=FEW)

    async def get_grades(self, course_id: int, page: int) -> Page[Grade]:
        """One page of a course's learners, the eldest first; past the last one it is empty."""
        asked = [("course", course_id), ("is_teacher", "false"), ("order", "id"), ("page", page)]
        try:
            return await self._get(Grade, "course-grades", asked)
        except Missing:
            if page == 1:
                raise
            return Page([], has_next=False, size=0)

    async def list_grades(self, ids: Sequence[str]) -> list[Grade]:
        """Those of these rows of course-grades that are there."""
        return await self._list(Grade, "course-grades", ids, most=FEW)

    async def list_users(self, ids: Sequence[int]) -> list[User]:
        """Those of them that are there."""
        return await self._list(User, "users", ids)

    async def list_lesson_progresses(self, ids: Sequence[str]) -> list[LessonProgress]:
        """Those of them that are there, by `lesson-<lesson>-<user>`."""
        return await self._list(LessonProgress, "progresses", ids)

    async def find_members(self, group: int, search: str) -> set[int]:
        """Whom a search among the learners of a course finds; two stand for several."""
        page = await self._get(Member, "members", [("group", group), ("search", search)])
        found = [member.user for member in page.rows if member.user is not None]
        # Who cannot be read, or stands on the next page, is somebody else as well.
        is_all = len(found) == page.size and not page.has_next
        return set(found) if is_all or not found else {*found, SOMEBODY}

    async def find_github_users(self, github_id: int) -> set[int]:
        """Who has linked that account of GitHub at Stepik; two stand for several."""
        asked = [("provider", "github"), ("uid", github_id)]
        page = await self._get(SocialAccount, "social-accounts", asked)
        found = {
            account.user
            for account in page.rows
            if account.user is not None
            and account.provider == "github"
            and str(account.uid) == str(github_id)
        }
        is_all = len(page.rows) == page.size and not page.has_next
        return found if is_all or not found else {*found, SOMEBODY}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _list(
        self, kind: type[Listed], path: str, ids: Sequence[int | str], *, most: int = MANY
    ) -> list[Listed]:
        found: list[Listed] = []
        for chunk in _chunks(list(dict.fromkeys(ids)), most):
            found += await self._list_chunk(kind, path, chunk)
        return found

    async def _list_chunk(
        self, kind: type[Listed], path: str, ids: Sequence[int | str]
    ) -> list[Listed]:
        """Every page of one request by ids; as soon as all are there it is done.

        What nobody asked for is left out.
        """
        found: list[Listed] = []
        wanted = {str(one) for one in ids}
        asked: list[tuple[str, Any]] = [("ids[]", one) for one in ids]
        for number in range(1, MOST_PAGES + 1):
            page = await self._get(kind, path, [*asked, ("page", number)] if number > 1 else asked)
            found += [row for row in page.rows if str(row.id) in wanted]
            if not page.has_next or not page.size or len(found) >= len(ids):
                return found
        raise Endless(path)

    async def _get(self, kind: type[Row], path: str, asked: Sequence[tuple[str, Any]]) -> Page[Row]:
        params = httpx.QueryParams([(name, str(value)) for name, value in asked])
        async with self._turn:
            answer = await self._send_signed(path, params)
        if len(answer) > LARGE:
            return await asyncio.to_thread(read_page, kind, path, answer)
        return read_page(kind, path, answer)

    async def _send_signed(self, path: str, params: httpx.QueryParams) -> bytes:
        """Send with a token; one that is not taken is renewed once."""
        for is_last in (False, True):
            token = await self._token()
            try:
                return await self._send(
                    path,
                    self._http.build_request(
                        "GET",
                        f"/api/{path}",
                        params=params,
                        headers={"Authorization": f"Bearer {token}"},
                    ),
                )
            except TokenRefused:
                self._held = None
                if is_last:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _token(self) -> str:
        if self._held is not None and time.monotonic() < self._held.until:
            return self._held.token
        client_id, secret = self._client
        request = self._http.build_request(
            "POST",
            "/oauth2/token/",
            data={"grant_type": "client_credentials", "scope": "read"},
        )
        basic = httpx.BasicAuth(client_id, secret.get_secret_value())
        signed = next(basic.sync_auth_flow(request))
        try:
            content = await self._send("oauth2/token", signed)
            token = Token.model_validate_json(content)
        except (Refused, Missing) as error:
            raise TokenRefused(f"no token: {error}") from error
        except ValidationError:
            raise Away("oauth2/token: not readable") from None
        spare = min(SPARE, token.expires_in / 10)
        self._held = _Held(token.access_token, time.monotonic() + token.expires_in - spare)
        return token.access_token

    async def _send(self, name: str, request: httpx.Request) -> bytes:
        """One request, in its time; gives the body.

        Raises:
            StepikError: there is none.
        """
        await self._wait()
        self.requests += 1
        outcome = "lost"
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                response = await self._http.send(request, stream=True)
                try:
                    content = await read_content(name, response)
                finally:
                    await response.aclose()
            outcome = str(response.status_code)
        except Away:
            outcome = "too_big"
            raise
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, TimeoutError, OSError) as error:
            outcome = "away"
            raise Away(f"{name}: {type(error).__name__}") from error
        finally:
            if self._asked is not None:
                self._asked.labels(name.split("/")[0], outcome).inc()
        failed = failure_of(name, response)
        if isinstance(failed, Limited):
            self._keep_quiet(failed.wait)
        if failed is not None:
            raise failed
        self._ease()
        return content

    async def _wait(self) -> None:
        now = time.monotonic()
        if now < self._quiet_until:
            raise NotAsked(self._quiet_until - now)
        due = max(now, self._next_at)
        # From when it was due, not from when the loop woke. What was missed is not made up for.
        self._next_at = due + self.gap
        await asyncio.sleep(due - now)

    def _keep_quiet(self, wait: float) -> None:
        self._quiet_until = time.monotonic() + wait
        self.gap = min(max(self.gap * 2, self._least_gap), LONGEST_GAP)
        self._good = 0
        log.warning("stepik_says_wait", seconds=wait, gap=self.gap)

    def _ease(self) -> None:
        self._good += 1
        if self._good >= EASED_AFTER and self.gap > self._least_gap:
            self.gap = max(self.gap / 2, self._least_gap)
            self._good = 0


def _chunks(ids: Sequence[int | str], size: int) -> Iterator[Sequence[int | str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
