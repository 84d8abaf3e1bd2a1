"""A program that asks the sandbox's Stepik."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.serving import Served

BASIC = ("stepik-client", "stepik-secret")


async def give_token(sandbox: Served, **fields: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "scope": "read", **fields}
    return await sandbox.http.post("/stepik/oauth2/token/", data=form, auth=BASIC)


async def new_headers(sandbox: Served) -> dict[str, str]:
    answer = await give_token(sandbox)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


class Asker:
    """A program that asks as slowly as it must, or faster where `gap_s` is less."""

    def __init__(self, sandbox: Served, headers: dict[str, str], gap_s: float = 0.2) -> None:
        self.sandbox = sandbox
        self.headers = headers
        self.gap_s = gap_s

    async def ask(self, path: str, **parameters: Any) -> httpx.Response:
        self.sandbox.clock.advance(self.gap_s)
        url = f"/stepik/api/{path}"
        return await self.sandbox.http.get(url, params=parameters, headers=self.headers)

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.ask(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, plural: str, **parameters: Any) -> list[dict[str, Any]]:
        """Of one page."""
        found: list[dict[str, Any]] = (await self.get(plural, **parameters))[plural]
        return found

    async def ids(self, plural: str, ids: list[object], **parameters: Any) -> list[dict[str, Any]]:
        return await self.rows(plural, **{"ids[]": ids}, **parameters)

    async def every(self, plural: str, **parameters: Any) -> list[dict[str, Any]]:
        """Of all pages, of which there must be fewer than a hundred."""
        found: list[dict[str, Any]] = []
        for page in range(1, 100):
            answer = await self.get(plural, page=page, **parameters)
            assert answer["meta"]["page"] == page
            assert answer["meta"]["has_previous"] is (page > 1)
            found += answer[plural]
            if not answer["meta"]["has_next"]:
                return found
        raise AssertionError("the pages have no end")
