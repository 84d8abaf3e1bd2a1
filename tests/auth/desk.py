"""auth as a browser, a service and GitHub's sandbox meet it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from services.auth.service import AuthService
from services.auth.settings import AuthSettings
from shared.events import PersonChanged
from shared.identity import AUDIENCE_HEADER, HEADER, Identity, Verifier
from shared.secret import KeyRing, service_secret

SECRET_KEY = "a secret key for tests"
CALLBACK = "/users/accounts/github/login/callback/"
CSRF = re.compile(r'name="csrf" value="([^"]*)"')


SANDBOX = "http://127.0.0.1:8081"
EVERY_PROVIDER = {
    "google_client_id": "google-client",
    "google_client_secret": "google-secret",
    "google_discovery_url": f"{SANDBOX}/google/.well-known/openid-configuration",
    "vk_client_id": "vk-client",
    "vk_id_url": f"{SANDBOX}/vk",
    "telegram_bot_token": "4242:a-token-of-the-test",
    "telegram_oidc_client_secret": "telegram-secret",
    "telegram_oidc_url": f"{SANDBOX}/telegram-oidc",
    "stepik_oauth_client_id": "stepik-client",
    "stepik_oauth_secret": "stepik-secret",
    "stepik_url": f"{SANDBOX}/stepik",
}
"""Settings with which all ways in are on, at the sandbox."""


def settings_for(url: str, **changes: Any) -> AuthSettings:
    """What auth is told in a test."""
    return AuthSettings(
        **{
            "database_url": url,
            "secret_key": SECRET_KEY,
            "vault_keys": KeyRing.generate(),
            "github_oauth_client_id": "client",
            "github_oauth_secret": "client-secret",
            "github_url": "http://127.0.0.1:8081/github",
            "github_api_url": "http://127.0.0.1:8081/github/api",
            "telegram_bot_username": "parta_test_bot",
            **changes,
        }
    )


class Gateway(httpx.AsyncBaseTransport):
    """What stands before auth: asks it who the browser is, drops what only a gateway may say."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.pop(HEADER, None)
        identity = await self.check(request.headers.get("cookie", ""))
        if identity:
            request.headers[HEADER] = identity
        return await self._inner.handle_async_request(request)

    async def check(self, cookie: str, audience: str = "auth") -> str | None:
        answer = await self.ask(cookie, audience)
        assert answer.status_code == 204
        found: str | None = answer.headers.get(HEADER)
        return found

    async def bearer(self, token: str, audience: str = "school") -> str | None:
        """Whom a Mini App's bearer stands for."""
        asked = httpx.Request(
            "GET",
            "http://auth:8000/internal/check",
            headers={"Authorization": f"Bearer {token}", AUDIENCE_HEADER: audience},
        )
        answer = await self._inner.handle_async_request(asked)
        assert answer.status_code == 204
        found: str | None = answer.headers.get(HEADER)
        return found

    async def ask(self, cookie: str, audience: str = "auth") -> httpx.Response:
        headers = {
            b"Cookie": cookie.encode("latin-1"),
            AUDIENCE_HEADER.encode(): audience.encode(),
        }
        asked = httpx.Request("GET", "http://auth:8000/internal/check", headers=headers)
        return await self._inner.handle_async_request(asked)


