"""Boomstream's API: one request a call, nothing repeated, each answer bounded.

By JSON the key travels in the body. By XML it stands in the address, as Boomstream wants it: no
error and no record here carries an address.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import httpx
from prometheus_client import Counter
from pydantic import SecretStr

from services.sync.boomstream.answers import (
    Buyer,
    BuyerPage,
    Subscription,
    Tree,
    moscow_time,
    read_added,
    read_answer,
    read_buyers,
    read_subscription,
)
from services.sync.boomstream.errors import (
    AnswerUnreadable,
    Away,
    BoomstreamError,
    KeyRefused,
    Refused,
)
from shared.http import AnswerTooLarge, BoundedTransport, create_transport, retry_after

Format = Literal["json", "xml"]
Told = Mapping[str, str | None]

ANSWERS_WITHIN = 10.0
"""Shorter than a grant is leased for."""
LARGE = 64 * 1024
"""Bytes that are read outside the event loop."""
LONGEST_WAIT = 3600.0
LONGEST_NAME = 200
VERSION = "1.1"
"""Since 1.1 listbuyers has the shape that is read here."""
KEY_REFUSALS = (401, 403)
SECRET = re.compile(r"[0-9a-fA-F]{32}|[^\s@<>'\"]+@[^\s@<>'\"]+")
"""A code of ours, or somebody's address."""


class Boomstream:
    """Asks Boomstream with one project's key."""

    def __init__(
        self,
        url: str,
        key: SecretStr,
        *,
        asked: Counter,
        transport: httpx.AsyncBaseTransport | None = None,
        format: Format = "json",
    ) -> None:
        self._base = f"{url}/api/ppv"
        self._key = key
        self._asked = asked
        self._is_xml = format == "xml"
        self._quiet_until = 0.0
        self._http = httpx.AsyncClient(
            transport=BoundedTransport(transport or create_transport()),
            timeout=httpx.Timeout(ANSWERS_WITHIN),
            headers={"User-Agent": "Parta"},
            follow_redirects=False,
        )

    async def add_buyer(
        self, subscription: str, code: str, *, media: str | None, email: str, name: str
    ) -> Buyer:
        """Let somebody watch. `code`: theirs, made here; the same again is the same buyer.

        Without `media` it is for all that the subscription has. Nobody is written to.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        told = {
            "code": subscription,
            "media": media,
            "email": email,
            "name": name[:LONGEST_NAME],
            "notification": "0",
            "hash": code,
        }
        return read_added(await self._ask("addbuyer", told))

    async def find_subscription(self, subscription: str, code: str, *, email: str) -> Subscription:
        """Until when the subscription goes, and what activates a buyer of it.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        told = {"code": subscription, "email": email, "hash": code}
        return read_subscription(await self._ask("info", told))

    async def activate_buyer(self, subscription: str, code: str, *, activation: str) -> None:
        """Activate a buyer with what the subscription names for it.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        told = {"code": subscription, "hash": code, "activation": activation}
        await self._ask("updatebuyer", told)

    async def prolong_buyer(self, subscription: str, code: str, *, until: datetime | None) -> None:
        """Give a buyer's access another end; None is never.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        told = {"code": subscription, "hash": code, "access_expire": moscow_time(until)}
        await self._ask("updatebuyer", told)

    async def delete_buyer(self, subscription: str, code: str) -> None:
        """Let somebody watch no more.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        await self._ask("deletebuyer", {"code": subscription, "hash": code})

    async def list_buyers(self, subscription: str, page: int) -> BuyerPage:
        """A page of all who may watch, the first is 1.

        Raises:
            BoomstreamError: one of the tree in `errors.py`.
        """
        told = {"code": subscription, "page": str(page)}
        content = await self._fetch("listbuyers", told)
        if len(content) > LARGE:
            return await asyncio.to_thread(self._read_buyers, content)
        return self._read_buyers(content)

    def _read_buyers(self, content: bytes) -> BuyerPage:
        return read_buyers(self._read(content))

    async def _ask(self, method: str, told: Told) -> Tree:
        return self._read(await self._fetch(method, told))

    def _read(self, content: bytes) -> Tree:
        """An answer; a refusal may repeat what was told, and is kept without it."""
        try:
            return read_answer(content, is_xml=self._is_xml)
        except (Refused, KeyRefused) as refused:
            words = SECRET.sub("…", str(refused).replace(self._key.get_secret_value(), "…"))
            raise type(refused)(words) from None

    async def _fetch(self, method: str, told: Told) -> bytes:
        """Send, and give what came, of which the status alone is judged."""
        quiet_for = self._quiet_until - time.monotonic()
        if quiet_for > 0:
            raise Away("not asked: a wait runs", quiet_for)
        outcome = "away"
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                response = await self._http.send(self._request(method, told))
            outcome = str(response.status_code)
        except AnswerTooLarge:
            outcome = "too_big"
            raise AnswerUnreadable("an answer that is too large") from None
        # What httpx says may hold the address; its kind is enough. A Location that is no name is a
        # UnicodeError, also where it is not followed.
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, TimeoutError, OSError) as error:
            raise Away(f"no answer: {type(error).__name__}") from None
        finally:
            self._asked.labels(method, outcome).inc()
        self._judge(response)
        return response.content

    def _request(self, method: str, told: Told) -> httpx.Request:
        known: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
        known |= {"apikey": self._key.get_secret_value(), "ver": VERSION}
        url = f"{self._base}/{method}"
        if self._is_xml:
            return self._http.build_request("GET", url, params={**known, "format": "xml"})
        return self._http.build_request("POST", url, json=known)

    def _judge(self, response: httpx.Response) -> None:
        """A failure is told with 200, but an answer of 4xx may tell one as well."""
        status = response.status_code
        if status == httpx.codes.OK:
            return
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
            wait = min(retry_after(response) or 0.0, LONGEST_WAIT)
            self._quiet_until = max(self._quiet_until, time.monotonic() + wait)
            raise Away(f"it answers {status}", wait or None)
        try:
            self._read(response.content[:LARGE])
        except (Refused, KeyRefused):
            raise
        except BoomstreamError:
            if status in KEY_REFUSALS:
                raise KeyRefused(f"it answers {status}") from None
        raise AnswerUnreadable(f"it answers {status}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
