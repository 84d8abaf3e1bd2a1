"""GitHub's limits: by the hour, by the minute, at once, and who does not wait when told to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sandbox.github.limits import Limits
from sandbox.school import PULLS
from tests.sandbox.serving import Clock, Served, serve

PULL = PULLS[0]
API = f"/github/api/repos/{PULL.owner}/{PULL.repo}"
OWN = {"authorization": "Bearer ghp_parta"}


async def ask(sandbox: Served, path: str = API, **headers: str) -> httpx.Response:
    return await sandbox.http.get(path, headers={**OWN, **headers})


async def holder(sandbox: Served, who: str = "parta-administrator") -> dict[str, Any]:
    holders = (await sandbox.get("/github/limits"))["holders"]
    return next(one for one in holders if one["who"] == who)


async def test_an_unchanged_answer_is_free_for_who_has_a_token_only(sandbox: Served) -> None:
    tag = (await ask(sandbox)).headers["etag"]
    for headers, left in ((OWN, ["4999", "4999"]), ({}, ["59", "58"])):
        for expected in left:
            known = {**headers, "if-none-match": tag}
            answer = await sandbox.http.get(API, headers=known)
            assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (304, expected)
    count = (await sandbox.get("/counts"))["github"]["GET /repos/{owner}/{repo}"]
    assert count == {"requests": 5, "quota": 3}


async def test_what_is_missing_or_moved_costs_as_well_and_a_wrong_token_nothing(
    sandbox: Served,
) -> None:
    await sandbox.post(
        "/github/repository", repository="parta-student/notes", action="rename", to="n"
    )
    assert (await ask(sandbox, "/github/api/repos/parta-student/notes")).status_code == 301
    assert (await ask(sandbox, f"{API}/pulls/99")).status_code == 404
    assert (await ask(sandbox, API, authorization="token wrong")).status_code == 401
    assert (await ask(sandbox, "/github/api/rate_limit")).json()["rate"]["used"] == 2
    counts = (await sandbox.get("/counts"))["github"]
    assert sum(one["quota"] for one in counts.values()) == 2


async def test_all_tokens_of_one_account_share_its_hour() -> None:
    async with serve(changes={"github_hooks_token": "ghp_hooks"}) as sandbox:
        await ask(sandbox)
        other = await ask(sandbox, API, authorization="token ghp_hooks")
        assert other.headers["x-ratelimit-remaining"] == "4998"
        assert other.headers["x-oauth-scopes"] == "admin:org_hook, admin:repo_hook"


async def test_an_hour_that_is_used_up_says_when_the_next_begins(sandbox: Served) -> None:
    await sandbox.post("/faults", system="github", limit="primary")
    for _ in range(2):
        refused = await ask(sandbox)
        assert refused.status_code == 403
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert "retry-after" not in refused.headers
        assert refused.json()["message"].startswith("API rate limit exceeded")
    resets_at = datetime.fromtimestamp(int(refused.headers["x-ratelimit-reset"]), UTC)
    sandbox.clock.advance((resets_at - sandbox.clock.now()).total_seconds())
    assert (await ask(sandbox)).headers["x-ratelimit-remaining"] == "4999"
    # Nobody without this token was meant.
    assert (await sandbox.http.get(API)).status_code == 200


@pytest.mark.parametrize("status", [403, 429])
async def test_a_secondary_limit_says_how_long_or_does_not(sandbox: Served, status: int) -> None:
    await sandbox.post("/faults", system="github", limit="secondary", status=status, retry_after=30)
    for passed, left in ((0, "30"), (10, "20"), (19.5, "1")):
        sandbox.clock.advance(passed)
        refused = await ask(sandbox)
        assert (refused.status_code, refused.headers["retry-after"]) == (status, left)
        assert "secondary rate limit" in refused.json()["message"]
        assert int(refused.headers["x-ratelimit-remaining"]) > 0
    sandbox.clock.advance(1)
    assert (await ask(sandbox)).status_code == 200
    await sandbox.post("/faults", system="github", limit="secondary", status=status)
    silent = await ask(sandbox)
    assert (silent.status_code, "retry-after" in silent.headers) == (status, False)
    assert int(silent.headers["x-ratelimit-remaining"]) > 0
    sandbox.clock.advance(60)
    assert (await ask(sandbox)).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"limit": "secondary", "retry_after": 30},
        {"limit": "secondary"},
        {"limit": "primary"},
        {"retry_after": 30},
    ],
)
async def test_requests_that_should_have_waited_are_counted(
    sandbox: Served, fault: dict[str, Any]
) -> None:
    await sandbox.post("/faults", system="github", **fault)
    await ask(sandbox)
    assert (await sandbox.get("/github/limits"))["sent_while_waiting"] == 0
    sandbox.clock.advance(29)
    for _ in range(3):
        assert (await ask(sandbox)).status_code in (403, 429)
    found = await holder(sandbox)
    assert (found["sent_while_waiting"], found["refused"]) == (3, 4)
    sandbox.clock.advance(3600)
    assert (await ask(sandbox)).status_code == 200
    assert (await sandbox.get("/github/limits"))["sent_while_waiting"] == 3
    assert (await sandbox.http.delete("/github/limits")).json()["sent_while_waiting"] == 0


async def test_more_than_900_points_a_minute_are_too_many(sandbox: Served) -> None:
    """A write is five of them, also one that comes to nothing."""
    attempts = f"{API}/hooks/1/deliveries/1/attempts"
    for _ in range(179):
        assert (await sandbox.http.post(attempts, headers=OWN)).status_code == 404
    assert [(await ask(sandbox)).status_code for _ in range(6)] == [200] * 5 + [429]
    assert (await holder(sandbox))["points"] == 901
    refused = await ask(sandbox)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    sandbox.clock.advance(60)
    assert (await ask(sandbox)).status_code == 200


def test_more_than_100_at_once_are_too_many() -> None:
    clock = Clock()
    limits = Limits(clock.monotonic)
    asker = limits.of(1, "somebody", named=True)
    for _ in range(100):
        limits.arrive(asker, points=1)
        assert limits.refuses(asker) is None
    limits.arrive(asker, points=1)
    wait = limits.refuses(asker)
    assert wait is not None
    assert (wait.kind, wait.status, wait.tells) == ("secondary", 403, False)
    assert limits.refuses(limits.of(2, "another", named=True)) is None
    for _ in range(101):
        limits.leave(asker)
    clock.advance(60)
    limits.arrive(asker, points=1)
    assert limits.refuses(asker) is None


async def test_what_runs_at_once_is_seen_and_ends(sandbox: Served) -> None:
    await sandbox.post("/faults", system="github", delay_ms=300, times=5)
    answers = await asyncio.gather(*(ask(sandbox) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    found = await holder(sandbox)
    assert (found["most_in_flight"], found["in_flight"]) == (5, 0)


async def test_a_limit_may_meet_everybody_for_so_long(sandbox: Served) -> None:
    await sandbox.post("/github/limits", kind="secondary", seconds=5, status=429, tells=False)
    for headers in (OWN, {}):
        answer = await sandbox.http.get(API, headers=headers)
        assert (answer.status_code, "retry-after" in answer.headers) == (429, False)
    sandbox.clock.advance(5)
    assert (await ask(sandbox)).status_code == 200
    await sandbox.post("/github/limits", kind="primary", seconds=5)
    refused = await ask(sandbox)
    reset = int(refused.headers["x-ratelimit-reset"]) - sandbox.clock.now().timestamp()
    assert (refused.headers["x-ratelimit-remaining"], reset) == ("0", 5)
    sandbox.clock.advance(5)
    assert (await ask(sandbox)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {"system": "telegram", "limit": "primary"}),
        ("/faults", {"system": "github", "limit": "tertiary"}),
        ("/faults", {"system": "github", "limit": "primary", "retry_after": 5}),
        ("/faults", {"system": "github", "limit": "secondary", "status": 500}),
        ("/faults", {"system": "github", "limit": "secondary", "drop": True}),
        ("/github/limits", {"kind": "primary", "status": 500}),
        ("/github/limits", {"kind": "primary", "seconds": 0}),
        ("/github/limits", {}),
    ],
)
async def test_limits_that_github_has_not_are_refused(
    shared_sandbox: Served, path: str, body: dict[str, Any]
) -> None:
    answer = await shared_sandbox.http.post(path, json=body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
