"""What the bot asks of auth: links of Telegram accounts, one-time doors, a person's settings."""

import asyncio
from typing import Any

import httpx

from shared.log import get_log

log = get_log(__name__)

TIMEOUT = 15.0
"""Less than a handler may take, repeats included, so that the person is told."""
REFUSALS = frozenset({404, 409, 410, 422})


class AuthAway(Exception):
    """auth did not answer, or not in its right mind: the update is tried again."""


class AuthRefused(Exception):
    """auth said no; `reason` is one of used, expired, unknown, taken, already, wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AuthClient:
    """auth, as the bot needs it. Every command carries its Idempotency-Key, so it may repeat.

    Codes and doors are secrets: no error here carries a body or an address.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def offer_link(self, code: str, *, telegram_id: int, key: str) -> str:
        """Which account, masked, the code would link.

        Raises:
            AuthRefused, AuthAway: it would not, or nobody knows.
        """
        answer = await self._post(
            "/internal/links/offer", {"code": code, "telegram_id": telegram_id}, key
        )
        return str(answer.get("account") or "?")

    async def accept_link(
        self, code: str, *, telegram_id: int, telegram_name: str, key: str
    ) -> None:
        """Say that the chat agreed; the page that made the link has the last word.

        Raises:
            AuthRefused, AuthAway: it was not taken, or nobody knows.
        """
        body = {"code": code, "telegram_id": telegram_id, "telegram_name": telegram_name}
        await self._post("/internal/links/accept", body, key)

    async def open_door(self, telegram_id: int, *, key: str) -> str:
        """The path of a one-time door for the person of this Telegram account.

        Raises:
            AuthRefused, AuthAway: there is no such person, or nobody knows.
        """
        answer = await self._post("/internal/doors", {"telegram_id": telegram_id}, key)
        path = answer.get("path")
        if not isinstance(path, str) or not path.startswith("/"):
            raise AuthAway("no path")
        return path

    async def change_settings(
        self, telegram_id: int, *, key: str, locale: str | None = None, zone: str | None = None
    ) -> None:
        """Keep what the person of this Telegram account chose; what is None stays as it is.

        Raises:
            AuthRefused, AuthAway: there is no such person (unknown) or value (wrong), or nobody
                knows.
        """
        chosen = {"locale": locale, "zone": zone}
        told = {name: value for name, value in chosen.items() if value is not None}
        await self._post("/internal/people/settings", {"telegram_id": telegram_id, **told}, key)

    async def _post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await self._http.post(path, json=body, headers={"Idempotency-Key": key})
                answer = response.json() if response.content else {}
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            raise AuthAway(type(error).__name__) from None
        if not isinstance(answer, dict):
            answer = {}
        if response.status_code in REFUSALS:
            instead = "wrong" if response.status_code == 422 else "unknown"
            raise AuthRefused(str(answer.get("reason") or instead))
        if response.status_code >= 300:
            raise AuthAway(f"HTTP {response.status_code}")
        return answer
