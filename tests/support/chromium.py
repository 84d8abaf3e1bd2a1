"""Debian's Chromium for tests, led by Playwright: what a person sees, presses and is told."""

import functools
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from tests.support.apt import NotInstalled, install

PICTURES = "PARTA_TEST_PICTURES"
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
PATIENCE_MS = 10_000


class ChromiumUnavailable(Exception):
    """No Chromium can be had here; the text is one line that says why and what would help."""


@functools.cache
def find_chromium() -> str:
    """Where it is; installed first where it is missing and we are root.

    Raises:
        ChromiumUnavailable: there is none, and we may not install it.
    """
    if shutil.which("chromium") is None or not FONT.exists():
        try:
            install("chromium", "fonts-dejavu-core")
        except NotInstalled as error:
            raise ChromiumUnavailable(f"No Chromium here: {error}") from error
    found = shutil.which("chromium")
    if found is None:
        raise ChromiumUnavailable("No Chromium here, though its package is.")
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of one's own, gone at the end of the block."""
    # Its own sandbox does not work for root; the pages are ours, and no other host is reached.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=arguments, timeout=30_000
        )
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """What went wrong on a page without anybody saying so."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).netloc)


async def is_scrolled_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    found: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return found


async def take_pictures(page: Page, name: str) -> None:
    """By day and by night, into the folder that the environment names; without one, none."""
    folder = os.environ.get(PICTURES)
    if not folder:
        return
    await page.emulate_media(color_scheme="light")
    await page.screenshot(path=Path(folder) / f"{name}-light.png", full_page=True)
    await page.emulate_media(color_scheme="dark")
    await page.screenshot(path=Path(folder) / f"{name}-dark.png", full_page=True)
