"""How Stepik is asked, at a wire of the test's own."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from services.sync.stepik import client as asking
from services.sync.stepik import wire as wire_of
from services.sync.stepik.client import StepikClient
from services.sync.stepik.errors import (
    AnswerTooBig,
    Away,
    Endless,
    Limited,
    Missing,
    NotAsked,
    Refused,
    TokenRefused,
)
from tests.support.waiting import eventually

Answer = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Gives tokens, and answers by function; remembers what was asked."""

    def __init__(self, answer: Answer, *, expires_in: float = 36000) -> None:
        self.answer = answer
        self.expires_in = expires_in
        self.tokens = 0
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/token/"):
            self.tokens += 1
            assert request.headers["authorization"].startswith("Basic ")
            assert b"grant_type=client_credentials" in request.content
            token = {"access_token": f"t{self.tokens}", "expires_in": self.expires_in}
            return httpx.Response(200, json=token)
        self.asked.append(request)
        return self.answer(request)

    @property
    def bearers(self) -> list[str]:
        return [request.headers["authorization"] for request in self.asked]


def client(wire: Answer, *, gap: float = 0.0) -> StepikClient:
    return StepikClient(
        "https://stepik.test/base",
        client_id="id",
        secret=SecretStr("secret"),
        transport=httpx.MockTransport(wire),
        gap=gap,
    )


def listed(name: str, rows: list[Any], *, has_next: bool = False) -> httpx.Response:
    return httpx.Response(200, json={"meta": {"has_next": has_next}, name: rows})


def users(request: httpx.Request) -> httpx.Response:
    ids = request.url.params.get_list("ids[]")
    return listed("users", [{"id": int(one), "full_name": f"User {one}"} for one in ids])


async def test_one_token_serves_all_requests() -> None:
    wire = Wire(users)
    stepik = client(wire)
    for _ in range(3):
        await stepik.list_users([1])
    assert (wire.tokens, set(wire.bearers)) == (1, {"Bearer t1"})
    assert wire.asked[0].url.path == "/base/api/users"
    assert stepik.requests == 4


async def test_a_token_is_renewed_before_it_ends() -> None:
    wire = Wire(users, expires_in=0.001)
    stepik = client(wire)

    async def renewed() -> bool:
        await stepik.list_users([1])
        return wire.tokens > 1

    await eventually(renewed)
    assert wire.bearers[0] == "Bearer t1"
    assert wire.bearers[-1] == f"Bearer t{wire.tokens}"


async def test_a_token_that_is_not_taken_is_renewed_once() -> None:
    wire = Wire(lambda request: httpx.Response(401))
    with pytest.raises(TokenRefused):
        await client(wire).list_users([1])
    assert wire.bearers == ["Bearer t1", "Bearer t2"]


async def test_a_renewed_token_goes_on() -> None:
    wire = Wire(lambda request: httpx.Response(401))
    stepik = client(wire)

    def answer(request: httpx.Request) -> httpx.Response:
        is_new = request.headers["authorization"] == "Bearer t2"
        return users(request) if is_new else httpx.Response(401)

    wire.answer = answer
    assert [one.id for one in await stepik.list_users([5])] == [5]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_credentials_that_are_not_taken_are_named_so(status: int) -> None:
    with pytest.raises(TokenRefused):
        await client(lambda request: httpx.Response(status, json={"error": "no"})).get_course(67)


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"access_token": ""}', b'{"access_token": "t", "expires_in": -1}']
)
async def test_a_token_that_cannot_be_read_is_no_answer(body: bytes) -> None:
    with pytest.raises(Away):
        await client(lambda request: httpx.Response(200, content=body)).get_course(67)


async def test_ids_go_by_the_hundred_and_each_once() -> None:
    wire = Wire(users)
    found = await client(wire).list_users([*range(1, 251), *range(1, 251)])
    assert [one.id for one in found] == list(range(1, 251))
    assert [len(one.url.params.get_list("ids[]")) for one in wire.asked] == [100, 100, 50]


