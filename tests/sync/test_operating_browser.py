"""Administrators' pages in a real browser: on a phone and on a desk, and the
forms as people fill them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
import uvicorn
from playwright.async_api import Browser, Page, ViewportSize, expect
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.identity import HEADER
from tests.support.chromium import Watch, is_scrolled_sideways, take_pictures
from tests.support.processes import free_ports
from tests.support.waiting import eventually
from tests.sync.operating import ADMIN, LENA, OLEG, STUDENT, FakeSchool, Office, office
from tests.sync.watching import NOW

# Chromium is slow to start, so there is one for this file, and its start has a limit of its own.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

STATIC = Path(__file__).parents[2] / "shared" / "static"
PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}
LANGUAGES = ("en", "ru")


class Front:
    """In the gateway's place: files of style, and a word on who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._static = StaticFiles(directory=STATIC)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/static/"):
            inner = {**scope, "path": scope["path"].removeprefix("/static"), "root_path": ""}
            await self._static(inner, receive, send)
            return
        headers = [*scope["headers"], (HEADER.lower().encode(), b"a token")]
        await self._app({**scope, "headers": headers}, receive, send)


@asynccontextmanager
async def served(
    database_url: str, browser: Browser, **settings: str
) -> AsyncIterator[tuple[Office, Page]]:
    """sync at an address, and a browser before it; what the page complains of fails the test."""
    (port,) = free_ports(1)
    url = f"http://localhost:{port}"
    async with office(database_url, public_url=url, **settings) as stage:
        server = uvicorn.Server(
            uvicorn.Config(
                Front(stage.sync.app), port=port, lifespan="off", log_config=None, ws="none"
            )
        )
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        context = await browser.new_context(base_url=url, viewport=PHONE, locale="en")
        await context.add_cookies([{"name": "parta", "value": "x", "url": url}])
        page = await context.new_page()
        watch = Watch(page)
        try:
            yield stage, page
            # Chromium itself says that an answer was a refusal.
            assert [line for line in watch.complaints if "status of 4" not in line] == []
            assert watch.hosts == {f"localhost:{port}"}
        finally:
            await context.close()
            server.should_exit = True
            await serving


async def furnish(stage: Office) -> None:
    """A school at work: people who know something, videos, troubles."""
    await stage.learner(LENA, 501, 5001, 5002)
    await stage.account(502, "Пётр Кириллов")
    await stage.account(503, "Константин Константинопольский-Заречный")
    await stage.tried(OLEG, "email", "several")
    await stage.tried(OLEG, "github", "none")
    await stage.person(UUID(int=7), "Константин Константинопольский-Заречный", roles=STUDENT)
    opened = await stage.video("Первые шаги: как поставить Python", lesson_id=5001)
    await stage.video("Числа и строки", lesson_id=5003)
    denied = await stage.video("Функции", lesson_id=5002)
    failing = await stage.video("All recordings of the course", kind="collection")
    opening = await stage.video("Loops", lesson_id=5001)
    await stage.video("Old one", archived=True)
    rule = {
        "all": [
            {"lesson_passed": 5003},
            {"any": [{"course_per_cent": {"course": 67, "at_least": 80}}, {"lesson_passed": 5004}]},
        ]
    }
    await stage.video("With a long rule", condition=rule)
    await stage.grant(LENA, opened, expires_at=NOW + timedelta(days=90))
    await stage.grant(LENA, denied, decision="deny", reason="Shared the link with others")
    await stage.grant(LENA, failing, decision="allow", reason="A gift")
    await stage.grant(LENA, opening, granted=False)
    await stage.fail(LENA, failing, "Media not found")
    await stage.do("UPDATE grants SET decided_by = $1, decided_at = $2", ADMIN, NOW)
    await stage.do("UPDATE stepik_courses SET requests = 128, changed = 5")
    await stage.do(
        "INSERT INTO boomstream_subscriptions"
        " (subscription, next_at, compared_at, missing, extra, strangers)"
        " VALUES ('N5wLwvlW', $1, $2, 1, 0, 12)",
        NOW + timedelta(days=1),
        NOW,
    )
    for deed, by in (("earned", None), ("granted", None), ("denied", ADMIN)):
        await stage.do(
            "INSERT INTO access_journal (at, person_id, resource_id, deed, by_person, reason)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            NOW,
            LENA,
            opened,
            deed,
            by,
            "Shared the link with others" if by else None,
        )
    school = FakeSchool()
    school.groups[UUID(int=31)] = "Team one"
    school.assignments[UUID(int=32)] = "Homework of the first week"
    school.beside(stage)


async def test_each_page_fits_phone_and_desk_in_both_languages(
    database_url: str, browser: Browser
) -> None:
    on = {"boomstream_api_key": "a-key-for-tests", "service_secret": "a-secret-for-tests"}
    async with served(database_url, browser, **on) as (stage, page):
        await furnish(stage)
        (row,) = await stage.fetch("SELECT resource_id FROM resources WHERE title LIKE 'With%'")
        paths = {
            "people": "/sync/access",
            "nobody": "/sync/access?q=zzz&standing=open",
            "person": f"/sync/access/people/{LENA}",
            "unknown": f"/sync/access/people/{OLEG}",
            "resources": "/sync/access/resources",
            "new": "/sync/access/resources/new",
            "edit": f"/sync/access/resources/{row['resource_id']}/edit",
            "import": "/sync/access/resources/import",
            "stepik": "/sync/stepik",
            "learners": "/sync/stepik?shown=learners",
            "matched": "/sync/stepik?shown=matched",
            "match-person": f"/sync/stepik/people/{OLEG}",
            "match-account": "/sync/stepik/learners/503",
        }
        for language, (name, path) in product(LANGUAGES, paths.items()):
            stage.as_person(ADMIN, "administrator", locale=language)
            await page.goto(path)
            for size, view in SIZES.items():
                await page.set_viewport_size(view)
                assert not await is_scrolled_sideways(page), (name, language, size)
                await take_pictures(page, f"{name}-{language}-{size}")


