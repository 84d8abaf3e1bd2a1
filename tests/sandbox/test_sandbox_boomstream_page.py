"""Boomstream on the sandbox's page, in a real browser: buyers, and what the next call is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from sandbox.boomstream.film_list import SUBSCRIPTION, VIDEOS
from tests.sandbox.serving import Served, serve
from tests.support.chromium import Watch, is_scrolled_sideways, take_pictures

pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]
SIZES = (ViewportSize(width=360, height=800), ViewportSize(width=1280, height=800))


@asynccontextmanager
async def opened(browser: Browser, *, language: str = "en") -> AsyncIterator[tuple[Served, Page]]:
    """The page with three buyers; what it complains of fails the test."""
    async with serve() as sandbox:
        for n, (code, _) in enumerate(VIDEOS[:3]):
            told = {"code": SUBSCRIPTION, "media": code, "hash": f"hash{n}"}
            email = f"a.learner.with.a.rather.long.name{n}@school.example.org"
            answer = await sandbox.http.post(
                "/boomstream/api/ppv/addbuyer",
                json={"apikey": "boomstream-key", "email": email, **told},
            )
            assert answer.json()["Status"] == "Success"
        context = await browser.new_context(base_url=sandbox.settings.url, viewport=SIZES[0])
        page = await context.new_page()
        watch = Watch(page)
        await page.goto(f"/?as=student&lang={language}")
        await expect(page.locator("#buyers li")).to_have_count(3)
        yield sandbox, page
        assert watch.complaints == []
        await context.close()


async def test_buyers_are_shown_and_changed_by_hand(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        newest = page.locator("#buyers li").first
        await expect(newest).to_contain_text(VIDEOS[2][1])
        await expect(newest).to_contain_text("without end")
        await newest.get_by_role("button", name="Let it run out").press("Enter")
        await expect(newest).to_contain_text("run out")
        await newest.get_by_role("button", name="Remove").press("Enter")
        await expect(page.locator("#buyers li")).to_have_count(2)
        assert (await sandbox.get("/boomstream/buyers"))["count"] == 2


async def test_the_next_call_is_refused(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        await page.locator("#refusal").select_option("Buyer already exists")
        await page.locator("#refuse").get_by_role("button", name="Refuse it").press("Enter")
        await expect(page.locator("#refusals-note")).to_have_text("Buyer already exists × 1")
        assert (await sandbox.get("/boomstream/refusals"))[0]["message"] == "Buyer already exists"
        await page.locator("#boomstream-away").press("Enter")
        async with page.expect_response("**/boomstream/buyers?*"):
            pass
        assert (await sandbox.get("/faults"))[0]["system"] == "boomstream"


async def test_the_panel_fits_phone_and_desk_and_leads_to_the_player(browser: Browser) -> None:
    async with opened(browser, language="ru") as (_, page):
        for size in SIZES:
            await page.set_viewport_size(size)
            assert not await is_scrolled_sideways(page), size
            await take_pictures(page, f"boomstream-{size['width']}")
        link = page.locator("#buyers li").first.get_by_role("link")
        await page.goto(await link.get_attribute("href") or "")
        await expect(page.get_by_role("status")).to_contain_text("It plays for")
