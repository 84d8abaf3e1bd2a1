"""A small service with every kind of answer, to ask over the door that each service has."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, Form, Request
from pydantic import BaseModel

from shared.db import DatabaseAway
from shared.errors import Conflict, NotFound, NotSignedIn
from shared.identity import HEADER, Identity
from shared.pages import Pages
from shared.service import Service
from shared.settings import Settings
from shared.texts import Catalogue
from shared.web import create_service_app

PUBLIC_URL = "https://parta.test"


class Given(BaseModel):
    number: int


@dataclass
class Site:
    """The app, a client of it, and who its client is."""

    service: Service
    app: FastAPI
    client: httpx.AsyncClient
    identity: Identity = field(default_factory=Identity)
    words: list[str] = field(default_factory=list)

    def sign_in(self, **known: Any) -> None:
        """Let the next requests be a person's."""
        self.identity = Identity(person_id=UUID(int=1), **known)
        self.client.headers[HEADER] = "a token"

    async def identify(self, token: str | None) -> Identity:
        """In the place of the verifier, which has tests of its own."""
        if token == "refused":
            raise NotSignedIn
        return self.identity if token else Identity()


def create_site(database_url: str, folder: Path) -> Site:
    """The site, opened by nobody yet."""
    settings = Settings.read(
        service="school", database_url=database_url, public_url=PUBLIC_URL, auth_url="http://auth"
    )
    service = Service(settings, folder=folder, subscriptions=())
    router = APIRouter()
    words: list[str] = []
    _add_routes(router, words)
    app = create_service_app(
        service,
        pages=Pages(folder, Catalogue()),
        routers=[router],
        max_body={"/big": 2_000_000},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL)
    site = Site(service, app, client, words=words)
    service.verifier.identify = site.identify  # type: ignore[method-assign]
    return site


def _add_routes(router: APIRouter, words: list[str]) -> None:
    @router.get("/words")
    async def list_words() -> list[str]:
        return words

    @router.api_route("/words", methods=["POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def add(word: str = Form("")) -> dict[str, str]:
        words.append(word)
        return {"word": word}

    @router.post("/json")
    @router.post("/big")
    async def take(given: Given) -> dict[str, int]:
        return {"number": given.number}

    @router.post("/raw")
    async def take_raw(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @router.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise {
            "missing": NotFound(),
            "signed-out": NotSignedIn(),
            "conflict": Conflict("the word stands already"),
            "away": DatabaseAway("school: postgresql://secret"),
            "bug": RuntimeError("a secret"),
        }[how]