class Browser:
    """One browser with its cookies; it follows no redirects, so that tests see them."""

    def __init__(self, app: FastAPI, *, language: str = "en") -> None:
        self.url: str = app.state.service.settings.public_url
        self.gateway = Gateway(app)
        self.http = httpx.AsyncClient(
            transport=self.gateway,
            base_url=self.url,
            headers={
                "Accept": "text/html",
                "Accept-Language": language,
                "User-Agent": "Test Browser",
            },
        )

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.http.get(path, params=parameters or None)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """A form of our own page, without its csrf value unless given."""
        return await self.http.post(path, data=fields, headers={"Origin": self.url})

    async def press(self, page: str, path: str) -> httpx.Response:
        """Open a page and press the button of its form."""
        return await self.post(path, csrf=csrf_on(await self.get(page)))

    async def me(self) -> Any:
        answer = await self.http.get("/me", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def is_signed_in(self) -> bool:
        answer = await self.http.get("/me", headers={"Accept": "application/json"})
        return answer.status_code == 200

    def session(self) -> str | None:
        found: str | None = self.http.cookies.get("parta")
        return found


def csrf_on(page: httpx.Response) -> str:
    found = CSRF.search(page.text)
    assert found, page.text
    return found[1]


@dataclass
class Desk:
    """A running auth, GitHub beside it, and what tests do with both."""

    app: FastAPI
    github: httpx.AsyncClient

    @property
    def auth(self) -> AuthService:
        auth: AuthService = self.app.state.service
        return auth

    def browser(self, **how: Any) -> Browser:
        return Browser(self.app, **how)

    async def begin(self, browser: Browser, path: str = "") -> str:
        """Press "sign in with GitHub"; gives GitHub's authorize address."""
        answer = await browser.get("/login/via/github", next=path)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    async def consent(self, authorize_url: str, login: str = "parta-student") -> str:
        """Say yes on GitHub; gives the callback's path and query."""
        answer = await self.github.get(f"{authorize_url}&login={login}")
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    async def sign_in(
        self, browser: Browser | None = None, login: str = "parta-student", path: str = ""
    ) -> Browser:
        """The whole way through GitHub."""
        browser = browser or self.browser()
        callback = await self.consent(await self.begin(browser, path), login)
        answer = await browser.get(callback)
        assert answer.status_code == 303, answer.text
        return browser

    async def go(self, browser: Browser, path: str, login: str = "student") -> httpx.Response:
        """To a provider of the sandbox and back, as one who agrees there."""
        begun = await browser.get(path)
        assert begun.status_code == 303, begun.text
        return await browser.get(await self.agree(begun.headers["Location"], login))

    async def agree(self, authorize_url: str, login: str = "student") -> str:
        """Say yes at a provider; gives the callback's path and query."""
        there = await self.github.get(f"{authorize_url}&login={login}")
        assert there.status_code in (302, 303), there.text
        back = urlsplit(there.headers["Location"])
        return f"{back.path}?{back.query}"

    async def identity(self, browser: Browser, audience: str = "school") -> Identity | None:
        """Whom the gateway would name to a service."""
        token = await browser.gateway.check(f"parta={browser.session()}", audience)
        return await Verifier(audience, self.auth.keys).identify(token) if token else None

    async def token(self, service: str = "bot", **wanted: Any) -> httpx.Response:
        """What a service gets that shows its own secret."""
        async with self.inside() as http:
            return await http.post(
                "/internal/token",
                json={"audience": "auth", **wanted},
                auth=(service, service_secret(SECRET_KEY, service)),
            )

    def inside(self, **headers: str) -> httpx.AsyncClient:
        """A service that calls auth directly."""
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(
            transport=transport, base_url="http://auth:8000", headers=headers or None
        )

    async def ask_as(
        self, service: str, path: str, key: str | None = None, **body: Any
    ) -> httpx.Response:
        """A call of a service to `/internal/*`."""
        given = await self.token("bot")
        headers = {HEADER: given.json()["token"]}
        if service != "bot":
            headers = {HEADER: await self.auth.tokens._sign("auth", act=service, sub="")}
        if key:
            headers["Idempotency-Key"] = key
        async with self.inside(**headers) as http:
            return await http.post(path, json=body)

    async def run(self, statement: str, *values: Any) -> None:
        async with self.auth.database.acquire() as connection:
            await connection.execute(statement, *values)

    async def value(self, query: str, *values: Any) -> Any:
        async with self.auth.database.acquire() as connection:
            return await connection.fetchval(query, *values)

    async def events(self) -> list[PersonChanged]:
        """What was told, in order."""
        async with self.auth.database.acquire() as connection:
            rows = await connection.fetch("SELECT body FROM outbox ORDER BY id")
        return [PersonChanged.model_validate_json(row["body"]) for row in rows]
