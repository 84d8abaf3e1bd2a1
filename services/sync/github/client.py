"""GitHub's REST API: one request at a time, politely, each answer bounded."""

import asyncio
import json
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID

import httpx
from prometheus_client import Counter
from pydantic import SecretStr, TypeAdapter, ValidationError

from services.sync.github import limits
from services.sync.github.calls import Ask, Call
from services.sync.github.errors import (
    AnswerTooBig,
    Away,
    Blocked,
    GitHubError,
    Limited,
    Missing,
    Refused,
    TokenRefused,
)
from services.sync.github.turns.service import Lane, Turns
from services.sync.github.validators.repository import Validators
from shared.http import AnswerTooLarge, BoundedTransport, create_transport
from shared.log import get_log

log = get_log(__name__)

ANSWERS_WITHIN = 10.0
"""Shorter than a turn is leased for."""
TURN_WITHIN = 10.0
MOST_HOPS = 2
LARGE = 64 * 1024
"""Bytes of JSON that are read outside the event loop."""
LONGEST_VALIDATOR = 300
STEADY_AFTER = timedelta(seconds=2)
"""A `Last-Modified` has whole seconds: of two changes within one it would hide the second."""
REST_AFTER_REFUSAL = timedelta(minutes=5)
REDIRECTS = (301, 302, 307, 308)
KEEPS_METHOD = (307, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub answered. Without change there is no value.

    `has_moved`: it was answered by another address, as after a rename. `cursor`: where the next
    page begins, in lists that have cursors.
    """

    value: Any
    validators: Validators
    is_unchanged: bool = False
    has_moved: bool = False
    cursor: str | None = None


class GitHub:
    """Asks GitHub with one token, or without any."""

    def __init__(
        self,
        api_url: str,
        token: SecretStr | None,
        turns: Turns,
        *,
        asked: Counter,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.turns = turns
        self._asked = asked
        self._base = httpx.URL(f"{api_url}/")
        headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": "Parta",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if token is not None:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        # Nothing is repeated here: who asked has a due row, and a 429 is never asked again at once.
        self._http = httpx.AsyncClient(
            transport=BoundedTransport(transport or create_transport()),
            timeout=httpx.Timeout(ANSWERS_WITHIN),
            headers=headers,
            follow_redirects=False,
        )

    async def ask(
        self,
        ask: Ask,
        *,
        lane: Lane,
        within: float = TURN_WITHIN + ANSWERS_WITHIN,
        known: Validators | None = None,
        exactly: bool = False,
    ) -> Answer:
        """Wait for the turn and ask; with validators the answer may be that nothing has changed.

        By `Last-Modified` where that is steady; `exactly`: by the ETag alone.

        Raises:
            GitHubError: one of the tree in `errors.py`.
        """
        until = time.monotonic() + within
        is_write = ask.call.method != "GET"
        owner = await self.turns.take(lane, within=min(within, TURN_WITHIN), is_write=is_write)
        seconds = min(ANSWERS_WITHIN, max(until - time.monotonic(), 0.1))
        response, has_moved = await self._exchange(owner, ask, _condition(known, exactly), seconds)
        await self._settle(owner, response)
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Answer(None, _merged(known, response), is_unchanged=True, has_moved=has_moved)
        return await _read(ask.call, response, has_moved)

    async def _exchange(
        self, owner: UUID, ask: Ask, condition: dict[str, str], seconds: float
    ) -> tuple[httpx.Response, bool]:
        """Send; where no answer comes the turn is given back here."""
        outcome = "lost"
        try:
            async with asyncio.timeout(seconds):
                response, has_moved = await self._send(ask, condition)
        except AnswerTooLarge as error:
            outcome = "too_big"
            await self.turns.give_back(owner)
            raise AnswerTooBig(ask.address) from error
        # httpx reads a Location also where it does not follow it: one that is no name is a
        # UnicodeError.
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            UnicodeError,
            TimeoutError,
            OSError,
            Away,
        ) as error:
            outcome = "away"
            await self.turns.stumble(owner)
            raise Away(f"{ask.address}: {error!r}") from error
        except BaseException:
            await self.turns.give_back(owner)
            raise
        else:
            outcome = str(response.status_code)
        finally:
            self._asked.labels(ask.call.path, outcome).inc()
        return response, has_moved

    async def _send(self, ask: Ask, condition: dict[str, str]) -> tuple[httpx.Response, bool]:
        """Send, and follow renamed places within GitHub: elsewhere the token would go astray."""
        url = self._base.join(ask.address.lstrip("/"))
        for hop in range(MOST_HOPS + 1):
            response = await self._http.request(ask.call.method, url, headers=condition)
            may_follow = REDIRECTS if ask.call.method == "GET" else KEEPS_METHOD
            if response.status_code not in may_follow:
                return response, hop > 0
            url = self._next_hop(url, response.headers.get("Location", ""))
        raise Away(f"{ask.address}: it leads on and on")

    def _next_hop(self, url: httpx.URL, location: str) -> httpx.URL:
        base = self._base
        try:
            there = httpx.URL(urljoin(str(url), location))
            is_here = (there.scheme, there.host, there.port) == (base.scheme, base.host, base.port)
        except (ValueError, httpx.InvalidURL):
            raise Away(f"{url.path}: it leads nowhere") from None
        if not is_here or not there.path.startswith(base.path):
            raise Away(f"{url.path}: it leads elsewhere, to {there.host}")
        return there

    async def _settle(self, owner: UUID, response: httpx.Response) -> None:
        """Keep what the answer says of limits, give the turn back, and raise what went wrong."""
        status = response.status_code
        failed = _failure(response) if status >= 400 or status in REDIRECTS else None
        if isinstance(failed, Limited | TokenRefused):
            wait = limits.told_wait(response)
            if isinstance(failed, TokenRefused):
                wait = REST_AFTER_REFUSAL
            await self.turns.strike(owner, wait=wait)
            log.warning("github_says_wait", status=status, seconds=wait and wait.total_seconds())
        elif isinstance(failed, Away):
            await self.turns.stumble(owner)
        else:
            await self.turns.settle(
                owner,
                quota=limits.number(response, "x-ratelimit-limit"),
                quota_left=limits.number(response, "x-ratelimit-remaining"),
                resets_in=limits.resets_in(response),
            )
        if failed is not None:
            raise failed

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _condition(known: Validators | None, exactly: bool) -> dict[str, str]:
    if known is not None and known.last_modified and not exactly:
        return {"If-Modified-Since": known.last_modified}
    if known is not None and known.etag:
        return {"If-None-Match": known.etag}
    return {}


def _validators(response: httpx.Response, goes_on: bool) -> Validators:
    etag = response.headers.get("ETag")
    modified = response.headers.get("Last-Modified")
    modified_at = limits.date_of(response, "Last-Modified")
    answered_at = limits.date_of(response, "Date")
    is_steady = modified_at and answered_at and answered_at - modified_at > STEADY_AFTER
    return Validators(
        etag=etag if etag and _is_sound(etag) else None,
        last_modified=modified if modified and is_steady and _is_sound(modified) else None,
        goes_on=goes_on,
    )


def _merged(known: Validators | None, response: httpx.Response) -> Validators:
    """Those of an answer without change: what it leaves out is as it was."""
    told = _validators(response, known is not None and known.goes_on)
    if known is None:
        return told
    return replace(
        told,
        etag=told.etag or known.etag,
        last_modified=told.last_modified or known.last_modified,
    )


def _is_sound(value: str) -> bool:
    return len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()


def _failure(response: httpx.Response) -> GitHubError:
    message, is_blocked = _words(response)
    status = response.status_code
    if status == 451 or (status == 403 and is_blocked):
        return Blocked(str(status))
    if limits.says_to_wait(response, message):
        return Limited(str(status))
    if status >= 500 or status in REDIRECTS:
        return Away(str(status))
    kinds = {401: TokenRefused, 404: Missing, 410: Missing}
    return kinds.get(status, Refused)(str(status))


def _words(response: httpx.Response) -> tuple[str, bool]:
    """What an error says, and whether it speaks of a block."""
    try:
        told = json.loads(response.content[:LARGE])
    except (ValueError, RecursionError):
        return "", False
    if not isinstance(told, dict):
        return "", False
    return str(told.get("message") or ""), "block" in told


async def _read(call: Call, response: httpx.Response, has_moved: bool) -> Answer:
    content = response.content
    if call.answer is None:
        return Answer(None, _validators(response, False), has_moved=has_moved)
    try:
        if len(content) > LARGE:
            value = await asyncio.to_thread(_parse, call, content)
        else:
            value = _parse(call, content)
    except (ValueError, RecursionError) as error:
        # Where an answer cannot be read: no word of it, it may be anything.
        place = error.errors()[0]["loc"] if isinstance(error, ValidationError) else "no JSON"
        raise Away(f"{call.path}: not readable: {place}") from None
    following = response.links.get("next", {}).get("url", "")
    return Answer(
        value,
        _validators(response, bool(following)),
        has_moved=has_moved,
        cursor=_cursor_of(following),
    )


def _cursor_of(link: str) -> str | None:
    try:
        return parse_qs(urlsplit(link).query).get("cursor", [None])[0]
    except ValueError:
        return None


def _parse(call: Call, content: bytes) -> Any:
    kind: Any = call.answer
    told = json.loads(content)
    return TypeAdapter(list[kind] if call.many else kind).validate_python(told)