async def test_a_rule_is_put_together_mended_and_saved(database_url: str, browser: Browser) -> None:
    async with served(database_url, browser) as (_, page):
        await page.goto("/sync/access/resources/new")
        await page.get_by_label("Title").fill("First steps")
        await page.get_by_label("Code at Boomstream").fill("not right")
        await page.get_by_label("Lesson under which it stands").select_option(label="Names")
        add, rule = page.get_by_label("Add a condition"), page.get_by_label("Rule", exact=True)
        await add.select_option("all:\n  - ")
        await add.select_option("lesson_passed: 5001")
        await expect(rule).to_be_focused()
        await add.select_option("any:\n  - ")
        await add.select_option("lesson_passed: 5002")
        await add.select_option("from_date: 2026-09-01")
        written = (
            "all:\n  - lesson_passed: 5001\n  - any:\n      - lesson_passed: 5002\n"
            "      - from_date: 2026-09-01"
        )
        await expect(rule).to_have_value(written)
        await page.get_by_role("button", name="Save").click()
        code = page.get_by_label("Code at Boomstream")
        await expect(code).to_be_focused()
        await expect(code).to_have_attribute("aria-describedby", "code-wrong")
        await expect(rule).to_have_value(written)
        await expect(page.get_by_label("Title")).to_have_value("First steps")
        await expect(page.get_by_label("Lesson under which it stands")).to_have_value("5001")
        await code.fill("AbCd1234")
        await page.get_by_role("button", name="Save").click()
        await page.wait_for_url("**/sync/access/resources?done=saved")
        words = "lesson “Names” passed and (lesson “Numbers” passed or from September 1, 2026)"
        await expect(page.get_by_text(words)).to_be_visible()
        await page.get_by_role("link", name="First steps").click()
        await page.get_by_text("Put it into the archive").first.click()
        await page.get_by_role("button", name="Put it into the archive").click()
        await expect(page.get_by_role("status")).to_contain_text("Archived.")


async def test_a_decision_is_made_by_keys_with_its_reason(
    database_url: str, browser: Browser
) -> None:
    async with served(database_url, browser) as (stage, page):
        await stage.video("First steps")
        await page.goto("/sync/access?q=lena")
        await page.get_by_role("link", name="Lena L", exact=True).click()
        summary = page.locator("summary", has_text="Decide by hand")
        await summary.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        why = page.get_by_label("Why")
        await expect(why).to_be_focused()
        # The browser itself asks for a reason; what passes it by is asked for by the page.
        await page.get_by_role("button", name="Allow").click()
        await expect(why).to_be_focused()
        await why.fill("   ")
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_text("Please give a reason")).to_be_visible()
        await expect(page.get_by_label("Why")).to_be_focused()
        await page.get_by_label("Why").fill("Was ill <b>last</b> week")
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("status")).to_contain_text("written down")
        allowed = page.get_by_text("Allowed by Anna: Was ill <b>last</b> week")
        await expect(allowed).to_be_visible()


async def test_an_account_is_found_matched_and_taken_apart(
    database_url: str, browser: Browser
) -> None:
    async with served(database_url, browser) as (stage, page):
        await stage.account(501, "L Lena")
        await stage.account(502, "Anybody")
        await page.goto("/sync/stepik")
        await page.get_by_role("link", name="Find the account of Lena L").click()
        await expect(page.get_by_role("listitem").first).to_contain_text("L Lena")
        await page.get_by_role("button", name="This one: L Lena 501").click()
        await expect(page.get_by_role("status")).to_contain_text("Matched.")
        await page.get_by_role("link", name="Matched 1").click()
        await page.locator("summary", has_text="Take apart").click()
        await page.get_by_role("button", name="Take apart").click()
        await expect(page.get_by_role("status")).to_contain_text("nobody's again")
        await page.get_by_role("button", name="Read now: Python from the desk").click()
        await expect(page.get_by_role("status")).to_contain_text("is being read now")


async def test_a_file_is_looked_at_and_applied(
    database_url: str, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "videos.yaml"
    file.write_text(
        "resources:\n- kind: video\n  code: AbCd1234\n  title: '<Первые> шаги & \"всё\"'\n"
        "  rule:\n    lesson_passed: 5001\n",
        encoding="utf-8",
    )
    async with served(database_url, browser) as (stage, page):
        await stage.video("Not in the file")
        await page.goto("/sync/access/resources")
        await page.get_by_role("link", name="Upload a file").click()
        await page.get_by_label("File").set_input_files(file)
        await page.get_by_role("button", name="Upload and look").click()
        await expect(page.get_by_role("heading", name="New 1")).to_be_visible()
        await expect(page.get_by_role("heading", name="To the archive 1")).to_be_visible()
        await page.get_by_role("button", name="Apply").click()
        await expect(page.get_by_role("status")).to_contain_text("taken over")
        await expect(page.get_by_role("link", name='<Первые> шаги & "всё"')).to_be_visible()
        rows = await stage.fetch("SELECT title FROM resources WHERE archived_at IS NULL")
        assert [row["title"] for row in rows] == ['<Первые> шаги & "всё"']
