"""`POST /hooks/github`, spoken to as GitHub does."""

import asyncio
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.material import captured, every_captured_webhook
from tests.sync.hook import SECRET, deliver, signature, sync_app, told

REVIEW = "sync.review.found.v1"
PULL = "sync.pull.changed.v1"


async def test_a_review_becomes_a_fact_after_the_pull_request_it_belongs_to(
    database_url: str,
) -> None:
    payload = captured("pull_request_review", "submitted")
    async with sync_app(database_url) as (app, client):
        answer = await deliver(client, "pull_request_review", payload)
        events = await told(app)
    assert answer.status_code == 202
    assert answer.json() == {"result": "learned"}
    assert [name for name, _ in events] == [PULL, REVIEW]
    review = events[1][1]
    assert review["review_id"] == payload["review"]["id"]
    assert review["state"] == "commented"
    assert review["commit_id"] == payload["pull_request"]["head"]["sha"] == events[0][1]["head_sha"]


async def test_the_same_delivery_twice_has_one_effect(database_url: str) -> None:
    payload = captured("pull_request_review", "submitted")
    async with sync_app(database_url) as (app, client):
        await deliver(client, "pull_request_review", payload, delivery_id="one")
        again = await deliver(client, "pull_request_review", payload, delivery_id="one")
        events = await told(app)
    assert again.status_code == 202
    assert again.json() == {"result": "repeated"}
    assert len(events) == 2


async def test_the_same_body_under_another_delivery_id_has_no_second_effect(
    database_url: str,
) -> None:
    payload = captured("pull_request_review", "submitted")
    async with sync_app(database_url) as (app, client):
        await deliver(client, "pull_request_review", payload)
        again = await deliver(client, "pull_request_review", payload)
        events = await told(app)
    assert again.json() == {"result": "known"}
    assert len(events) == 2


async def test_ten_copies_at_once_have_one_effect(database_url: str) -> None:
    payload = captured("pull_request_review", "submitted")
    async with sync_app(database_url) as (app, client):
        answers = await asyncio.gather(
            *(deliver(client, "pull_request_review", payload) for _ in range(10))
        )
        events = await told(app)
    assert {answer.status_code for answer in answers} == {202}
    assert len(events) == 2


async def test_a_dismissal_is_told_and_what_was_said_before_it_comes_too_late(
    database_url: str,
) -> None:
    submitted = captured("pull_request_review", "submitted")
    dismissed = captured("pull_request_review", "dismissed")
    dismissed["review"]["id"] = submitted["review"]["id"]
    async with sync_app(database_url) as (app, client):
        await deliver(client, "pull_request_review", dismissed)
        late = await deliver(client, "pull_request_review", submitted)
        events = await told(app)
    assert late.json() == {"result": "known"}
    assert [body["state"] for name, body in events if name == REVIEW] == ["dismissed"]


async def test_an_older_head_that_arrives_late_is_not_told(database_url: str) -> None:
    newer, older = captured("pull_request", "opened"), captured("pull_request", "opened")
    newer["pull_request"]["head"]["sha"] = "b" * 40
    newer["pull_request"]["updated_at"] = _later(older["pull_request"]["updated_at"])
    async with sync_app(database_url) as (app, client):
        await deliver(client, "pull_request", newer)
        await deliver(client, "pull_request", older)
        events = await told(app)
    assert [body["head_sha"] for _, body in events] == ["b" * 40]


async def test_two_pushes_within_one_second_are_both_told(database_url: str) -> None:
    first, second = captured("pull_request", "synchronize"), captured("pull_request", "synchronize")
    first["pull_request"]["head"]["sha"] = "a" * 40
    second["pull_request"]["head"]["sha"] = "b" * 40
    async with sync_app(database_url) as (app, client):
        for payload in (first, second, first):
            await deliver(client, "pull_request", payload)
        events = await told(app)
    assert [body["head_sha"] for _, body in events] == ["a" * 40, "b" * 40]


async def test_what_changes_nothing_of_a_pull_request_is_not_told(database_url: str) -> None:
    opened, labeled = captured("pull_request", "opened"), captured("pull_request", "opened")
    labeled["action"] = "labeled"
    labeled["pull_request"]["updated_at"] = _later(opened["pull_request"]["updated_at"])
    async with sync_app(database_url) as (app, client):
        await deliver(client, "pull_request", opened)
        answer = await deliver(client, "pull_request", labeled)
        events = await told(app)
    assert answer.json() == {"result": "known"}
    assert len(events) == 1


async def test_every_captured_webhook_is_accepted_and_counted(database_url: str) -> None:
    webhooks = every_captured_webhook()
    async with sync_app(database_url) as (app, client):
        answers = [(await deliver(client, name, body)).status_code for name, body in webhooks]
        metrics = (await client.get("/metrics")).text
        events = await told(app)
    assert len(answers) == 329
    assert Counter(answers) == {202: 329}
    assert 'parta_github_deliveries_total{event="other",result="ignored"}' in metrics
    assert {name for name, _ in events} == {PULL, REVIEW}


async def test_a_form_that_carries_json_is_read_too(database_url: str) -> None:
    payload = captured("pull_request_review", "submitted")
    body = urlencode({"payload": json.dumps(payload)}).encode()
    async with sync_app(database_url) as (app, client):
        answer = await deliver(
            client,
            "pull_request_review",
            body,
            Content_Type="application/x-www-form-urlencoded",
        )
        events = await told(app)
    assert answer.status_code == 202
    assert len(events) == 2


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "sha256=00",
        signature(b"another body"),
        signature(b"{}", "another secret"),
        signature(b"{}").upper(),
        signature(b"{}").replace("sha256", "sha1"),
        signature(b"{}") + "\u00a0",
        "sha256=\u00e9\u00e9",
    ],
)
async def test_a_wrong_signature_is_refused(database_url: str, header: str) -> None:
    async with sync_app(database_url) as (app, client):
        answer = await client.post(
            "/hooks/github",
            content=b"{}",
            headers={
                "X-GitHub-Event": "ping",
                "X-GitHub-Delivery": "one",
                "X-Hub-Signature-256": header.encode("latin-1"),
            },
        )
        assert await told(app) == []
    assert answer.status_code == 401


