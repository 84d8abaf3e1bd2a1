"""Asking for the bot's card as a browser behind the gateway does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from services.bot import texts
from services.bot.me import pages as card
from services.bot.service import FOLDER
from shared.identity import ANONYMOUS, Identity
from shared.pages import Pages
from shared.web import create_service_app
from tests.bot.playing import Play


class Known:
    """A verifier for whom everybody is this person."""

    def __init__(self, person_id: UUID | None) -> None:
        self._person_id = person_id

    async def identify(self, token: str | None) -> Identity:
        if self._person_id is None:
            return ANONYMOUS
        return Identity(person_id=self._person_id, locale="en")


async def read_card(play: Play, person_id: UUID | None) -> Any:
    """The fragment, None when it asks to sign in."""

    play.service.verifier = Known(person_id)  # type: ignore[assignment]
    app = create_service_app(
        play.service, pages=Pages(FOLDER, texts.catalogue()), routers=[card.router]
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/bot/card", headers={"Accept": "text/html"})
    if person_id is None:
        assert answer.status_code == 303
        return None
    assert answer.status_code == 200, answer.text
    return answer.text
