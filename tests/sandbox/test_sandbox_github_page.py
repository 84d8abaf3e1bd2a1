"""GitHub's part of the page in a real browser: what a person does there, by keys, on a phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from sandbox.school import PULLS
from tests.sandbox.serving import Served, serve
from tests.support.chromium import Watch

# Chromium is slow to start, so there is one for this file, and its start has a limit of its own.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

PULL = PULLS[0]
PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@asynccontextmanager
async def opened(
    browser: Browser, person: str = "student", language: str = "en"
) -> AsyncIterator[tuple[Served, Page]]:
    """The page on a phone; what it complains of fails the test."""
    async with serve() as sandbox:
        context = await browser.new_context(base_url=sandbox.settings.url, viewport=PHONE)
        page = await context.new_page()
        watch = Watch(page)
        await page.goto(f"/?as={person}&lang={language}")
        await expect(page.locator(".pull").first).to_be_visible()
        yield sandbox, page
        assert watch.complaints == []
        await context.close()


def card(page: Page, title: str = PULL.title) -> Locator:
    return page.locator(".pull", has_text=title)


async def pull_of(sandbox: Served, name: str, number: int = 1) -> dict[str, object]:
    found: dict[str, object] = await sandbox.get(
        f"/github/api/repos/parta-student/{name}/pulls/{number}"
    )
    return found


async def test_a_draft_is_opened_by_keys_and_made_ready(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        deed = page.locator("#open-pull-deed")
        await deed.locator("summary").press("Enter")
        await page.get_by_label("Repository", exact=True).fill("notes")
        await page.get_by_label("Title").fill("Second work")
        await page.get_by_label("as a draft").press("Space")
        await page.get_by_label("Title").press("Enter")
        await expect(card(page, "Second work").locator(".state.draft")).to_be_visible()
        await expect(page.get_by_label("Title")).to_be_hidden()
        assert (await pull_of(sandbox, "notes"))["draft"] is True
        await (
            card(page, "Second work").get_by_role("button", name="Ready for review").press("Enter")
        )
        await expect(card(page, "Second work").locator(".state.draft")).to_have_count(0)
        assert (await pull_of(sandbox, "notes"))["draft"] is False


async def test_a_second_pull_request_takes_the_next_number(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        for title in ("Another", "And one more"):
            await page.locator("#open-pull-deed summary").click()
            await page.get_by_label("Repository", exact=True).fill(PULL.repo)
            await page.get_by_label("Title").fill(title)
            await page.locator("#open-pull button[type=submit]").click()
            await expect(card(page, title)).to_be_visible()
        assert (await pull_of(sandbox, PULL.repo, 3))["title"] == "And one more"


async def test_a_force_push_leaves_the_review_with_an_older_commit(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        await sandbox.post("/github/review", pull=PULL.url, by="curator", state="approved")
        before = (await sandbox.get("/github/pulls"))[0]
        await card(page).get_by_role("button", name="Force-push").click()
        await expect(card(page).locator(".reviews")).to_contain_text("of an older commit")
        after = (await sandbox.get("/github/pulls"))[0]
        assert before["head_sha"] != after["head_sha"]
        assert after["commits"] == 1
        await card(page).get_by_role("button", name="Dismiss the newest review").click()
        await expect(card(page).locator(".state.dismissed")).to_be_visible()


async def test_a_review_is_written_as_oneself_as_a_stranger_and_as_a_bot(
    browser: Browser,
) -> None:
    async with opened(browser, "curator") as (sandbox, page):
        for face in ("me", "stranger", "bot"):
            await card(page).get_by_label("Review as").select_option(face)
            await card(page).get_by_label("Words of the review").fill(f"From {face}")
            await card(page).get_by_role("button", name="Approve").click()
            await expect(card(page).locator(".reviews")).to_contain_text(f"From {face}")
        (pull, *_) = await sandbox.get("/github/pulls")
        assert [one["by"] for one in pull["reviews"]] == [
            "parta-curator",
            "parta-stranger",
            "parta-checks[bot]",
        ]
        await card(page).get_by_role("button", name="Dismiss").click()
        await expect(card(page).locator(".state.dismissed")).to_have_count(1)


async def test_a_repository_is_renamed_hidden_and_deleted(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        await card(page).locator("summary").press("Enter")
        await card(page).get_by_label("New name").fill("catalogue")
        await card(page).get_by_label("New name").press("Enter")
        await expect(card(page)).to_contain_text("parta-student/catalogue/pull/1")
        moved = await sandbox.http.get(f"/github/api/repos/{PULL.owner}/{PULL.repo}")
        assert moved.status_code == 301
        await card(page).locator("summary").press("Enter")
        await card(page).get_by_role("button", name="Make private").click()
        await expect(card(page).locator(".state.private")).to_be_visible()
        await card(page).get_by_role("button", name="Make public again").click()
        await expect(card(page).locator(".state.private")).to_have_count(0)
        await card(page).get_by_role("button", name="Delete").click()
        await expect(card(page)).to_have_count(0)


async def test_what_is_being_written_stays_while_the_page_is_drawn_anew(
    browser: Browser,
) -> None:
    async with opened(browser) as (sandbox, page):
        await card(page).locator("summary").click()
        await card(page).get_by_label("New name").press_sequentially("half a na")
        await sandbox.post("/github/review", pull=PULL.url, by="curator", state="approved")
        await expect(card(page).locator(".state.approved")).to_be_visible()
        await expect(card(page).get_by_label("New name")).to_have_value("half a na")
        await expect(card(page).get_by_label("New name")).to_be_focused()


async def test_webhooks_get_lost_and_are_sent_again(browser: Browser) -> None:
    async with opened(browser) as (sandbox, page):
        lose_all = page.get_by_role("button", name="Lose all")
        await lose_all.press("Enter")
        await expect(lose_all).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#losses-note")).to_contain_text("Nothing is sent")
        await card(page).get_by_role("button", name="Push a commit").click()
        row = page.locator("#deliveries li", has_text="lost")
        await expect(row).to_be_visible()
        assert sandbox.hook.came == []
        await row.get_by_role("button", name="Send again").press("Enter")
        await expect(page.locator("#deliveries li.good")).to_contain_text("again")
        assert len(sandbox.hook.came) == 1
        await lose_all.press("Enter")
        await expect(page.locator("#losses-note")).to_be_empty()
        await page.get_by_role("button", name="Lose the next one").click()
        await expect(page.locator("#losses-note")).to_contain_text("1")


async def test_the_panel_fits_phone_and_desk_by_day_and_night(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, "administrator", "ru") as (sandbox, page):
        notes = "https://github.com/parta-student/notes/pull/1"
        title = "A rather long title of a pull request that has to go over several lines"
        await sandbox.post("/github/pull", pull=notes, action="opened", title=title, draft=True)
        await sandbox.post("/github/review", pull=PULL.url, by="stranger", state="approved")
        await sandbox.post("/github/losses", next=1)
        await sandbox.post("/github/push", pull=PULL.url, force=True)
        await expect(page.locator("#deliveries li.bad")).to_be_visible()
        for summary in await page.locator("summary").all():
            await summary.click()
        for (name, size), scheme in product(SIZES.items(), SCHEMES):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(size)
            await page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
            assert not await page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ), (name, scheme)
