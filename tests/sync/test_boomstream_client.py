"""Boomstream's client: both formats, each failure by name, and answers that are none."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.boomstream.film_list import SUBSCRIPTION, VIDEOS
from services.sync.boomstream.answers import (
    Buyer,
    read_added,
    read_answer,
    read_buyers,
    read_subscription,
)
from services.sync.boomstream.client import Boomstream, Format
from services.sync.boomstream.errors import (
    AccessDenied,
    AnswerUnreadable,
    Away,
    BoomstreamError,
    BuyerExists,
    BuyerNotFound,
    EmailRefused,
    KeyRefused,
    MediaNotFound,
    Refused,
    SubscriptionNotFound,
)
from tests.sandbox.serving import Served, serve
from tests.sync.opening import KEY, new_client

VIDEO = VIDEOS[0][0]
CODE = "0123456789abcdef0123456789abcdef"
BOTH = pytest.mark.parametrize("format", ["json", "xml"])
OK = {"Status": "Success", "Hash": CODE, "Recovery": 1}


@asynccontextmanager
async def asking(hub: Served, format: Format = "json") -> AsyncIterator[Boomstream]:
    client = new_client(f"{hub.settings.url}/boomstream", format=format)
    try:
        yield client
    finally:
        await client.aclose()


def wired(answer: Callable[[httpx.Request], httpx.Response], format: Format = "json") -> Boomstream:
    return new_client("https://boom.test", transport=httpx.MockTransport(answer), format=format)


def says(told: Any, status: int = 200, **headers: str) -> Callable[[Any], httpx.Response]:
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    return lambda request: httpx.Response(status, content=content, headers=headers)


async def add(client: Boomstream, code: str = CODE, **changes: str) -> Buyer:
    known = {"media": VIDEO, "email": "lena@example.org", "name": "Лена & <Ко>"}
    return await client.add_buyer(SUBSCRIPTION, code, **{**known, **changes})  # type: ignore[arg-type]


@BOTH
async def test_a_buyer_comes_is_changed_and_goes(format: Format) -> None:
    async with serve() as hub, asking(hub, format) as client:
        assert await add(client) == Buyer(CODE, None, None)
        assert await add(client) == Buyer(CODE, None, None)
        until = datetime(2027, 1, 1, 12, tzinfo=UTC)
        await client.prolong_buyer(SUBSCRIPTION, CODE, until=until)
        page = await client.list_buyers(SUBSCRIPTION, 1)
        assert page.pages == 1
        assert page.buyers == (Buyer(CODE, VIDEO, until),)
        (seen,) = (await hub.get("/boomstream/buyers"))["buyers"]
        assert (seen["email"], seen["name"]) == ("lena@example.org", "Лена & <Ко>")
        assert seen["expires_at"] == "2027-01-01T15:00:00+03:00"
        await client.prolong_buyer(SUBSCRIPTION, CODE, until=None)
        assert (await client.list_buyers(SUBSCRIPTION, 1)).buyers[0].expires_at is None
        await client.delete_buyer(SUBSCRIPTION, CODE)
        assert (await client.list_buyers(SUBSCRIPTION, 1)).buyers == ()
        with pytest.raises(BuyerNotFound):
            await client.delete_buyer(SUBSCRIPTION, CODE)


@BOTH
async def test_a_subscription_says_how_long_it_lasts(format: Format) -> None:
    async with serve() as hub, asking(hub, format) as client:
        told = await client.find_subscription(SUBSCRIPTION, CODE, email="lena@example.org")
        assert (told.activation, told.expires_at, told.period_days) == ("5", None, None)
        assert told.is_endless
        await hub.post("/boomstream/subscriptions", code=SUBSCRIPTION, period_days=30)
        told = await client.find_subscription(SUBSCRIPTION, CODE, email="lena@example.org")
        assert (told.period_days, told.is_endless) == (30, False)
        await hub.post(
            "/boomstream/subscriptions", code=SUBSCRIPTION, expires_at="2027-05-01 10:00:00"
        )
        told = await client.find_subscription(SUBSCRIPTION, CODE, email="lena@example.org")
        assert told.expires_at == datetime(2027, 5, 1, 7, tzinfo=UTC)


@BOTH
async def test_buyers_come_in_pages(format: Format) -> None:
    async with serve() as hub, asking(hub, format) as client:
        await hub.post("/boomstream/settings", page_size=3)
        for n in range(7):
            await add(client, f"{n:032x}", email=f"lena{n}@example.org")
        pages = [await client.list_buyers(SUBSCRIPTION, page) for page in (1, 2, 3, 4)]
    assert [len(page.buyers) for page in pages] == [3, 3, 1, 0]
    assert {page.pages for page in pages} == {3}
    hashes = [buyer.hash for page in pages for buyer in page.buyers]
    assert hashes == [f"{n:032x}" for n in range(7)]


@BOTH
@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Media not found", MediaNotFound),
        ("Subscription not found", SubscriptionNotFound),
        ("Buyer not found", BuyerNotFound),
        ("Buyer already exists", BuyerExists),
        ("Invalid API key", KeyRefused),
        ("Access denied", AccessDenied),
        ("Email is not valid", EmailRefused),
        ("  media NOT found. ", MediaNotFound),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
async def test_each_documented_failure_has_a_name(
    format: Format, message: str, kind: type[BoomstreamError]
) -> None:
    async with serve() as hub, asking(hub, format) as client:
        await hub.post("/boomstream/refusals", method="addbuyer", message=message)
        with pytest.raises(BoomstreamError) as raised:
            await add(client)
        assert type(raised.value) is kind
        assert (await add(client)).hash == CODE


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"media": "Nothing1"}, MediaNotFound),
        ({"email": "nobody"}, EmailRefused),
    ],
    ids=["media", "email"],
)
async def test_what_the_sandbox_refuses_is_what_is_documented(
    changes: dict[str, str], kind: type[BoomstreamError]
) -> None:
    async with serve() as hub, asking(hub) as client:
        with pytest.raises(kind):
            await add(client, **changes)
        with pytest.raises(SubscriptionNotFound):
            await client.list_buyers("Nothing1", 1)
        await hub.post("/boomstream/subscriptions", code="Foreign1", is_foreign=True)
        with pytest.raises(AccessDenied):
            await client.list_buyers("Foreign1", 1)


@BOTH
async def test_a_message_that_is_not_known_is_kept_as_it_is_said(format: Format) -> None:
    async with serve() as hub, asking(hub, format) as client:
        await hub.post("/boomstream/refusals", message="Луна в <Козероге>\n" + "!" * 500)
        with pytest.raises(Refused) as raised:
            await add(client)
    assert type(raised.value) is Refused
    assert str(raised.value).startswith("Луна в <Козероге> !!!")
    assert len(str(raised.value)) == 300


@BOTH
@pytest.mark.parametrize(
    "how",
    [
        "not_json",
        "not_xml",
        "entities",
        "outside_entity",
        "too_large",
        "too_deep",
        "no_status",
        "another_shape",
        "empty",
    ],
)
async def test_what_is_no_answer_is_away(format: Format, how: str) -> None:
    async with serve() as hub, asking(hub, format) as client:
        await hub.post("/boomstream/spoil", how=how)
        with pytest.raises(AnswerUnreadable) as raised:
            await add(client)
        assert KEY not in repr(raised.value)
        assert (await add(client)).hash == CODE


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE r><Response><Status>Success</Status></Response>",
        "<!DOCTYPE r [<!ENTITY a 'b'>]><Response><Status>Success</Status></Response>",
        "<!DOCTYPE r SYSTEM 'http://127.0.0.1/x.dtd'><Response><Status>Success</Status></Response>",
        "<Response><Status>&unknown;</Status></Response>",
        "<?xml version='1.0' encoding='no-such'?><Response><Status>Success</Status></Response>",
        "<Response><Status>Success</Status></Response><Response/>",
        "<Response>Success</Response>",
        "<Response/>",
    ],
    ids=["doctype", "entity", "outside", "unknown", "encoding", "twice", "words", "nothing"],
)
def test_xml_that_may_cost_us_is_refused(document: str) -> None:
    with pytest.raises(AnswerUnreadable):
        read_answer(document.encode(), is_xml=True)


def test_xml_is_read_in_the_encoding_that_it_names() -> None:
    words = "<?xml version='1.0' encoding='windows-1251'?><Response><Status>Failed</Status>"
    document = f"{words}<Message>Нет места</Message></Response>".encode("windows-1251")
    with pytest.raises(Refused, match="Нет места"):
        read_answer(document, is_xml=True)


@pytest.mark.parametrize(
    ("items", "count"),
    [
        (None, 0),
        ("", 0),
        ([], 0),
        ({"Item": []}, 0),
        ({"Item": {"Hash": "a"}}, 1),
        ({"Item": [{"Hash": "a"}, {"Hash": "b"}]}, 2),
        ([{"Hash": "a"}], 1),
    ],
    ids=["null", "text", "list", "object", "one", "two", "plain"],
)
def test_items_are_read_in_every_shape_that_they_have(items: Any, count: int) -> None:
    page = read_buyers({"Status": "Success", "Items": items})
    assert (len(page.buyers), page.pages) == (count, 1)


@pytest.mark.parametrize("items", [5, [1], {"Item": "x"}, {"Item": [[]]}, [{"Email": "a@b.c"}]])
def test_items_of_another_shape_are_unreadable(items: Any) -> None:
    with pytest.raises(AnswerUnreadable):
        read_buyers({"Items": items})


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("", None),
        ("2026-07-01 03:00:00", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 7, 1, 20, 59, 59, tzinfo=UTC)),
        ("9999-12-31 23:59:59", None),
    ],
)
def test_dates_are_moscows_and_all_zeros_is_never(written: str, moment: datetime | None) -> None:
    assert read_added({**OK, "AccessExpirationDate": written}).expires_at == moment


@pytest.mark.parametrize("written", ["2026-02-31 10:00:00", "0001-01-01 00:00:00", "soon", "2026"])
def test_a_date_that_is_none_is_unreadable(written: str) -> None:
    with pytest.raises(AnswerUnreadable):
        read_added({**OK, "AccessExpirationDate": written})


@pytest.mark.parametrize("recovery", [0, "0", None, "", False])
def test_without_recovery_a_buyer_is_not_active(recovery: Any) -> None:
    assert not read_added({**OK, "Recovery": recovery}).is_active


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.booleans())
def test_no_bytes_bring_another_error(content: bytes, is_xml: bool) -> None:
    try:
        tree = read_answer(content, is_xml=is_xml)
    except BoomstreamError:
        return
    assert tree["Status"] == "Success"


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Items", "Item", "Hash", "Media", "AccessExpirationDate", "Period"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["Items", "Hash", "Recovery", "PageCount"]), VALUES))
def test_no_json_brings_another_error(tree: Any) -> None:
    for read in (read_added, read_buyers, read_subscription):
        try:
            read(tree)
        except BoomstreamError:
            continue


async def test_by_json_the_key_is_in_no_address_and_no_header() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=OK)

    await add(wired(answer))
    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", "https://boom.test/api/ppv/addbuyer")
    assert KEY not in str(request.headers)
    assert json.loads(request.content) == {
        "apikey": KEY,
        "ver": "1.1",
        "code": SUBSCRIPTION,
        "media": VIDEO,
        "email": "lena@example.org",
        "name": "Лена & <Ко>",
        "notification": "0",
        "hash": CODE,
    }


async def test_no_error_and_no_record_has_the_key(caplog: pytest.LogCaptureFixture) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot reach {request.url}", request=request)

    with caplog.at_level("DEBUG"):
        for answer in (fail, says(b"", 302, Location=f"https://other.test/?apikey={KEY}")):
            with pytest.raises(Away) as raised:
                await add(wired(answer, "xml"))
            assert KEY not in repr(raised.value)
            assert raised.value.__cause__ is None
    ours = [one for one in caplog.records if one.name.startswith("services")]
    assert not [one for one in ours if KEY in one.getMessage()]


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (500, b"", Away),
        (503, {"Status": "Failed", "Message": "Media not found"}, Away),
        (404, b"<html>", AnswerUnreadable),
        (404, {"Status": "Failed", "Message": "Media not found"}, MediaNotFound),
        (401, b"", KeyRefused),
        (403, {"Status": "Failed", "Message": "Invalid API key"}, KeyRefused),
        (400, {"Status": "Success"}, AnswerUnreadable),
        (204, b"", AnswerUnreadable),
    ],
)
async def test_another_status_is_judged_by_its_words(
    status: int, told: Any, kind: type[BoomstreamError]
) -> None:
    with pytest.raises(BoomstreamError) as raised:
        await add(wired(says(told, status)))
    assert type(raised.value) is kind


async def test_while_a_wait_runs_nothing_is_sent() -> None:
    async with serve() as hub, asking(hub) as client:
        await hub.post("/faults", system="boomstream", retry_after=900)
        with pytest.raises(Away) as raised:
            await add(client)
        assert raised.value.wait == 900
        with pytest.raises(Away) as raised:
            await add(client)
        assert raised.value.wait == pytest.approx(900, abs=30)
        counts = (await hub.get("/counts"))["boomstream"]
    assert counts["addbuyer"]["requests"] == 1


async def test_a_wait_is_bounded() -> None:
    until = (datetime.now(UTC) + timedelta(days=400)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for told in (until, "9" * 400):
        with pytest.raises(Away) as raised:
            await add(wired(says(b"", 429, **{"Retry-After": told})))
        assert raised.value.wait == 3600


async def test_a_connection_that_ends_is_away() -> None:
    async with serve() as hub, asking(hub) as client:
        await hub.post("/faults", system="boomstream", method="addbuyer", drop=True)
        with pytest.raises(Away):
            await add(client)