async def test_a_missing_signature_is_refused(database_url: str) -> None:
    async with sync_app(database_url) as (_, client):
        answer = await client.post("/hooks/github", content=b"{}")
    assert answer.status_code == 401


async def test_without_a_secret_the_hook_is_off(database_url: str) -> None:
    async with sync_app(database_url, secret=None) as (_, client):
        answer = await deliver(client, "ping", {})
    assert answer.status_code == 503
    assert "GITHUB_WEBHOOK_SECRET" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b"payload=%7B"],
    ids=["empty", "half", "list", "null", "text", "bytes", "deep", "form"],
)
async def test_what_is_not_a_json_object_is_refused(database_url: str, body: bytes) -> None:
    async with sync_app(database_url) as (_, client):
        answer = await deliver(client, "ping", body)
    assert answer.status_code == 400


@pytest.mark.parametrize("has_length", [True, False])
async def test_26_megabytes_are_too_many(database_url: str, has_length: bool) -> None:
    async def chunks() -> Any:
        for _ in range(26):
            yield b" " * 1024 * 1024

    body = b" " * 26 * 1024 * 1024
    async with sync_app(database_url) as (_, client):
        answer = await client.post("/hooks/github", content=body if has_length else chunks())
    assert answer.status_code == 413


async def test_25_megabytes_are_taken(database_url: str) -> None:
    body = b"{}".ljust(25 * 1024 * 1024)
    async with sync_app(database_url) as (_, client):
        answer = await deliver(client, "ping", body)
    assert answer.status_code == 202


async def test_a_known_kind_of_another_shape_fails_loudly_and_can_be_sent_again(
    database_url: str,
) -> None:
    async with sync_app(database_url) as (app, client):
        broken = await deliver(
            client, "pull_request_review", {"action": "submitted"}, delivery_id="one"
        )
        mended = await deliver(
            client,
            "pull_request_review",
            captured("pull_request_review", "submitted"),
            delivery_id="one",
        )
        events = await told(app)
    assert broken.status_code == 422
    assert mended.json() == {"result": "learned"}
    assert len(events) == 2


async def test_a_review_of_a_deleted_account_says_nothing(database_url: str) -> None:
    payload = captured("pull_request_review", "submitted")
    payload["review"]["user"] = None
    async with sync_app(database_url) as (app, client):
        answer = await deliver(client, "pull_request_review", payload)
        events = await told(app)
    assert answer.status_code == 202
    assert [name for name, _ in events] == [PULL]


@pytest.mark.parametrize("missing", ["X-GitHub-Event", "X-GitHub-Delivery"])
async def test_a_delivery_without_its_headers_is_refused(database_url: str, missing: str) -> None:
    body = b"{}"
    headers = {
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": "one",
        "X-Hub-Signature-256": signature(body, SECRET),
    }
    del headers[missing]
    async with sync_app(database_url) as (_, client):
        answer = await client.post("/hooks/github", content=body, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("trick", ["\x00", "\ud800", "\u202e"])
async def test_odd_characters_in_a_title_break_nothing(database_url: str, trick: str) -> None:
    payload = captured("pull_request", "opened")
    payload["pull_request"]["title"] = f"work{trick}"
    async with sync_app(database_url) as (_, client):
        answer = await deliver(client, "pull_request", payload)
        other = await deliver(client, "ping", {"action": trick})
    assert answer.status_code in (202, 422)
    assert other.status_code == 202


ODD = (
    (("review", "id"), 2**63),
    (("review", "id"), -1),
    (("review", "user", "id"), 2**70),
    (("repository", "id"), 2**63),
    (("pull_request", "number"), 2**31),
    (("pull_request", "number"), 0),
    (("review", "submitted_at"), "0001-01-01T00:00:00Z"),
    (("review", "submitted_at"), "9999-12-31T23:59:59-23:59"),
    (("pull_request", "updated_at"), "2026-09-01T12:00:00"),
    (("review", "html_url"), "x" * 100_000),
    (("review", "user", "login"), "x" * 100_000),
    (("repository", "full_name"), "x" * 100_000),
    (("review", "commit_id"), "x" * 100_000),
    (("review", "html_url"), "https://github.com/\x00"),
    (("review", "user", "login"), "half \ud800"),
    (("repository", "full_name"), "owner/\x00"),
    (("pull_request", "head", "sha"), "\x00" * 40),
    (("review", "state"), ["approved"]),
    (("review",), None),
    (("pull_request", "head"), []),
)


@pytest.mark.parametrize(("place", "value"), ODD, ids=lambda part: str(part)[:40])
async def test_no_odd_value_is_an_error_of_ours(
    database_url: str, place: tuple[str, ...], value: Any
) -> None:
    payload = captured("pull_request_review", "submitted")
    part = payload
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    async with sync_app(database_url) as (app, client):
        answer = await deliver(client, "pull_request_review", payload)
        events = await told(app)
    assert answer.status_code in (202, 422)
    assert "\\u0000" not in json.dumps(events)


def _later(moment: str) -> str:
    later = datetime.fromisoformat(moment) + timedelta(seconds=1)
    return later.isoformat()
