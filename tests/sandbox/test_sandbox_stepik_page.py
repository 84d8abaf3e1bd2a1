"""Stepik's part of the page in a real browser: progress is moved there, by keys, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from sandbox.school import PEOPLE
from sandbox.stepik.accounts import user_id_of
from tests.sandbox.serving import Served, serve
from tests.support.chromium import Watch, is_scrolled_sideways, take_pictures

# Chromium is slow to start, so there is one for this file, and its start has a limit of its own.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

STUDENT2 = user_id_of(PEOPLE[1])
PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}


@asynccontextmanager
async def opened(
    browser: Browser, person: str = "student2", language: str = "en"
) -> AsyncIterator[tuple[Served, Page]]:
    """The page on a phone; what it complains of fails the test."""
    async with serve() as sandbox:
        context = await browser.new_context(base_url=sandbox.settings.url, viewport=PHONE)
        page = await context.new_page()
        watch = Watch(page)
        await page.goto(f"/?as={person}&lang={language}")
        await expect(page.locator("#stepik .module").first).to_be_visible()
        yield sandbox, page
        assert watch.complaints == []
        await context.close()


def module(page: Page, title: str) -> Locator:
    return page.locator("#stepik .module", has_text=title)


async def lesson(sandbox: Served, number: int, user: int | str = STUDENT2) -> dict[str, Any]:
    course = await sandbox.get("/stepik/course", course=67, user=user)
    (found,) = [
        one for part in course["modules"] for one in part["lessons"] if one["lesson"] == number
    ]
    return dict(found)


async def test_progress_of_whoever_sits_here_is_moved_by_keys(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        first = module(page, "First steps")
        await expect(first.locator("summary")).to_contain_text("0 of 3 passed")
        await first.locator("summary").press("Enter")
        step = first.get_by_role("button", name="Step 2 of “Numbers and text”")
        await step.press("Enter")
        await expect(step).to_have_attribute("aria-pressed", "true")
        await expect(step).to_be_focused()
        assert [one["passed"] for one in (await lesson(sandbox, 670103))["steps"]] == [
            False,
            True,
            False,
        ]
        await first.get_by_role("button", name="Pass: Numbers and text").press("Space")
        await expect(first.locator("summary")).to_contain_text("1 of 3 passed")
        assert (await lesson(sandbox, 670103))["passed"] is True
        await first.get_by_role("button", name="Take back: Numbers and text").press("Space")
        await expect(first.locator("summary")).to_contain_text("0 of 3 passed")
        assert not any(one["passed"] for one in (await lesson(sandbox, 670103))["steps"])


async def test_another_learner_is_chosen_and_left_with_the_person(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        learner = page.get_by_label("Learner")
        await expect(learner.locator("option:checked")).to_contain_text("Second student")
        await learner.select_option(label="Teacher (old account) · 0")
        await module(page, "Functions").locator("summary").click()
        await page.get_by_role("button", name="Pass: Reading a file").click()
        await expect(page.locator(".lesson.passed")).to_have_text("Reading a file")
        assert (await lesson(sandbox, 670302, "teacher-old"))["passed"] is True
        assert (await lesson(sandbox, 670302))["passed"] is False
        await page.locator(".person.curator").click()
        await expect(learner.locator("option:checked")).to_contain_text("Curator")


async def test_other_courses_are_looked_at_and_pages_made_shorter(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        await sandbox.post("/stepik/learners", course=1001, count=60, lessons=2, title="Long one")
        await page.get_by_label("Course").select_option("Long one")
        await expect(module(page, "Module 1")).to_be_visible()
        await expect(page.get_by_label("Learner").locator("option")).to_have_count(50)
        await page.get_by_label("Rows a page").select_option("7")
        await expect(page.get_by_label("Course").locator("option:checked")).to_have_text("Long one")
        assert (await sandbox.get("/stepik/state"))["settings"]["page_size"] == 7
        await page.get_by_label("Course").select_option("A course to be")
        await expect(page.locator("#stepik")).to_contain_text("No lessons.")
        await page.get_by_label("Course").select_option("Somebody else's course")
        await module(page, "Only module").locator("summary").click()
        await expect(page.get_by_role("button", name="Pass: Only lesson")).to_be_disabled()


async def test_the_stepik_panel_fits_phone_and_desk(browser: Browser) -> None:
    async with opened(browser, "student", "ru") as (_, page):
        for summary in await page.locator("#stepik summary").all():
            await summary.click()
        await expect(page.locator(".lesson.passed").first).to_be_visible()
        for name, size in SIZES.items():
            await page.set_viewport_size(size)
            assert not await is_scrolled_sideways(page), name
            await take_pictures(page, f"stepik-{name}")
