"""What GitHub's answers say of its limits: pure functions over headers and words."""

import email.utils
from datetime import UTC, datetime, timedelta

import httpx

from shared.http import retry_after

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(days=1)
LONGEST_WINDOW = timedelta(hours=2)
"""A quota is counted by the hour; what says otherwise is not believed for longer."""
LIMIT_WORDS = ("rate limit", "abuse detection", "too many requests")


def says_to_wait(response: httpx.Response, message: str) -> bool:
    """Whether this is a limit, and not about what was asked for.

    A 403 may be either: a limit has a `Retry-After`, an empty quota, or says so in words.
    """
    if response.status_code == 429 or (
        response.status_code >= 500 and retry_after(response) is not None
    ):
        return True
    return response.status_code == 403 and (
        retry_after(response) is not None
        or number(response, "x-ratelimit-remaining") == 0
        or not message
        or any(words in message.lower() for words in LIMIT_WORDS)
    )


def told_wait(response: httpx.Response) -> timedelta | None:
    """How long to wait: `Retry-After`, else until an empty quota is full; None: it is not said."""
    seconds = retry_after(response)
    if seconds is not None:
        return min(max(timedelta(seconds=min(seconds, 1e9)), SHORTEST_WAIT), LONGEST_WAIT)
    if number(response, "x-ratelimit-remaining") == 0:
        return resets_in(response)
    return None


def resets_in(response: httpx.Response) -> timedelta | None:
    """Until the quota is full again, by GitHub's own clock."""
    reset = number(response, "x-ratelimit-reset")
    if reset is None:
        return None
    now = date_of(response, "Date") or datetime.now(UTC)
    left = timedelta(seconds=min(reset - now.timestamp(), 1e9)) + SHORTEST_WAIT
    return min(max(left, SHORTEST_WAIT), LONGEST_WINDOW)


def number(response: httpx.Response, header: str) -> int | None:
    """A header's number; None where there is none, or it is none."""
    value = response.headers.get(header, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else None


def date_of(response: httpx.Response, header: str) -> datetime | None:
    """A header's moment; None where there is none, or it is none."""
    try:
        moment = email.utils.parsedate_to_datetime(response.headers[header])
    except (KeyError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
