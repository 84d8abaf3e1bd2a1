"""The web side of a service: one way to make its app, its errors, headers, health and metrics."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import context, outbox, parked
from shared.clock import Clock
from shared.csrf import check_csrf
from shared.db import is_transient
from shared.due import Due
from shared.errors import (
    HttpError,
    NotFound,
    NotSignedIn,
    OtherCharset,
    PartaError,
    TooLarge,
    TooSlow,
    Unavailable,
    Unprocessable,
)
from shared.handling import Subscriptions
from shared.identity import ANONYMOUS, HEADER
from shared.log import get_log
from shared.pages import Pages
from shared.service import Freshness, Service, Transports
from shared.settings import Settings
from shared.texts import Catalogue

log = get_log(__name__)

_CHECKED: dict[tuple[int, ...], APIRouter] = {}

MAX_BODY = 1024 * 1024
CHARSET = re.compile(r"charset\s*\*?\d*\*?\s*=\s*[\"']?([^\"';,\s]*)")
UTF_8 = {"utf-8", "utf8", "us-ascii"}
BODY_WITHIN = 30.0
"""Seconds a body may take to arrive."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
UNASKED = ("/healthz", "/readyz", "/metrics", "/hooks/", "/internal/keys", "/internal/check")
"""Where nobody's identity is looked at."""


def create_service_app(
    service: Service,
    *,
    pages: Pages,
    routers: Sequence[APIRouter],
    max_body: dict[str, int] | None = None,
) -> FastAPI:
    """A service's app. `max_body` allows more than a megabyte below a path, in bytes."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.open()
        try:
            yield
        finally:
            await service.close()

    app = FastAPI(
        title=f"Parta {service.name}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.pages = pages
    app.router.routes.extend(_checked_routes(routers))
    app.add_exception_handler(PartaError, _answer_parta_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_middleware(Edge, service=service, pages=pages, max_body=max_body or {})
    return app


def _checked_routes(routers: Sequence[APIRouter]) -> Sequence[BaseRoute]:
    """Their routes and those of health, behind the CSRF check.

    FastAPI works out what each needs when it is first asked, and keeps that in these routes: where
    a process makes many apps, as tests do, it is done once.
    """
    same = tuple(id(router) for router in routers)
    if same not in _CHECKED:
        checked = APIRouter(dependencies=[Depends(check_csrf)])
        for router in (*routers, _health_router()):
            checked.include_router(router)
        _CHECKED[same] = checked  # which holds the routers: nobody else gets their ids
    return _CHECKED[same].routes


def create_plain_app(
    settings: Settings,
    *,
    folder: Path,
    routers: Sequence[APIRouter],
    subscriptions: Subscriptions,
    due: Sequence[Due] = (),
    clock: Clock | None = None,
    transports: Transports | None = None,
    freshness: Mapping[str, Freshness] | None = None,
    max_body: dict[str, int] | None = None,
) -> FastAPI:
    """The app of a service that adds nothing of its own to `Service`; its texts are in `folder`."""
    service = Service(
        settings,
        folder=folder,
        subscriptions=subscriptions,
        due=due,
        clock=clock,
        transports=transports,
        freshness=freshness,
    )
    pages = Pages(folder, Catalogue(folder / "locale"))
    return create_service_app(service, pages=pages, routers=routers, max_body=max_body)


def service_of(request: Request) -> Service:
    """The service whose app answers."""
    service: Service = request.app.state.service
    return service


def pages_of(request: Request) -> Pages:
    """Its templates and texts."""
    pages: Pages = request.app.state.pages
    return pages


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the service's template."""
    return pages_of(request).render(request, template, status=status, **values)


