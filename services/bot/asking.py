"""Another service, as the bot asks it in a person's name: what it answers, refuses, or fails to."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

TIMEOUT = 15.0
"""Less than a handler may take, repeats included, so that the person is told."""
REFUSALS = frozenset({400, 403, 404, 409, 410, 413, 422, 429})


class NeighbourAway(Exception):
    """It did not answer, or not in its right mind: the update is tried again."""


class NeighbourRefused(Exception):
    """It said no, in the reader's language: what is wrong, and what to do about it."""

    def __init__(self, status: int, title: str, advice: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.title = title
        self.advice = advice


class Told(BaseModel):
    """What another service tells, read without what this version does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


T = TypeVar("T", bound=Told)


@dataclass(frozen=True, slots=True)
class Asker:
    """In whose name it is asked, and in which language it answers."""

    person_id: UUID
    locale: str


class Neighbour:
    """A service that is asked; `away` and `refused` are its own names for what it may come to."""

    away: ClassVar[type[NeighbourAway]] = NeighbourAway
    refused: ClassVar[type[NeighbourRefused]] = NeighbourRefused

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def _ask(
        self,
        told: type[T],
        asker: Asker,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> T:
        person = {"person_id": str(asker.person_id)}
        headers = {"Accept-Language": asker.locale, "Accept": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await self._http.request(
                    method,
                    path,
                    params=person if body is None else None,
                    json={**person, **body} if body is not None else None,
                    headers=headers,
                )
                answer = response.json() if response.content else {}
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            raise self.away(type(error).__name__) from None
        if response.status_code in REFUSALS:
            said = answer if isinstance(answer, dict) else {}
            title = said.get("title") or said.get("detail") or ""
            raise self.refused(response.status_code, str(title), str(said.get("advice") or ""))
        if response.status_code >= 300:
            raise self.away(f"HTTP {response.status_code}")
        try:
            return told.model_validate(answer)
        except ValidationError as error:
            # Its words would quote what people wrote.
            raise self.away(f"{told.__name__}: {error.error_count()} errors") from None
