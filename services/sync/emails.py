"""The verified e-mail addresses of people, which auth alone keeps; they are not kept here."""

import asyncio
from collections.abc import Collection
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from shared.log import get_log

log = get_log(__name__)

PATH = "/internal/emails"
ANSWERS_WITHIN = 15.0
MOST_ASKED = 100


class AuthAway(Exception):
    """auth did not answer, or not in its right mind."""


class _Told(BaseModel):
    emails: dict[UUID, str]


class Emails:
    """Asks auth, with the service's own token."""

    def __init__(self, auth: httpx.AsyncClient) -> None:
        self._auth = auth

    async def list_emails(self, person_ids: Collection[UUID]) -> dict[UUID, str]:
        """The addresses of those who have one.

        Raises:
            AuthAway: nobody knows.
        """
        found: dict[UUID, str] = {}
        asked = [str(one) for one in person_ids]
        for start in range(0, len(asked), MOST_ASKED):
            found |= await self._ask(asked[start : start + MOST_ASKED])
        return found

    async def _ask(self, person_ids: list[str]) -> dict[UUID, str]:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                answer = await self._auth.post(PATH, json={"person_ids": person_ids})
            answer.raise_for_status()
            return _Told.model_validate_json(answer.content).emails
        # Without a token there is a KeyError or a ValueError, which one of pydantic is as well. An
        # address that cannot be read is somebody's: not a word of it.
        except (httpx.HTTPError, TimeoutError, OSError, KeyError, ValueError) as error:
            name = "unreadable" if isinstance(error, ValidationError) else type(error).__name__
            log.warning("emails_not_learned", error=name)
            raise AuthAway(f"auth does not say e-mail addresses: {name}") from None
