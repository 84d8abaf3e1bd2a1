"""A person's first day, through public doors alone, in one process as `make demo` runs it."""

import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.school import PULLS
from tests.support.demo import Demo
from tests.support.system import person
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def browser(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=demo.public, headers={"Accept": "text/html", "Accept-Language": "en"}, timeout=15
    ) as client:
        yield client


async def _sign_in(browser: httpx.AsyncClient, world: httpx.AsyncClient, login: str) -> None:
    begun = await browser.get("/login/via/github", params={"next": "/me"})
    assert begun.status_code in (302, 303)
    asked = await world.get(f"{begun.headers['location']}&login={login}")
    back = urlsplit(asked.headers["location"])
    done = await browser.get(f"{back.path}?{back.query}")
    assert done.status_code in (302, 303), done.text
    assert done.headers["location"] == "/me"


def _csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def _post(
    browser: httpx.AsyncClient, path: str, page: httpx.Response, **fields: str
) -> httpx.Response:
    return await browser.post(
        path,
        data={"csrf": _csrf(page), **fields},
        headers={"Origin": str(browser.base_url).rstrip("/")},
    )


async def _chat(world: httpx.AsyncClient, key: str) -> list[dict[str, object]]:
    answer = await world.get("/telegram/messages", params={"chat_id": person(key).chat_id})
    messages: list[dict[str, object]] = answer.json()
    return messages


async def test_a_first_day(
    demo: Demo, browser: httpx.AsyncClient, world: httpx.AsyncClient
) -> None:
    # A page that needs a person sends to the sign-in.
    sent_away = await browser.get("/school/submissions")
    assert sent_away.status_code == 303
    assert sent_away.headers["location"].startswith("/login?next=")

    await _sign_in(browser, world, "parta-student2")
    page = await browser.get("/me")
    assert page.status_code == 200
    assert "Second student" in page.text

    # Telegram is unlinked, and linked again by a one-time deep link.
    assert (await _post(browser, "/me/ways/telegram/unlink", page)).status_code in (200, 303)
    page = await browser.get("/me")
    linking = await _post(browser, "/me/telegram/link", page)
    if linking.status_code == 303:
        linking = await browser.get(linking.headers["location"])
    code = re.search(r"\?start=([A-Za-z0-9_-]+)", linking.text)
    assert code, linking.text
    chat_id = person("student2").chat_id
    await world.post("/telegram/say", json={"chat_id": chat_id, "text": f"/start {code[1]}"})

    async def asked() -> dict[str, object]:
        return next(m for m in reversed(await _chat(world, "student2")) if m["buttons"])

    question = await eventually(asked, 15)
    accept = question["buttons"][0][0]  # type: ignore[index]
    await world.post(
        "/telegram/press",
        json={
            "chat_id": chat_id,
            "message_id": question["message_id"],
            "data": accept["data"],
        },
    )

    async def accepted() -> httpx.Response:
        page = await browser.get("/me/telegram/link")
        assert 'name="code"' in page.text
        return page

    page = await eventually(accepted, 15)
    shown = re.search(r'name="code" value="([0-9a-f]+)"', page.text)
    assert shown
    await _post(browser, "/me/telegram/confirm", page, code=shown[1])
    me = await browser.get("/me", headers={"Accept": "application/json"})
    assert me.json()["telegram"]["id"] == chat_id

    # The work that the demo sent is on review; the curator approves it; the student is told.
    pull = next(pull for pull in PULLS if pull.student == "student2")
    before = len(await _chat(world, "student2"))
    await world.post(
        "/github/review",
        json={"pull": pull.url, "by": "curator", "state": "approved", "body": "Well done"},
    )

    async def told() -> bool:
        messages = await _chat(world, "student2")
        return len(messages) > before and pull.title in str(messages[-1]["text"])

    await eventually(told, 15)
    works = await browser.get("/school/submissions", headers={"Accept": "application/json"})
    assert [work["status"] for work in works.json()["own"]] == ["approved"]

    # Signing out takes effect on the next request.
    page = await browser.get("/logout")
    assert (await _post(browser, "/logout", page)).status_code == 303
    assert (await browser.get("/school/submissions")).status_code == 303

    # The whole says that it is well, and so does each part.
    assert (await browser.get("/readyz")).json()["ready"] is True
    for service in ("auth", "sync", "mail", "school", "bot"):
        async with httpx.AsyncClient(base_url=demo.operations) as operators:
            report = (await operators.get(f"/{service}/readyz")).json()
        assert report["ready"] is True
        assert report["dead"] == report["parked"] == 0


async def test_a_second_start_finds_the_data_of_the_first_after_a_kill(
    demo: Demo, world: httpx.AsyncClient
) -> None:
    first = len(await _chat(world, "student"))
    assert first >= 1
    kept = Path(demo.environment["PARTA_DATA"]) / "sandbox.json"
    # The sandbox writes its state down within half a second.
    await eventually(lambda: PULLS[0].title in kept.read_text(), 5)
    demo.kill()
    demo.log.unlink()
    demo.start()
    await demo.is_ready()
    await eventually(lambda: _has_more(world, first), 20)


async def test_a_database_that_dies_is_brought_back_and_nobody_is_signed_out(
    demo: Demo, browser: httpx.AsyncClient, world: httpx.AsyncClient
) -> None:
    await _sign_in(browser, world, "parta-student")
    pid_file = Path(demo.environment["PARTA_DATA"]) / "postgres" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
    while_away = await browser.get("/school/submissions")
    assert while_away.status_code in (200, 503)

    async def is_well() -> bool:
        page = await browser.get("/school/submissions")
        assert page.status_code in (200, 503), page.status_code
        return page.status_code == 200 and (await browser.get("/readyz")).json()["ready"]

    await eventually(is_well, 30)
    before = len(await _chat(world, "student"))
    await world.post(
        "/github/review",
        json={"pull": PULLS[0].url, "by": "curator", "state": "approved", "body": ""},
    )
    await eventually(lambda: _has_more(world, before), 20)


async def _has_more(world: httpx.AsyncClient, before: int) -> bool:
    return len(await _chat(world, "student")) > before
