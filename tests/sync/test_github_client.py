"""How GitHub is asked: one after the other, within its limits, and what is made of its answers."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from services.sync.github.calls import PULL, REVIEWS
from services.sync.github.errors import (
    AnswerTooBig,
    Away,
    Blocked,
    GitHubError,
    Limited,
    Missing,
    NotAsked,
    Refused,
    TokenRefused,
)
from services.sync.github.turns.service import Lane
from services.sync.github.validators.repository import Validators
from tests.support.waiting import eventually
from tests.sync.asking import Replies, Sync, asking, reply
from tests.sync.shapes import pull

ASK = PULL.of(owner="lena", repo="tasks", pull_number=3)
PATH = "/repos/lena/tasks/pulls/3"
LISTED = REVIEWS.of(owner="lena", repo="tasks", pull_number=3, per_page=100, page=1)


async def ask(sync: Sync, lane: Lane = Lane.WAITED, **more: Any) -> Any:
    return await sync.service.github.ask(ASK, lane=lane, **{"within": 3, **more})


async def test_a_request_carries_the_token_and_what_github_wants_to_know(
    database_url: str,
) -> None:
    wire = Replies({PATH: [reply(200, pull())]})
    async with asking(database_url, wire) as sync:
        answer = await ask(sync)
    (request,) = wire.asked
    assert request.headers["authorization"] == "Bearer ghp_parta"
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["user-agent"] == "Parta"
    assert answer.value.head.sha == "a" * 40


async def test_without_a_token_none_is_sent(database_url: str) -> None:
    wire = Replies({PATH: [reply(200, pull())]})
    async with asking(database_url, wire, token=None) as sync:
        await ask(sync)
    assert "authorization" not in wire.asked[0].headers


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(404), Missing),
        (reply(410), Missing),
        (reply(451, {"message": "blocked", "block": {"reason": "dmca"}}), Blocked),
        (reply(403, {"message": "Repository access blocked", "block": {}}), Blocked),
        (reply(401), TokenRefused),
        (reply(422), Refused),
        (reply(403, {"message": "Resource protected by organization SAML"}), Refused),
        (reply(429), Limited),
        (reply(403, {"message": "You have exceeded a secondary rate limit."}), Limited),
        (reply(403, X_RateLimit_Remaining="0"), Limited),
        (reply(403, Retry_After="30"), Limited),
        (reply(503, Retry_After="30"), Limited),
        (httpx.Response(403, content=b"<html>"), Limited),
        (reply(500), Away),
        (reply(502), Away),
        (httpx.ConnectError("refused"), Away),
        (httpx.ReadTimeout("slow"), Away),
        (httpx.RemoteProtocolError("cut"), Away),
        (httpx.Response(200, content=b"{"), Away),
        (httpx.Response(200, content=b"[]"), Away),
        (httpx.Response(200, content=b"null"), Away),
        (httpx.Response(200, content=b"\xff\xfe"), Away),
        (httpx.Response(200, content=b"[" * 100_000), Away),
        (reply(200, {**pull(), "head": None}), Away),
        (reply(200, {**pull(), "number": 2**40}), Away),
        (httpx.Response(200, content=b" " * 10_000_000), AnswerTooBig),
        (httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b""), AnswerTooBig),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value)[:30],
)
async def test_each_answer_has_its_class(
    database_url: str, answer: httpx.Response | Exception, error: type[GitHubError]
) -> None:
    wire = Replies({PATH: [answer]})
    async with asking(database_url, wire) as sync:
        with pytest.raises(error) as raised:
            await ask(sync)
    assert type(raised.value) is error
    assert len(wire.asked) == 1  # nothing is repeated by itself


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (reply(403, Retry_After="120"), 120),
        (reply(429, Retry_After="1"), 1),
        (reply(429, Retry_After="0"), 1),
        (reply(429, Retry_After="99999999999999999999"), 24 * 3600),
        (reply(429, Retry_After="Mon, 01 Jan 99999999999999999999 00:00:00 GMT"), 60),
        (reply(403, X_RateLimit_Remaining="0"), 3001),
        (reply(429), 60),
        (reply(403, {"message": "secondary rate limit"}), 60),
        (reply(401), 300),
    ],
    ids=[
        "told",
        "short",
        "zero",
        "for ever",
        "no date",
        "empty quota",
        "429",
        "secondary",
        "token",
    ],
)
async def test_while_github_says_to_wait_nothing_is_sent(
    database_url: str, answer: httpx.Response, seconds: float
) -> None:
    wire = Replies({PATH: [answer, reply(200, pull())]})
    async with asking(database_url, wire) as sync, asking(database_url, wire) as replica:
        with pytest.raises(GitHubError):
            await ask(sync)
        for lane in Lane:
            for one in (sync, replica):
                with pytest.raises(NotAsked):
                    await ask(one, lane, within=0.01)
        assert len(wire.asked) == 1
        await sync.let_waits_pass(seconds=seconds - 0.9 if seconds > 1 else 0)
        with pytest.raises(NotAsked) as refused:
            await ask(sync, within=0.01)
        assert 0 < refused.value.wait < 1.5
        await sync.let_waits_pass(seconds=1.5)
        await ask(sync)
    assert len(wire.asked) == 2


async def test_a_limit_that_does_not_say_how_long_doubles_until_an_answer(
    database_url: str,
) -> None:
    wire = Replies({PATH: [*[reply(429)] * 3, reply(200, pull()), reply(429)]})
    waits = []
    async with asking(database_url, wire) as sync:
        for _ in range(5):
            try:
                await ask(sync)
            except Limited:
                waits.append(await sync.service.github.turns.find_wait(Lane.WAITED))
                await sync.let_waits_pass(seconds=3601)
    assert [round(wait) for wait in waits] == [60, 120, 240, 60]


async def test_requests_go_one_after_the_other_over_all_replicas(database_url: str) -> None:
    under_way, most = 0, 0

    async def slowly(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(50):
            await asyncio.sleep(0)
        under_way -= 1
        return reply(200, pull())

    async with asking(database_url, slowly) as one, asking(database_url, slowly) as two:  # type: ignore[arg-type]
        await asyncio.gather(*(ask(sync, within=10) for sync in (one, two) for _ in range(5)))
    assert most == 1


async def test_who_waits_goes_before_polling(database_url: str) -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def hold(request: httpx.Request) -> httpx.Response:
        order.append(request.headers.get("if-none-match", ""))
        if len(order) == 1:
            await gate.wait()
        return reply(200, pull())

    def named(name: str) -> Validators:
        return Validators(name, None)

    async with asking(database_url, hold) as sync:  # type: ignore[arg-type]
        first = asyncio.create_task(ask(sync, known=named("first"), within=10))
        await eventually(lambda: order)
        polls = [
            asyncio.create_task(ask(sync, Lane.BEHIND, known=named("poll"), within=10))
            for _ in range(5)
        ]
        person = asyncio.create_task(ask(sync, known=named("person"), within=10))
        # Until the person has said that they wait.
        await eventually(lambda: sync.rows("SELECT 1 FROM turns WHERE wanted_until > now()"))
        gate.set()
        await asyncio.gather(first, person, *polls)
    assert order[:2] == ["first", "person"]


async def test_a_part_of_the_quota_is_kept_for_people(database_url: str) -> None:
    wire = Replies({PATH: [reply(200, pull(), X_RateLimit_Remaining="1000")]})
    async with asking(database_url, wire) as sync:
        await ask(sync, Lane.BEHIND)
        with pytest.raises(NotAsked):
            await ask(sync, Lane.BEHIND)
        await ask(sync, Lane.SOON)
        wire.say(PATH, reply(200, pull(), X_RateLimit_Remaining="500"))
        await ask(sync, Lane.SOON)
        with pytest.raises(NotAsked):
            await ask(sync, Lane.SOON)
        await ask(sync, Lane.WAITED)
        wire.say(PATH, reply(200, pull(), X_RateLimit_Remaining="0"))
        await ask(sync, Lane.WAITED)
        with pytest.raises(NotAsked):
            await ask(sync, Lane.WAITED)
        await sync.let_waits_pass(seconds=3002)
        await ask(sync, Lane.BEHIND)


async def test_without_a_token_polling_is_spread_over_the_hour(database_url: str) -> None:
    answer = reply(200, pull(), X_RateLimit_Limit="60", X_RateLimit_Remaining="60")
    async with asking(database_url, Replies({PATH: [answer]}), token=None) as sync:
        await ask(sync, Lane.BEHIND)
        wait = await sync.service.github.turns.find_wait(Lane.BEHIND)
        assert 60 < wait < 65  # 3001 s for 48 requests
        await ask(sync, Lane.SOON)


async def test_after_failures_polling_steps_back_and_people_may_still_try(
    database_url: str,
) -> None:
    wire = Replies({PATH: [reply(502), reply(502), reply(200, pull())]})
    async with asking(database_url, wire) as sync:
        with pytest.raises(Away):
            await ask(sync, Lane.BEHIND)
        with pytest.raises(NotAsked):
            await ask(sync, Lane.BEHIND)
        with pytest.raises(NotAsked):
            await ask(sync, Lane.SOON)
        with pytest.raises(Away):
            await ask(sync, Lane.WAITED)
        assert 9 < await sync.service.github.turns.find_wait(Lane.BEHIND) <= 10
        await ask(sync, Lane.WAITED)


async def test_a_process_that_died_with_the_turn_holds_up_nobody_for_long(
    database_url: str,
) -> None:
    wire = Replies({PATH: [reply(200, pull())]})
    async with asking(database_url, wire) as sync:
        await sync.service.github.turns.take(Lane.BEHIND, within=1)
        with pytest.raises(NotAsked):
            await ask(sync, within=0.3)
        await sync.let_waits_pass(seconds=15)
        await ask(sync)


async def test_who_hangs_up_gives_the_turn_back(database_url: str) -> None:
    started = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        if started.is_set():
            return reply(200, pull())
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with asking(database_url, never) as sync:  # type: ignore[arg-type]
        task = asyncio.create_task(ask(sync, within=10))
        await started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await ask(sync)


@pytest.mark.parametrize("etag", ['"strong"', 'W/"weak"'])
async def test_an_unchanged_answer_is_asked_for_by_its_etag_as_it_was_given(
    database_url: str, etag: str
) -> None:
    wire = Replies({PATH: [reply(200, pull(), ETag=etag), reply(304)]})
    async with asking(database_url, wire) as sync:
        first = await ask(sync)
        again = await ask(sync, known=first.validators)
    assert wire.asked[1].headers["if-none-match"] == etag
    assert again.is_unchanged
    assert again.validators.etag == etag


async def test_a_steady_last_modified_goes_before_the_etag_and_a_fresh_one_does_not(
    database_url: str,
) -> None:
    old = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    fresh = format_datetime(datetime.now(UTC), usegmt=True)
    answers = [reply(200, pull(), ETag='"a"', Last_Modified=told) for told in (old, fresh)]
    wire = Replies({PATH: [*answers, reply(304)]})
    async with asking(database_url, wire) as sync:
        steady = (await ask(sync)).validators
        changed_just_now = (await ask(sync)).validators
        await ask(sync, known=steady)
        await ask(sync, known=steady, exactly=True)
        await ask(sync, known=changed_just_now)
    conditions = [
        (one.headers.get("if-modified-since"), one.headers.get("if-none-match"))
        for one in wire.asked[2:]
    ]
    assert conditions == [(old, None), (None, '"a"'), (None, '"a"')]


async def test_validators_that_are_no_validators_are_not_kept(database_url: str) -> None:
    wire = Replies({PATH: [reply(200, pull(), ETag="x" * 1000, Last_Modified="yesterday")]})
    async with asking(database_url, wire) as sync:
        answer = await ask(sync)
    assert answer.validators == Validators(None, None)


async def test_a_renamed_repository_is_followed_within_github(database_url: str) -> None:
    there = "/repositories/77/pulls/3"
    wire = Replies(
        {
            PATH: [reply(301, Location=f"https://api.github.test{there}")],
            there: [reply(200, pull())],
        }
    )
    async with asking(database_url, wire) as sync:
        answer = await ask(sync)
    assert answer.has_moved
    assert wire.paths == [PATH, there]


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.test/repositories/77/pulls/3",
        "http://api.github.test/repositories/77/pulls/3",
        "https://api.github.test:8443/repositories/77/pulls/3",
        "//evil.test/",
        "https://api.github.test@evil.test/",
        "http://[",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed_and_the_token_does_not_leak(
    database_url: str, location: str
) -> None:
    wire = Replies({PATH: [reply(301, Location=location)]})
    async with asking(database_url, wire) as sync:
        with pytest.raises(Away):
            await ask(sync)
    assert {str(one.url) for one in wire.asked} == {f"https://api.github.test{PATH}"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Date": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"},
        {"Last_Modified": "Mon, 01 Jan 2020 00:00:00 +999999999999999999"},
        {"Link": '<http://[no>; rel="next"'},
        {"Link": "x" * 30_000},
    ],
    ids=["date", "zone", "link", "long link"],
)
async def test_headers_that_mean_nothing_spoil_no_answer(
    database_url: str, headers: dict[str, str]
) -> None:
    wire = Replies({PATH: [reply(200, pull(), **headers), reply(200, pull())]})
    async with asking(database_url, wire) as sync:
        assert (await ask(sync)).value.number == 3
        await ask(sync)  # the turn was given back


@pytest.mark.parametrize(
    "there", ["https://xn--/", "http://[no", "https://api.github.test:9999999/"]
)
async def test_a_redirect_nowhere_gives_the_turn_back(database_url: str, there: str) -> None:
    wire = Replies({PATH: [reply(301, Location=there), reply(200, pull())]})
    async with asking(database_url, wire) as sync:
        with pytest.raises(Away):
            await ask(sync)
        await ask(sync)


async def test_redirects_in_a_circle_end(database_url: str) -> None:
    wire = Replies({PATH: [reply(301, Location=PATH)]})
    async with asking(database_url, wire) as sync:
        with pytest.raises(Away):
            await ask(sync)
    assert len(wire.asked) == 3


async def test_a_page_that_has_another_says_so_whatever_address_it_names(
    database_url: str,
) -> None:
    link = '<https://evil.test/?page=2&cursor=v1_9>; rel="next"'
    wire = Replies({f"{PATH}/reviews": [reply(200, [], Link=link)]})
    async with asking(database_url, wire) as sync:
        answer = await sync.service.github.ask(LISTED, lane=Lane.WAITED)
    assert answer.validators.goes_on
    assert answer.cursor == "v1_9"
    assert len(wire.asked) == 1


async def test_readiness_shows_how_it_stands_with_github_and_no_token(database_url: str) -> None:
    wire = Replies({PATH: [reply(200, pull()), reply(429)]})
    async with asking(database_url, wire) as sync:
        await ask(sync)
        with pytest.raises(Limited):
            await ask(sync)
        report = (await sync.client.get("/readyz")).json()
        metrics = (await sync.client.get("/metrics")).text
        kept = await sync.rows("SELECT * FROM turns")
    assert report["github"]["quota_left"] == 4990
    assert 55 < report["github"]["waits_seconds"] <= 60
    assert report["heard_at"]["github_answers"] is not None
    assert 'parta_github_asked_total{answer="429",path="/repos/{owner}/{repo}/pulls' in metrics
    assert "ghp_parta" not in json.dumps(report) + metrics + str(kept)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("github_api_url", "api.github.com"),
        ("github_api_token", "two words"),
        ("github_hooks", "owner/repo/more"),
        ("github_hooks", "-owner"),
        ("github_hooks", "owner/.."),
        ("github_hooks", ",".join(f"owner{number}" for number in range(51))),
    ],
)
async def test_a_wrong_setting_stops_the_start(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        async with asking("postgresql://nowhere", **{setting: value}):
            pass