async def test_large_things_go_by_the_thirty() -> None:
    wire = Wire(lambda request: listed("lessons", []))
    await client(wire).list_lessons(range(1, 61))
    assert [len(one.url.params.get_list("ids[]")) for one in wire.asked] == [30, 30]


async def test_a_list_by_ids_is_followed_to_its_last_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 1))
        ids = request.url.params.get_list("ids[]")[(page - 1) * 20 : page * 20]
        return listed("users", [{"id": int(one)} for one in ids], has_next=page < 5)

    found = await client(Wire(answer)).list_users(range(1, 91))
    assert len(found) == 90


async def test_a_list_by_ids_without_an_end_is_given_up() -> None:
    wire = Wire(lambda request: listed("units", [{"id": 1}], has_next=True))
    with pytest.raises(Endless):
        await client(wire).list_units(range(1, 2_000))
    assert len(wire.asked) == asking.MOST_PAGES


async def test_a_list_that_is_all_there_is_not_followed() -> None:
    wire = Wire(lambda request: listed("units", [{"id": 1}], has_next=True))
    assert len(await client(wire).list_units([1])) == 1
    assert len(wire.asked) == 1


async def test_nothing_is_sent_while_it_says_to_wait() -> None:
    wire = Wire(lambda request: httpx.Response(429, headers={"Retry-After": "17"}))
    stepik = client(wire)
    with pytest.raises(Limited) as limited:
        await stepik.list_users([1])
    for _ in range(3):
        with pytest.raises(NotAsked) as not_asked:
            await stepik.list_users([1])
    assert limited.value.wait == 17
    assert 16 < not_asked.value.wait <= 17
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, wire_of.FIRST_WAIT),
        (429, {"Retry-After": "0"}, 1.0),
        (429, {"Retry-After": "soon"}, wire_of.FIRST_WAIT),
        (503, {"Retry-After": "20"}, 20.0),
        (429, {"Retry-After": "99999999999"}, wire_of.LONGEST_WAIT),
    ],
    ids=["not how long", "at once", "in words", "503 with a wait", "for ages"],
)
async def test_how_long_to_wait(status: int, headers: dict[str, str], wait: float) -> None:
    wire = Wire(lambda request: httpx.Response(status, headers=headers))
    with pytest.raises(Limited) as limited:
        await client(wire).list_users([1])
    assert limited.value.wait == wait


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404), Missing),
        (httpx.Response(410), Missing),
        (httpx.Response(403), Refused),
        (httpx.Response(400), Refused),
        (httpx.Response(302, headers={"Location": "https://elsewhere.test"}), Away),
        (httpx.Response(500), Away),
        (httpx.Response(502, text="<html>"), Away),
        (httpx.Response(200, text="<html>"), Away),
        (httpx.Response(200, json=[1]), Away),
        (httpx.Response(200, json=None), Away),
        (httpx.Response(200, json={"meta": {}}), Away),
        (httpx.Response(200, json={"meta": {}, "users": 5}), Away),
        (httpx.Response(200, json={"meta": {"has_next": []}, "users": []}), Away),
        (httpx.Response(200, content=b"[" * 100_000), Away),
        (httpx.Response(200, json={"users": [{"no": "id"}]}), Away),
    ],
    ids=[
        "404", "410", "403", "400", "redirect", "500", "502", "a page", "a list", "nothing",
        "no list", "no list but a number", "odd meta", "too deep", "no row that can be read",
    ],
)  # fmt: skip
async def test_what_goes_wrong_has_a_name(answer: httpx.Response, error: type[Exception]) -> None:
    with pytest.raises(error):
        await client(Wire(lambda request: answer)).list_users([1])


async def test_a_connection_that_fails_is_no_answer() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    with pytest.raises(Away):
        await client(Wire(fail)).list_users([1])


