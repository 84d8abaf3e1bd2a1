"""The gateway of the one-process way: what gets in, as whom, and what does not."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from parta.gateway import Gateway, Operations

HOST = "localhost:8080"


class Echo:
    """A service that answers with what it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
        body = json.dumps({"service": self.name, "path": scope["path"], "headers": headers})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})


class Auth(Echo):
    """auth, which knows one cookie."""

    down = False
    status = 204

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/internal/check":
            await super().__call__(scope, receive, send)
            return
        if self.down:
            raise RuntimeError("auth is down")
        sent = dict(scope["headers"])
        headers = []
        if sent.get(b"cookie") == b"parta=good":
            token = b"token for " + sent[b"x-parta-audience"]
            headers.append((b"x-parta-identity", token))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def auth() -> Auth:
    return Auth("auth")


@pytest.fixture
async def browser(auth: Auth) -> AsyncIterator[httpx.AsyncClient]:
    services = {name: Echo(name) for name in ("sync", "mail", "school", "bot")}
    gateway = Gateway({"auth": auth, **services}, public_url=f"http://{HOST}")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=gateway), base_url=f"http://{HOST}"
    ) as client:
        yield client


def headers_of(answer: httpx.Response) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.json()["headers"]:
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "auth"),
        ("/login", "auth"),
        ("/login/door/abc", "auth"),
        ("/me", "auth"),
        ("/users/accounts/github/login/callback/", "auth"),
        ("/hooks/github", "sync"),
        ("/sync/card", "sync"),
        ("/mail/card", "mail"),
        ("/school/submissions", "school"),
        ("/bot/card", "bot"),
    ],
)
async def test_each_path_has_its_service(
    browser: httpx.AsyncClient, path: str, service: str
) -> None:
    assert (await browser.get(path)).json()["service"] == service


@pytest.mark.parametrize(
    "path",
    [
        "/internal/keys",
        "/internal/token",
        "/internal/check",
        "/metrics",
        "/openapi.json",
        "/schoolyard",
        "/meow",
        "/loginx",
    ],
)
async def test_what_is_not_for_the_outside_is_not_there(
    browser: httpx.AsyncClient, path: str
) -> None:
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"/school/../internal/keys",
        b"/school//internal",
        b"/school/%2e%2e/internal/keys",
        b"/school%2finternal",
        b"/school%5c..%5cinternal",
        b"/school/%00",
        b"/school\\x",
        b"//internal/keys",
        b"/school/" + b"a" * 3000,
    ],
)
async def test_a_path_that_can_be_read_in_two_ways_is_refused(
    browser: httpx.AsyncClient, raw: bytes
) -> None:
    url = httpx.URL(f"http://{HOST}").copy_with(raw_path=raw)
    assert (await browser.get(url)).status_code in (400, 404)


async def test_only_our_own_name_is_answered_to(browser: httpx.AsyncClient) -> None:
    for host in ("evil.example", "localhost", "localhost:8081", f"{HOST}.evil.example", ""):
        assert (await browser.get("/login", headers={"Host": host})).status_code == 421


async def test_two_host_headers_are_refused(browser: httpx.AsyncClient) -> None:
    request = browser.build_request("GET", "/login")
    request.headers = httpx.Headers([("Host", HOST), ("Host", "evil.example")])
    assert (await browser.send(request)).status_code == 421


async def test_a_good_cookie_brings_an_identity_for_that_service(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/school/submissions", headers={"Cookie": "parta=good"})
    assert headers_of(answer)["x-parta-identity"] == ["token for school"]


async def test_a_bad_cookie_brings_none(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/school/submissions", headers={"Cookie": "parta=bad"})
    assert "x-parta-identity" not in headers_of(answer)


@pytest.mark.parametrize(
    "name",
    ["X-Parta-Identity", "x-parta-identity", "X-PARTA-Audience", "X-Forwarded-For", "X-Real-IP"],
)
async def test_what_only_a_gateway_may_say_is_dropped(
    browser: httpx.AsyncClient, name: str
) -> None:
    answer = await browser.get("/school/submissions", headers={name: "forged"})
    assert "forged" not in json.dumps(answer.json()["headers"])


async def test_a_cause_from_outside_is_replaced_by_our_own(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/me", headers={"X-Correlation-Id": "forged"})
    (cause,) = headers_of(answer)["x-correlation-id"]
    assert cause != "forged"


async def test_the_hook_does_not_ask_auth(browser: httpx.AsyncClient, auth: Auth) -> None:
    auth.down = True
    answer = await browser.post("/hooks/github", headers={"Cookie": "parta=good"})
    assert answer.status_code == 200


async def test_without_auth_a_signed_in_browser_is_told_to_wait(
    browser: httpx.AsyncClient, auth: Auth
) -> None:
    auth.down = True
    answer = await browser.get("/school/submissions", headers={"Cookie": "parta=good"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


async def test_a_check_that_cannot_be_made_signs_nobody_out(
    browser: httpx.AsyncClient, auth: Auth
) -> None:
    auth.status = 503
    answer = await browser.post("/school/submissions", headers={"Cookie": "parta=good"})
    assert answer.status_code == 503


async def test_static_files_are_served_and_nothing_beside_them(
    browser: httpx.AsyncClient,
) -> None:
    assert "color-scheme" in (await browser.get("/static/parta.css")).text
    assert (await browser.get("/static/none.css")).status_code == 404
    assert (await browser.get("/static/")).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("ru", "Такой страницы нет"), ("en", "no such")])
async def test_an_error_is_a_page_in_the_readers_language(
    browser: httpx.AsyncClient, language: str, word: str
) -> None:
    answer = await browser.get(
        "/nowhere", headers={"Accept": "text/html", "Accept-Language": language}
    )
    assert answer.status_code == 404
    assert word in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_operators_see_each_service_and_nothing_else() -> None:
    operations = Operations({"sync": Echo("sync")})
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=operations), base_url="http://127.0.0.1:8082"
    ) as client:
        seen: dict[str, Any] = (await client.get("/sync/metrics")).json()
        assert seen["path"] == "/metrics"
        for path in ("/sync/internal/keys", "/sync", "/", "/other/metrics", "/sync/metrics/x"):
            assert (await client.get(path)).status_code == 404
