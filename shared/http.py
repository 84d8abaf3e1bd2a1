"""Asking others over HTTP: time-outs always, repeats only where they are safe."""

import asyncio
import email.utils
import functools
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import httpx

from shared.context import HEADER, correlation_id

TIMEOUT = httpx.Timeout(10, connect=5, pool=5)
LARGEST_ANSWER = 1024 * 1024
ATTEMPTS = 3
LONGEST_WAIT = 5.0
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PASSING = frozenset({429, 502, 503, 504})

Sleep = Callable[[float], Awaitable[None]]


class AnswerTooLarge(httpx.TransportError):
    """More bytes than anybody here has a use for, or packed, though that was not asked for."""


class BoundedTransport(httpx.AsyncBaseTransport):
    """Gives up on an answer that is too large. It asks for none that is packed: what 400 KB may
    become is seen only when it is unpacked."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send; the answer's body ends with an error past the limit."""
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        packed = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        if packed or int(response.headers.get("Content-Length") or 0) > LARGEST_ANSWER:
            await response.aclose()
            raise AnswerTooLarge(str(request.url.host))
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - it is no other
        response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LARGEST_ANSWER
        async for chunk in self._inner:
            left -= len(chunk)
            if left < 0:
                raise AnswerTooLarge("more than was said")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class RetryTransport(httpx.AsyncBaseTransport):
    """Repeats what is safe to repeat: safe methods, and requests with an Idempotency-Key.

    Waits as `Retry-After` says; where that is longer than five seconds the answer is handed to the
    caller, who has a due row for such waits.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._inner = inner
        self._sleep = sleep

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and send again after a passing failure, three times in all."""
        may_repeat = request.method in SAFE_METHODS or "Idempotency-Key" in request.headers
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS or not may_repeat
            pause = 0.1 * 2**attempt * random.uniform(0.5, 1)  # noqa: S311 - spreads load
            try:
                response = await self._inner.handle_async_request(request)
            except httpx.TransportError:
                if last:
                    raise
            else:
                told = retry_after(response)
                if last or response.status_code not in PASSING or (told or 0) > LONGEST_WAIT:
                    return response
                pause = told if told is not None else pause
                await response.aclose()
            await self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that a `Retry-After` header asks for, in either of its forms; None without one."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    if value.isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


@functools.cache
def _trust() -> ssl.SSLContext:
    """One for all clients of a process: to read all authorities takes a tenth of a second."""
    return httpx.create_ssl_context()


def create_transport() -> httpx.AsyncHTTPTransport:
    """A way to the outside, with connections of its own."""
    return httpx.AsyncHTTPTransport(verify=_trust())


def create_client(
    base_url: str = "",
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
) -> httpx.AsyncClient:
    """A client for one outside system or service. It follows no redirects; `sleep` is how it waits
    between two attempts."""

    async def carry_cause(request: httpx.Request) -> None:
        request.headers.setdefault(HEADER, correlation_id())

    return httpx.AsyncClient(
        base_url=base_url,
        timeout=TIMEOUT,
        transport=RetryTransport(BoundedTransport(transport or create_transport()), sleep=sleep),
        headers={"User-Agent": "Parta"},
        follow_redirects=False,
        event_hooks={"request": [carry_cause]},
    )