async def test_an_answer_that_is_too_big_is_not_read() -> None:
    big = b" " * (wire_of.LARGEST_ANSWER + 1)
    with pytest.raises(AnswerTooBig):
        await client(Wire(lambda request: httpx.Response(200, content=big))).list_users([1])


async def test_one_row_that_cannot_be_read_leaves_the_others() -> None:
    rows = [{"id": 1, "full_name": None}, {"id": -1}, "?", {"id": 2**70}, {"id": 2}]
    page = await client(Wire(lambda request: listed("users", rows))).list_users([1, 2])
    assert [(one.id, one.full_name) for one in page] == [(1, ""), (2, "")]


async def test_results_that_are_odd_are_left_out() -> None:
    results = {
        "1-1": {"step_id": 5, "is_passed": True},
        "1-2": {"step_id": 6, "is_passed": None},
        "1-3": {"step_id": "7", "is_passed": True},
        "1-4": None,
        "1-5": {"is_passed": True},
    }
    rows = [
        {"id": 80, "course": 67, "user": 1, "results": results},
        {"id": "81", "course": 67, "user": 2, "results": None},
        {"id": 82, "course": 67, "user": 3},
    ]
    page = await client(Wire(lambda request: listed("course-grades", rows))).get_grades(67, 1)
    first, second, third = page.rows
    assert (first.id, first.results.marked, first.results.passed) == ("80", {5, 6}, {5})
    assert (second.id, second.results.marked) == ("81", set())
    assert third.results.passed == set()


async def test_a_title_may_have_what_postgres_refuses() -> None:
    answer = b'{"courses": [{"id": 67, "title": "A\\u0000b\\ud800' + b"c" * 1000 + b'"}]}'
    stepik = client(Wire(lambda request: httpx.Response(200, content=answer)))
    course = await stepik.get_course(67)
    assert course.title.startswith("Ab?ccc")
    assert len(course.title) == 300


async def test_a_page_past_the_end_is_an_empty_one() -> None:
    wire = Wire(lambda request: httpx.Response(404))
    page = await client(wire).get_grades(67, 9)
    assert (page.rows, page.has_next, page.size) == ([], False, 0)
    with pytest.raises(Missing):
        await client(wire).get_grades(67, 1)


async def test_an_account_of_another_provider_or_number_is_nobody() -> None:
    rows = [
        {"provider": "github", "uid": "11", "user": 1},
        {"provider": "vk", "uid": 1, "user": 2},
        {"provider": "github", "uid": 1, "user": None},
        {"provider": "github", "uid": 1, "user": 4},
    ]
    found = await client(Wire(lambda request: listed("social-accounts", rows))).find_github_users(1)
    assert found == {4}


async def test_requests_keep_a_distance_and_go_one_after_the_other() -> None:
    stepik = client(Wire(users), gap=0.02)
    began = time.monotonic()
    await asyncio.gather(*(stepik.list_users([1]) for _ in range(5)))
    assert time.monotonic() - began >= 5 * 0.02


async def test_after_a_429_the_distance_is_doubled_for_a_while() -> None:
    wire = Wire(lambda request: httpx.Response(429, headers={"Retry-After": "1"}))
    stepik = client(wire, gap=0.001)
    with pytest.raises(Limited):
        await stepik.list_users([1])
    assert stepik.gap == 0.002
    wire.answer = users
    await eventually(lambda: stepik.list_users([1]))
    for _ in range(asking.EASED_AFTER):
        await stepik.list_users([1])
    assert stepik.gap == 0.001


async def test_no_secret_stands_in_what_is_said_of_a_failure() -> None:
    wire = Wire(lambda request: httpx.Response(500, text="t1 secret"))
    with pytest.raises(Away) as failed:
        await client(wire).list_users([1])
    assert "secret" not in repr(failed.value)
    assert "t1" not in repr(failed.value)
