"""auth with a mail server beside it, and the letters that reached it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from services.auth.passwords.hashing import Hasher, T
from tests.auth.desk import Browser, Desk, csrf_on

EMAIL = "ann@example.org"
PASSWORD = "seven green teapots"
NAME = "Ann"
LINK = re.compile(r"http://localhost:8080(/\S+)")


class CountingHasher(Hasher):
    """Counts what it computes."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.count = 0

    async def _run(self, work: Any) -> T:  # type: ignore[type-var]
        self.count += 1
        return await super()._run(work)  # type: ignore[no-any-return]


@dataclass
class Post:
    """A running auth and the sandbox's mail server."""

    desk: Desk
    sandbox: Starlette

    async def letters(self, to: str | None = None) -> list[dict[str, Any]]:
        """All that is sent by now, the newest last."""
        auth = self.desk.auth
        while await auth.letters.send_one(auth.database, auth.clock):
            pass
        transport = httpx.ASGITransport(self.sandbox)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            answer = await http.get("/mail/outbox", params={"to": to} if to else None)
        found: list[dict[str, Any]] = answer.json()
        return found

    async def link(self, to: str = EMAIL) -> str:
        """The path of the last link in the newest letter to an address."""
        newest = (await self.letters(to))[-1]
        return urlsplit(newest["links"][-1]).path

    def count_hashes(self) -> CountingHasher:
        """From now on."""
        self.desk.auth.hasher = CountingHasher()
        return self.desk.auth.hasher

    async def ask_to_register(
        self, browser: Browser, *, email: str = EMAIL, password: str = PASSWORD, name: str = NAME
    ) -> str:
        """Fill in the form; gives the path of the letter's link."""
        answer = await browser.post("/register", name=name, email=email, password=password)
        assert answer.status_code == 200, answer.text
        return await self.link(email)

    async def registered(self, **who: str) -> Browser:
        """Somebody who registered and pressed the button."""
        browser = self.desk.browser()
        link = await self.ask_to_register(browser, **who)
        answer = await browser.post(link)
        assert answer.status_code == 303, answer.text
        return browser

    async def ask_reset(self, email: str = EMAIL) -> str:
        """Ask for a letter; gives the path of its link."""
        answer = await self.desk.browser().post("/login/reset", email=email)
        assert answer.status_code == 200, answer.text
        return await self.link(email)

    async def sign_in(
        self, email: str = EMAIL, password: str = PASSWORD, browser: Browser | None = None
    ) -> httpx.Response:
        """What the form on the sign-in page comes to."""
        browser = browser or self.desk.browser()
        return await browser.post("/login/password", email=email, password=password)

    async def can_sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> bool:
        return (await self.sign_in(email, password)).status_code == 303


async def submit(browser: Browser, page: str, path: str | None = None, **fields: str) -> Any:
    """Open a page and send its form with these fields."""
    csrf = csrf_on(await browser.get(page))
    return await browser.post(path or page, csrf=csrf, **fields)
