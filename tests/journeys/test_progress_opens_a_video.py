"""From a lesson passed at Stepik to an open video, through public doors alone: as `make demo` runs
it, and with its events over RabbitMQ."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.demo import Demo, demo_running
from tests.support.system import person
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(240)

NUMBERS_AND_TEXT = 670103
A_PASS_LATER_S = 61
COMES_WITHIN = 60
FIELDS = re.compile(r'name="(csrf|proposal)" value="([^"]+)"')


@pytest.fixture(params=["one_process", "over_rabbitmq"])
async def demo(request: pytest.FixtureRequest) -> AsyncIterator[Demo]:
    is_over = request.param == "over_rabbitmq"
    async with demo_running(request.getfixturevalue("vhost_url") if is_over else None) as started:
        yield started


@asynccontextmanager
async def browser_of(
    demo: Demo, world: httpx.AsyncClient, key: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A person's browser, signed in with GitHub."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    async with httpx.AsyncClient(base_url=demo.public, headers=headers, timeout=15) as browser:
        done = await go_by(browser, world, "/login/via/github", person(key).github_login)
        assert done.headers["location"] == "/me", done.text
        yield browser


async def go_by(
    browser: httpx.AsyncClient, world: httpx.AsyncClient, path: str, login: str
) -> httpx.Response:
    """To a provider and back, as one who agrees there."""
    begun = await browser.get(path)
    asked = await world.get(f"{begun.headers['location']}&login={login}")
    back = urlsplit(asked.headers["location"])
    return await browser.get(f"{back.path}?{back.query}")


async def says(world: httpx.AsyncClient, key: str, words: str) -> None:
    """Wait until the bot has written this to a person."""

    async def has_said() -> bool:
        asked = {"chat_id": person(key).chat_id}
        messages: list[dict[str, Any]] = (
            await world.get("/telegram/messages", params=asked)
        ).json()
        return any(words in one["text"] for one in messages if one["from"] == "bot")

    await eventually(has_said, COMES_WITHIN)


async def watched_by(world: httpx.AsyncClient, key: str) -> list[str]:
    """What Boomstream lets a person watch."""
    told = (await world.get("/boomstream/buyers")).json()
    assert not told["doubles"], told
    return sorted(one["media"] for one in told["buyers"] if one["name"] == person(key).name)


async def pass_lesson(world: httpx.AsyncClient, lesson: int, *, passed: bool = True) -> None:
    body = {"user": "student", "lesson": lesson, "passed": passed}
    answer = await world.post("/stepik/progress", json=body)
    assert answer.status_code == 200, answer.text


async def let_a_pass_come(world: httpx.AsyncClient) -> None:
    answer = await world.post("/clock", json={"advance_s": A_PASS_LATER_S})
    assert answer.status_code == 200, answer.text


async def test_a_lesson_passed_at_stepik_opens_a_video_and_the_chat_says_so(
    demo: Demo, world: httpx.AsyncClient
) -> None:
    # What was passed before opens at the start; a lesson of theory alone, at the next pass.
    await says(world, "student", "The first program")
    await let_a_pass_come(world)
    await says(world, "student", "Names and values")
    assert await watched_by(world, "student") == ["Vd1Hello", "Vd2Names"]

    await pass_lesson(world, NUMBERS_AND_TEXT)
    await let_a_pass_come(world)
    await says(world, "student", "If and else")
    everything = ["Vd1Hello", "Vd2Names", "Vd3Forks"]
    assert await watched_by(world, "student") == everything

    # Taken back at Stepik: what was earned stays.
    await pass_lesson(world, NUMBERS_AND_TEXT, passed=False)
    await let_a_pass_come(world)
    async with browser_of(demo, world, "student") as browser:
        page = await browser.get("/sync/videos")
        assert all(title in page.text for title in ("If and else", "Dictionaries", "Files"))
        assert "If and else" in (await browser.get("/sync/card")).text
    assert await watched_by(world, "student") == everything

    # Who is found by nothing links Stepik themselves.
    assert await watched_by(world, "curator") == []
    async with browser_of(demo, world, "curator") as browser:
        page = await go_by(browser, world, "/me/ways/stepik/link", "curator")
        fields = dict(FIELDS.findall(page.text))
        said = await browser.post("/me/ways/confirm", data=fields, headers={"Origin": demo.public})
        assert said.status_code == 303, said.text
    await let_a_pass_come(world)
    await says(world, "curator", "The first program")
    assert "Vd3Forks" in await watched_by(world, "curator")
