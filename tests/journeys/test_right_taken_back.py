"""A person lets Parta read their mail, takes it back at Google, and hears of it in the chat."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from parta.data_folder import DataFolder
from parta.house import House
from sandbox.school import PEOPLE
from services.auth import commands
from services.auth.errors import RightHasEnded
from shared.clock import Clock
from tests.auth.desk import csrf_on
from tests.bot.playing import RealClock
from tests.sandbox.serving import TOKEN, Served, serve
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)

STUDENT = PEOPLE[0]
PERSON_ID = UUID(int=7)
PUBLIC_URL = "http://localhost:8080"


@pytest.fixture
async def world() -> AsyncIterator[Served]:
    """Google and Telegram."""
    back = {"google_redirect_urls": (f"{PUBLIC_URL}/mail/connect/callback",)}
    async with serve(clock=RealClock(), changes=back) as sandbox:
        yield sandbox


@pytest.fixture
async def house(database_url: str, tmp_path: Path, world: Served) -> AsyncIterator[House]:
    """All services at work in one process; a student whose chat is known."""
    values = {
        "public_url": PUBLIC_URL,
        "telegram_bot_token": TOKEN,
        "telegram_bot_username": "parta_test_bot",
        "telegram_api_url": f"{world.settings.url}/telegram",
        "google_discovery_url": f"{world.settings.url}/google/.well-known/openid-configuration",
        "google_client_id": "google-client",
        "google_client_secret": "google-secret",
    }
    with DataFolder.open(tmp_path / "data") as folder:
        house = House(database_url=database_url, folder=folder, values=values, clock=Clock())
        async with house.open(), house.working():
            await commands.seed_person(
                house.services["auth"].database,
                person_id=PERSON_ID,
                name="Ann",
                roles=("student",),
                locale="en",
                telegram_id=STUDENT.chat_id,
            )
            yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in by a door."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(house.gateway),
        base_url=PUBLIC_URL,
        headers={"Accept": "text/html", "Origin": PUBLIC_URL},
    ) as client:
        door = await commands.make_door(house.services["auth"].database, str(PERSON_ID))
        assert (await client.post(door)).status_code == 303
        yield client


async def connect_mail(browser: httpx.AsyncClient, world: Served) -> None:
    asked = await browser.get("/mail/connect")
    answer = await world.http.get(f"{asked.headers['Location']}&login={STUDENT.key}")
    back = urlsplit(answer.headers["Location"])
    done = await browser.get(f"{back.path}?{back.query}")
    assert done.headers.get("Location") == "/me#rights", done.text


async def test_what_was_taken_back_at_google_is_told_once_with_the_way_to_mend_it(
    house: House, browser: httpx.AsyncClient, world: Served
) -> None:
    auth: Any = house.services["auth"]
    await connect_mail(browser, world)
    assert (await auth.vault.access(PERSON_ID, "mail.read", by="mail")).access_token
    await world.post("/google/revoke_all", person=STUDENT.key)
    async with auth.database.acquire() as connection:
        await connection.execute("UPDATE rights SET access_until = now()")
    asking = (auth.vault.access(PERSON_ID, "mail.read", by="mail") for _ in range(20))
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(answer) for answer in answers} == {RightHasEnded}

    async def told() -> list[str]:
        messages = await world.messages(STUDENT.chat_id)
        return [one["text"] for one in messages if "can no longer read" in one["text"]]

    (text,) = await eventually(told, 10)
    assert text.endswith(f"\n\n{PUBLIC_URL}/me#rights")
    page = await browser.get("/me")
    assert "Connect again" in page.text
    await connect_mail(browser, world)
    assert (await auth.vault.access(PERSON_ID, "mail.read", by="mail")).access_token
    right_id = (await browser.get("/me")).text.split("/me/rights/")[1].split("/")[0]
    taken = await browser.post(f"/me/rights/{right_id}/revoke", data={"csrf": csrf_on(page)})
    assert taken.status_code == 303
    with pytest.raises(RightHasEnded):
        await auth.vault.access(PERSON_ID, "mail.read", by="mail")
    assert len(await told()) == 1
