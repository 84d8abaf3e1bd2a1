"""What comes back from Stepik: bodies of bounded size, failures with their names, pages of rows."""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.sync.stepik.answers import Meta
from services.sync.stepik.errors import (
    AnswerTooBig,
    Away,
    Limited,
    Missing,
    Refused,
    StepikError,
    TokenRefused,
)
from shared.http import retry_after
from shared.log import get_log

log = get_log(__name__)

FIRST_WAIT = 60.0
"""Seconds of silence after a 429 that does not say how long."""
LONGEST_WAIT = 86400.0
LARGEST_ANSWER = 16 * 1024 * 1024
LARGEST_PAGE = 2000
"""Rows; Stepik's own pages have twenty, and what is asked for by ids at most a hundred."""

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list; `has_next` may be true past the end of the data.

    `size` is how many things were on it, also those that could not be read.
    """

    rows: list[Row]
    has_next: bool
    size: int


async def read_content(name: str, response: httpx.Response) -> bytes:
    """The body.

    Raises:
        AnswerTooBig: it is larger than anything of use.
    """
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooBig(name)
    return bytes(body)


def failure_of(name: str, response: httpx.Response) -> StepikError | None:
    """What an answer says has gone wrong; None: nothing."""
    status = response.status_code
    if status == httpx.codes.OK:
        return None
    told = retry_after(response)
    if status == 429 or (status >= 500 and told is not None):
        return Limited(min(max(told if told is not None else FIRST_WAIT, 1.0), LONGEST_WAIT))
    if status == 401:
        return TokenRefused(f"{name}: {status}")
    if status in (404, 410):
        return Missing(f"{name}: {status}")
    if 400 <= status < 500:
        return Refused(f"{name}: {status}")
    return Away(f"{name}: {status}")


def read_page(kind: type[Row], path: str, content: bytes) -> Page[Row]:
    """The list that an answer has under the name of what was asked for.

    Raises:
        Away: there is none, or no row of it can be read.
    """
    name = path.split("/")[0]
    try:
        told = json.loads(content)
        listed = told[name]
        meta = Meta.model_validate(told.get("meta") or {})
        if not isinstance(listed, list) or len(listed) > LARGEST_PAGE:
            raise TypeError(name)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        # No word of the answer: it may be anything.
        raise Away(f"{path}: not readable") from None
    rows = [row for one in listed if (row := _row(kind, one)) is not None]
    if listed and not rows:
        raise Away(f"{path}: not readable")
    return Page(rows, has_next=meta.has_next, size=len(listed))


def _row(kind: type[Row], told: Any) -> Row | None:
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        log.warning("stepik_row_not_read", kind=kind.__name__, place=error.errors()[0]["loc"])
        return None