class Edge:
    """What every request passes: cause, size, who asks, headers, the last net for errors."""

    def __init__(
        self, app: ASGIApp, *, service: Service, pages: Pages, max_body: dict[str, int]
    ) -> None:
        self._app = app
        self._service = service
        self._pages = pages
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cause = headers.get(context.HEADER, "")
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                refusal = scope["state"].get("refusal")
                if refusal is not None and message["status"] != refusal.status:
                    raise refusal
                status = message["status"]
                answer = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    answer.setdefault(name, value)
                answer.setdefault("Cache-Control", "no-store")
                answer[context.HEADER] = cause
            await send(message)

        known = cause if context.is_correlation_id(cause) else None
        with context.caused_by(known, service=self._service.name) as cause:
            scope.setdefault("state", {})["identity"] = ANONYMOUS
            request = Request(scope)
            try:
                _check_charset(headers)
                limited = self._limit(scope, headers, receive)
                if not scope["path"].startswith(UNASKED):
                    scope["state"]["identity"] = await self._service.verifier.identify(
                        headers.get(HEADER)
                    )
                await self._app(scope, limited, send_with_headers)
            except ClientDisconnect:
                # They hung up while they spoke: there is nobody to answer.
                status = 499
            except Exception as error:
                if status:
                    raise
                failure = scope["state"].get("refusal") or error
                await self._last_net(request, failure)(scope, receive, send_with_headers)
            finally:
                route = scope.get("route")
                self._service.metrics.request(
                    scope["method"],
                    getattr(route, "path", "?"),
                    status,
                    time.perf_counter() - started,
                )

    def _limit(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        allowed = next(
            (size for path, size in self._max_body.items() if scope["path"].startswith(path)),
            MAX_BODY,
        )
        told = headers.get("content-length", "")
        if told and (not told.isdecimal() or len(told) > 15 or int(told) > allowed):
            raise TooLarge
        seen, is_whole = 0, False
        until = time.monotonic() + BODY_WITHIN

        def refuse(refusal: PartaError) -> PartaError:
            # The framework makes a plain 400 of it; the mark makes of that what it is.
            scope["state"]["refusal"] = refusal
            return refusal

        async def receive_limited() -> Message:
            nonlocal seen, is_whole
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout(until - time.monotonic()):
                    message = await receive()
            except TimeoutError:
                raise refuse(TooSlow()) from None
            seen += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if seen > allowed:
                raise refuse(TooLarge())
            return message

        return receive_limited

    def _last_net(self, request: Request, error: Exception) -> Response:
        if isinstance(error, PartaError):
            return answer_error(request, self._pages, error)
        if is_transient(error):
            log.warning("database_away", route=_route_of(request), exc_info=True)
            return answer_error(request, self._pages, Unavailable())
        log.exception("request_failed", route=_route_of(request))
        return answer_error(request, self._pages, _Unexpected())


def _check_charset(headers: Headers) -> None:
    # Forms in parts are read as their sender says, and some of Python's decoders take time that
    # grows with the square of what they are given.
    told = ",".join(headers.getlist("content-type")).lower()
    if "multipart/" in told and not set(CHARSET.findall(told)) <= UTF_8:
        raise OtherCharset


def _route_of(request: Request) -> str:
    """The pattern of the address, never the address: some hold secrets."""
    return getattr(request.scope.get("route"), "path", "?")


class _Unexpected(PartaError):
    status = 500
    title = "Something went wrong on our side. It is on record; please try again."


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, not a program."""
    return "text/html" in request.headers.get("accept", "")


def answer_error(request: Request, pages: Pages, error: PartaError) -> Response:
    """What the caller is told: a page in their language, or JSON with a stable name."""
    if isinstance(error, NotSignedIn) and wants_page(request) and request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login?{urlencode({'next': request.url.path + query})}", 303)
    after = error.retry_after or (5 if error.status == 503 else None)
    headers = {"Retry-After": str(after)} if after else {}
    name = type(error).__name__.lstrip("_")
    if wants_page(request):
        answer = pages.render(
            request,
            "error.html",
            status=error.status,
            error_status=error.status,
            title=pages.texts(request)(error.title),
            advice=pages.texts(request)(error.advice) if error.advice else "",
            begin_again=error.begin_again,
            detail=error.detail,
            cause=context.correlation_id(),
        )
    else:
        detail = error.detail or _words(request, pages, error)
        answer = JSONResponse({"error": name, "detail": detail}, error.status)
    answer.headers.update(headers)
    return answer


def _words(request: Request, pages: Pages, error: PartaError) -> str:
    """For people who read a program's answer; one that names no language gets the source text."""
    if request.state.identity.locale or "accept-language" in request.headers:
        return pages.texts(request)(error.title)
    return error.title


async def _answer_parta_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PartaError)  # noqa: S101 - for the type checker
    return answer_error(request, pages_of(request), error)


async def _answer_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
    first = error.errors()[0]
    if first["loc"][0] == "path":
        # Nothing has such an address.
        return answer_error(request, pages_of(request), NotFound())
    if wants_page(request):
        # Words of a library, in one language: for programs.
        return answer_error(request, pages_of(request), Unprocessable())
    place = ".".join(str(part) for part in first["loc"])
    return answer_error(request, pages_of(request), Unprocessable(f"{place}: {first['msg']}"))


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    missing = error.status_code == 404
    known = NotFound() if missing else HttpError(error.status_code, error.detail)
    answer = answer_error(request, pages_of(request), known)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _health_router() -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        """Alive: this process answers."""
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def readyz(request: Request) -> Response:
        """Able: 200 or 503, with what is late or missing."""
        report = await service_of(request).readiness()
        return JSONResponse(report, 200 if report["ready"] else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """For Prometheus."""
        service = service_of(request)
        with contextlib.suppress(Exception):
            async with service.database.acquire() as connection:
                waiting, dead = await parked.count(connection)
                service.metrics.waiting.set(waiting)
                service.metrics.dead.set(dead)
                service.metrics.unsent_age.set(await outbox.oldest_unsent(connection) or 0)
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")

    return router
