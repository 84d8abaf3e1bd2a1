"""The gateway of the one-process way: what nginx does in front of containers.

Looks at the host and the path, drops what only a gateway may say, asks auth who the browser is,
and calls the service's app.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.bot.settings import WEBHOOK_PATH
from shared import context
from shared.errors import HttpError, NotFound, PartaError, Unavailable
from shared.identity import ANONYMOUS, AUDIENCE_HEADER, HEADER
from shared.log import get_log
from shared.pages import TEMPLATES, Pages
from shared.service import Service
from shared.settings import WrongSetting
from shared.texts import Catalogue
from shared.web import SECURITY_HEADERS, answer_error

log = get_log(__name__)

STATIC = TEMPLATES.parent / "static"
CHECK = "/internal/check"
CHECK_TIMEOUT = 3.0
LONGEST_PATH = 2048
LONGEST_LINE = 16 * 1024
LARGEST_HEAD = 64 * 1024
VERSIONS = ("1.0", "1.1")
ODD = re.compile(rb"//|\\|#|%2f|%5c|%7f|%[01]|/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
"""What one reader of a path may read otherwise than the next."""

ROUTES: tuple[tuple[str, str], ...] = (
    ("/hooks/github", "sync"),
    ("/sync", "sync"),
    ("/mail/connect", "auth"),
    ("/mail", "mail"),
    ("/school", "school"),
    ("/bot", "bot"),
    ("/login", "auth"),
    ("/register", "auth"),
    ("/logout", "auth"),
    ("/me", "auth"),
    ("/people", "auth"),
    ("/users/accounts", "auth"),
)
"""Path and what is below it → service. `/` alone is auth's."""

UNASKED = ("/hooks/",)
"""Where no browser comes: auth is not asked. WEBHOOK_PATH is another such place."""

OWN = ("/static", "/healthz", "/readyz", "/_check", "/_error", "/_able", "/internal", "/metrics")
"""First steps of what gateways serve themselves, or never."""

