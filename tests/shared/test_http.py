"""Asking others over HTTP: repeated only where that is safe, and as they ask."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from shared.context import HEADER, caused_by
from shared.http import ATTEMPTS, create_client, retry_after

Answer = httpx.Response | Exception


class Outside:
    """What answers these in turn, the last for ever; a client of it that waits no time."""

    def __init__(self, *answers: Callable[[], Answer]) -> None:
        self._answers = answers
        self.asked: list[httpx.Request] = []
        self.waited: list[float] = []
        self.client = create_client(
            "https://out.test", transport=httpx.MockTransport(self._answer), sleep=self._wait
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        made = self._answers[min(len(self.asked), len(self._answers) - 1)]()
        self.asked.append(request)
        if isinstance(made, Exception):
            raise made
        return made

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def busy(status: int = 503, **headers: str) -> Callable[[], Answer]:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: httpx.Response(status, headers=told)


def fine() -> Answer:
    return httpx.Response(200, json={})


def broken() -> Answer:
    return httpx.ConnectError("refused")


@pytest.mark.parametrize("trouble", [busy(429), busy(502), busy(503), busy(504), broken])
async def test_a_safe_request_is_repeated_after_passing_trouble(
    trouble: Callable[[], Answer],
) -> None:
    out = Outside(trouble, trouble, fine)
    assert (await out.client.get("/")).status_code == 200
    assert len(out.asked) == 3
    assert out.waited[0] < out.waited[1] < 1


async def test_it_is_not_repeated_for_ever() -> None:
    out = Outside(busy())
    assert (await out.client.get("/")).status_code == 503
    assert len(out.asked) == ATTEMPTS
    out = Outside(broken)
    with pytest.raises(httpx.ConnectError):
        await out.client.get("/")
    assert len(out.asked) == ATTEMPTS


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 500])
async def test_an_answer_that_stays_is_not_asked_for_again(status: int) -> None:
    out = Outside(busy(status))
    assert (await out.client.get("/")).status_code == status
    assert len(out.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("trouble", [busy(), broken])
async def test_what_may_have_an_effect_is_never_repeated(
    method: str, trouble: Callable[[], Answer]
) -> None:
    out = Outside(trouble)
    try:
        await out.client.request(method, "/", json={})
    except httpx.ConnectError:
        assert trouble is broken
    assert len(out.asked) == 1


async def test_with_an_idempotency_key_it_is_repeated_with_its_body() -> None:
    out = Outside(broken, fine)
    await out.client.post("/", json={"a": 1}, headers={"Idempotency-Key": "5.0"})
    assert [request.content for request in out.asked] == [b'{"a":1}'] * 2


async def test_a_short_retry_after_is_waited_for_in_seconds_or_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=4)
    out = Outside(
        busy(429, Retry_After="3"),
        busy(429, Retry_After=format_datetime(moment, usegmt=True)),
        fine,
    )
    await out.client.get("/")
    assert out.waited[0] == 3
    assert out.waited[1] == pytest.approx(3.5, abs=1)


@pytest.mark.parametrize("told", ["6", "3600", "Fri, 31 Dec 2100 23:59:59 GMT", "9" * 400])
async def test_a_long_retry_after_is_left_to_the_caller(told: str) -> None:
    out = Outside(busy(429, Retry_After=told))
    assert (await out.client.get("/")).status_code == 429
    assert len(out.asked) == 1
    assert out.waited == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 7 ", 7),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("1.5", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00", 0),
        ("Thu, 99 Foo 2026", None),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_nothing_else(
    value: str | None, seconds: float | None
) -> None:
    headers = {} if value is None else {"Retry-After": value}
    assert retry_after(httpx.Response(429, headers=headers)) == seconds


def test_a_digit_of_another_script_is_no_number() -> None:
    odd = httpx.Response(429, headers=[(b"Retry-After", "²".encode("latin-1"))])
    assert retry_after(odd) is None


async def test_the_cause_travels_with_the_request_and_redirects_are_not_followed() -> None:
    out = Outside(busy(302, Location="https://elsewhere.test"))
    with caused_by("the-cause"):
        assert (await out.client.get("/")).status_code == 302
    assert out.asked[0].headers[HEADER] == "the-cause"
