"""The sandbox's Boomstream: buyers by hash, both formats, failures, and the player."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sandbox.boomstream.film_list import COLLECTION, SUBSCRIPTION, VIDEOS
from tests.sandbox.serving import Served, serve

KEY = "boomstream-key"
VIDEO = VIDEOS[0][0]
BUYER = {"code": SUBSCRIPTION, "media": VIDEO, "email": "lena@example.org", "hash": "a1"}


async def call(sandbox: Served, method: str, **told: Any) -> Any:
    """By POST, as documented: the key in the body."""
    answer = await sandbox.http.post(
        f"/boomstream/api/ppv/{method}", json={"apikey": KEY, "ver": "1.1", **told}
    )
    assert answer.status_code == 200
    return answer.json()


async def test_the_same_hash_is_the_same_buyer_and_another_is_another(sandbox: Served) -> None:
    for code in ("a1", "a1", "b2"):
        told = await call(sandbox, "addbuyer", **{**BUYER, "hash": code})
        assert told["Status"] == "Success"
        assert told["Hash"] == code
        assert told["AccessExpirationDate"] == "0000-00-00 00:00:00"
    seen = await sandbox.get("/boomstream/buyers")
    assert (seen["count"], seen["doubles"]) == (2, 1)


async def test_both_formats_say_the_same(sandbox: Served) -> None:
    await call(sandbox, "addbuyer", **BUYER)
    await call(sandbox, "addbuyer", **{**BUYER, "hash": "b2", "email": "two@example.org"})
    path = "/boomstream/api/ppv/listbuyers"
    query = {"apikey": KEY, "code": SUBSCRIPTION, "ver": "1.1"}
    as_json = (await sandbox.http.get(path, params={**query, "format": "json"})).json()
    answer = await sandbox.http.get(path, params=query)
    root = ElementTree.fromstring(answer.text)  # noqa: S314 - our own sandbox's
    assert answer.headers["content-type"].startswith("text/xml")
    assert root.findtext("Status") == as_json["Status"] == "Success"
    assert [one.findtext("Hash") for one in root.findall("Items/Item")] == ["a1", "b2"]
    assert [one["Hash"] for one in as_json["Items"]["Item"]] == ["a1", "b2"]


@pytest.mark.parametrize(
    ("method", "changes", "message"),
    [
        ("addbuyer", {"apikey": "wrong"}, "Invalid API key"),
        ("addbuyer", {"code": "Nothing1"}, "Subscription not found"),
        ("addbuyer", {"media": "Nothing1"}, "Media not found"),
        ("addbuyer", {"media": COLLECTION[0]}, "Media not found"),
        ("addbuyer", {"email": "nobody"}, "Email is not valid"),
        ("addbuyer", {"access_expire": "2026-02-31"}, "Date is not valid"),
        ("deletebuyer", {}, "Buyer not found"),
        ("updatebuyer", {}, "Buyer not found"),
        ("nothing", {}, "Method not found"),
    ],
)
async def test_failures_are_told_with_200(
    sandbox: Served, method: str, changes: dict[str, str], message: str
) -> None:
    told = await call(sandbox, method, **{**BUYER, **changes})
    assert (told["Status"], told["Message"]) == ("Failed", message)


async def test_a_foreign_subscription_is_denied(sandbox: Served) -> None:
    await sandbox.post("/boomstream/subscriptions", code="Foreign1", is_foreign=True)
    told = await call(sandbox, "addbuyer", **{**BUYER, "code": "Foreign1"})
    assert told["Message"] == "Access denied"


async def test_a_refusal_is_counted_down(sandbox: Served) -> None:
    await sandbox.post("/boomstream/refusals", message="Whatever", method="addbuyer", times=1)
    assert (await call(sandbox, "info", code=SUBSCRIPTION))["Status"] == "Success"
    assert (await call(sandbox, "addbuyer", **BUYER))["Message"] == "Whatever"
    assert (await call(sandbox, "addbuyer", **BUYER))["Status"] == "Success"
    assert await sandbox.get("/boomstream/refusals") == []
    counts = (await sandbox.get("/counts"))["boomstream"]
    assert counts["addbuyer"]["requests"] == 2


async def test_without_json_a_post_says_nothing(sandbox: Served) -> None:
    answer = await sandbox.http.post(
        "/boomstream/api/ppv/addbuyer", content=json.dumps({"apikey": KEY, **BUYER})
    )
    assert answer.json()["Message"] == "Invalid API key"


async def test_the_player_lets_in_who_bought_and_nobody_else(sandbox: Served) -> None:
    await call(sandbox, "addbuyer", **BUYER)
    await call(sandbox, "addbuyer", **{**BUYER, "media": "", "hash": "all"})
    for code, recovery, status in (
        (VIDEO, "a1", 200),
        (VIDEOS[1][0], "a1", 403),
        (COLLECTION[0], "a1", 403),
        (VIDEOS[1][0], "all", 200),
        (COLLECTION[0], "all", 200),
        (VIDEO, "", 403),
        (VIDEO, "b2", 403),
        ("Nothing1", "a1", 404),
    ):
        answer = await sandbox.http.get(f"/boomstream/player/{code}?id_recovery={recovery}")
        assert answer.status_code == status, (code, recovery)
        assert "frame-ancestors" not in answer.headers["content-security-policy"]
    await sandbox.post("/boomstream/buyers", hash="a1", expires_at="2026-09-01 15:00:10")
    sandbox.clock.advance(9)
    path = f"/boomstream/player/{VIDEO}?id_recovery=a1"
    assert (await sandbox.http.get(path)).status_code == 200
    sandbox.clock.advance(1)
    assert (await sandbox.http.get(path)).status_code == 403
    words = await sandbox.http.get(path, headers={"accept-language": "ru"})
    assert "Доступ закрыт" in words.text


async def test_a_subscription_sold_by_days_ends_by_days(sandbox: Served) -> None:
    await sandbox.post("/boomstream/subscriptions", code=SUBSCRIPTION, period_days=3)
    told = await call(sandbox, "addbuyer", **BUYER)
    moscow = sandbox.clock.now() + timedelta(days=3, hours=3)
    assert told["AccessExpirationDate"] == f"{moscow:%Y-%m-%d %H:%M:%S}"
    item = (await call(sandbox, "info", code=SUBSCRIPTION))["Items"]["Item"]
    assert (item["Period"], item["AccessExpirationDate"]) == (3, "")


async def test_who_is_not_activated_watches_nothing(sandbox: Served) -> None:
    await sandbox.post("/boomstream/subscriptions", code=SUBSCRIPTION, starts_inactive=True)
    assert (await call(sandbox, "addbuyer", **BUYER))["Recovery"] == 0
    path = f"/boomstream/player/{VIDEO}?id_recovery=a1"
    assert (await sandbox.http.get(path)).status_code == 403
    await call(sandbox, "updatebuyer", code=SUBSCRIPTION, hash="a1", activation="5")
    assert (await sandbox.http.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        ("/boomstream/buyers", {"hash": "nobody"}, 404),
        ("/boomstream/buyers", {"hash": "a", "email": "a@b.cc", "subscription": "No"}, 404),
        ("/boomstream/films", {"code": "New1", "subscription": "No"}, 404),
        ("/boomstream/subscriptions", {"code": "a b"}, 400),
        ("/boomstream/subscriptions", {"code": "New1", "expires_at": "soon"}, 400),
        ("/boomstream/spoil", {"how": "nicely"}, 400),
    ],
)
async def test_doors_refuse_what_is_not_there(
    sandbox: Served, door: str, body: dict[str, str], status: int
) -> None:
    answer = await sandbox.http.post(door, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_buyers_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as sandbox:
        await call(sandbox, "addbuyer", **BUYER)
    async with serve(data_file=file) as sandbox:
        await call(sandbox, "addbuyer", **BUYER)
        assert (await sandbox.get("/boomstream/buyers"))["count"] == 1