ONLY_OURS = (b"x-parta-", b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-correlation-id")
"""Headers that only a gateway may say; from outside they are dropped."""


class Misdirected(PartaError):
    """Asked for under a name that is not ours."""

    status = 421
    title = "This address is not served here"


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers


class Gateway:
    """One ASGI app before all services. At `webhook_path` Telegram calls.

    Raises:
        WrongSetting: something else is served there.
    """

    def __init__(
        self,
        services: Mapping[str, ASGIApp],
        *,
        public_url: str,
        webhook_path: str = WEBHOOK_PATH,
    ) -> None:
        if is_taken(webhook_path):
            raise WrongSetting("WEBHOOK_PATH: something else is served there")
        self._services = services
        self._webhook_path = webhook_path
        address = urlsplit(public_url)
        self._host = address.netloc.lower()
        self._scheme = address.scheme
        self._static = StaticFiles(directory=STATIC)
        self._pages = Pages(STATIC, Catalogue())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; WebSockets are not spoken here."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return
        scope.setdefault("state", {})["identity"] = ANONYMOUS
        if self._scheme == "https":
            send = _with_transport_security(send)
        with context.caused_by() as cause:
            ours = _said_by_us(send, cause)
            try:
                await self._serve(scope, receive, send, ours, cause)
            except PartaError as error:
                await answer_error(Request(scope), self._pages, error)(scope, receive, ours)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, ours: Send, cause: str
    ) -> None:
        _check_form(scope)
        path = scope["path"]
        if path in ("/healthz", "/readyz"):
            await (await self._health(path))(scope, receive, ours)
            return
        headers = Headers(scope=scope)
        # Telegram may know us by another name: there the secret decides.
        is_webhook = path == self._webhook_path
        if not is_webhook and not self._is_ours(headers.getlist("host")):
            raise Misdirected
        if path.startswith("/static/"):
            await self._serve_static(scope, receive, ours)
            return
        service = "bot" if is_webhook else _route(path)
        if service is None:
            raise NotFound
        inner = [
            (name, value)
            for name, value in scope["headers"]
            if not name.lower().replace(b"_", b"-").startswith(ONLY_OURS)
        ]
        if not is_webhook and not path.startswith(UNASKED):
            identity = await self._identify(headers, service)
            if identity:
                inner.append((HEADER.lower().encode(), identity.encode()))
        inner.append((context.HEADER.lower().encode(), cause.encode()))
        inner.append((b"x-forwarded-proto", self._scheme.encode()))
        if scope["client"]:
            inner.append((b"x-real-ip", scope["client"][0].encode()))
        scope = {**scope, "headers": inner, "state": {}}
        await self._services[service](scope, receive, send)

    def _is_ours(self, hosts: list[str]) -> bool:
        return [host.lower() for host in hosts] == [self._host]

    async def _identify(self, headers: Headers, service: str) -> str | None:
        """What auth says of the cookie or the bearer. Without either nobody has to be asked."""
        sent = [
            (name.encode(), value.encode("latin-1"))
            for name in ("cookie", "authorization")
            for value in headers.getlist(name)
        ]
        if not sent:
            return None
        sent.append((AUDIENCE_HEADER.lower().encode(), service.encode()))
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                answer = await _ask(self._services["auth"], CHECK, sent)
        except Exception:
            log.warning("identity_not_told", exc_info=True)
            raise Unavailable from None
        if answer.status != 204:
            raise Unavailable
        return answer.headers.get(HEADER)

    async def _serve_static(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "public, max-age=300"
            await send(message)

        inner = {**scope, "path": scope["path"].removeprefix("/static"), "root_path": ""}
        try:
            await self._static(inner, receive, send_with_headers)
        except HTTPException as error:
            missing = error.status_code == NotFound.status
            raise NotFound if missing else HttpError(error.status_code, "") from None

    async def _health(self, path: str) -> Response:
        if path == "/healthz":
            return JSONResponse({"status": "alive"})
        services: list[Service] = [
            app.state.service  # type: ignore[attr-defined]
            for app in self._services.values()
        ]
        reports = await asyncio.gather(*(service.readiness() for service in services))
        ready = all(report["ready"] for report in reports)
        # Details are for operators, on the operators' port.
        told = {report["service"]: report["ready"] for report in reports}
        return JSONResponse({"ready": ready, "services": told}, 200 if ready else 503)


class Operations:
    """Each service's own health and metrics, for the machine itself: `/<service>/metrics`."""

    def __init__(self, services: Mapping[str, ASGIApp]) -> None:
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve `/<service>/healthz`, `/readyz`, `/metrics`; nothing else is open here."""
        if scope["type"] != "http":
            return
        service, _, rest = scope["path"].removeprefix("/").partition("/")
        path = f"/{rest}"
        if service not in self._services or path not in ("/healthz", "/readyz", "/metrics"):
            known = [f"/{name}/readyz" for name in self._services]
            await JSONResponse({"error": "NotFound", "known": known}, 404)(scope, receive, send)
            return
        inner = {**scope, "path": path, "raw_path": path.encode(), "state": {}}
        await self._services[service](inner, receive, send)


def is_taken(webhook_path: str) -> bool:
    """Whether the path that Telegram is to call is something else's already."""
    return f"/{webhook_path.split('/')[1]}" in OWN or _route(webhook_path) is not None


def _route(path: str) -> str | None:
    if path == "/":
        return "auth"
    for prefix, service in ROUTES:
        if path == prefix or path.startswith(f"{prefix}/"):
            return service
    return None


def _check_form(scope: Scope) -> None:
    path, query = scope["raw_path"], scope["query_string"]
    if scope["http_version"] not in VERSIONS:
        raise HttpError(505, "")
    if len(path) + len(query) > LONGEST_LINE:
        raise HttpError(414, "")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
        raise HttpError(431, "")
    if not path.startswith(b"/") or len(path) > LONGEST_PATH or ODD.search(path):
        raise HttpError(400, "")


def _said_by_us(send: Send, cause: str) -> Send:
    """A service's answer has its own headers; these are for what the gateway answers itself."""

    async def send_ours(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update({**SECURITY_HEADERS, context.HEADER: cause})
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_ours


def _with_transport_security(send: Send) -> Send:
    """Who came by TLS once is to come so again."""

    async def send_with_it(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Strict-Transport-Security"] = "max-age=31536000"
        await send(message)

    return send_with_it


async def _ask(app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]]) -> _Answer:
    """Call an app for its status and headers alone."""
    told: list[tuple[bytes, bytes]] = []
    status = 500
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            told.extend(message.get("headers", ()))

    await app(scope, receive, send)
    return _Answer(status, Headers(raw=told))
