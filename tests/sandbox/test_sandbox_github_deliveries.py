"""GitHub's webhooks that got lost, and the API by which a program finds and resends them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.school import PULLS
from tests.sandbox.serving import Served, serve
from tests.support.waiting import eventually

PULL = PULLS[0]
NAME = f"{PULL.owner}/{PULL.repo}"
HOOKS = f"/github/api/repos/{NAME}/hooks"
TOKEN = {"authorization": "Bearer ghp_hooks"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Served]:
    async with serve(changes={"github_hooks_token": "ghp_hooks"}) as served:
        yield served


async def ask(sandbox: Served, path: str, **parameters: Any) -> httpx.Response:
    return await sandbox.http.get(path, headers=TOKEN, params=parameters or None)


async def deliveries_of(sandbox: Served) -> str:
    (hook,) = (await ask(sandbox, HOOKS)).json()
    return f"{HOOKS}/{hook['id']}/deliveries"


async def test_the_hook_is_shown_to_who_may_see_it(sandbox: Served) -> None:
    (hook,) = (await ask(sandbox, HOOKS)).json()
    assert hook["config"]["url"] == sandbox.settings.hook_url
    assert set(hook["events"]) == {"pull_request", "pull_request_review", "repository"}
    assert (await ask(sandbox, f"{HOOKS}/{hook['id']}")).json()["id"] == hook["id"]
    assert (await ask(sandbox, f"{HOOKS}/1")).status_code == 404
    await sandbox.post("/github/push", pull=PULL.url)
    assert sandbox.hook.came[0][0]["x-github-hook-id"] == str(hook["id"])


@pytest.mark.parametrize("token", ["", "Bearer ghp_parta"])
async def test_without_the_scope_there_are_no_hooks(sandbox: Served, token: str) -> None:
    path = await deliveries_of(sandbox)
    headers = {"authorization": token} if token else {}
    for address in (HOOKS, path, f"{path}/1"):
        assert (await sandbox.http.get(address, headers=headers)).status_code == 404
    again = await sandbox.http.post(f"{path}/1/attempts", headers=headers)
    assert again.status_code == 404


async def test_so_many_are_lost_as_was_wished_and_then_no_more(sandbox: Served) -> None:
    assert await sandbox.post("/github/losses", next=2) == {"next": 2, "all": False}
    told = [await sandbox.post("/github/push", pull=PULL.url) for _ in range(3)]
    assert [(one["lost"], one["status"]) for one in told] == [
        (True, None),
        (True, None),
        (False, 202),
    ]
    assert len(sandbox.hook.came) == 1
    assert await sandbox.get("/github/losses") == {"next": 0, "all": False}
    await sandbox.post("/github/losses", all=True)
    for _ in range(3):
        assert (await sandbox.post("/github/push", pull=PULL.url))["lost"] is True
    await sandbox.post("/github/losses")
    assert (await sandbox.post("/github/push", pull=PULL.url))["status"] == 202


async def test_the_list_has_the_newest_first_and_every_field(sandbox: Served) -> None:
    path = await deliveries_of(sandbox)
    pushed = await sandbox.post("/github/push", pull=PULL.url)
    sandbox.clock.advance(60)
    await sandbox.post("/github/review", pull=PULL.url, by="curator", state="approved")
    newest, oldest = (await ask(sandbox, path)).json()
    repository = await sandbox.get(f"/github/api/repos/{NAME}")
    assert oldest["id"] < newest["id"]
    assert oldest == {
        "id": oldest["id"],
        "guid": pushed["delivery_id"],
        "delivered_at": "2026-09-01T12:00:00Z",
        "redelivery": False,
        "duration": oldest["duration"],
        "status": "OK",
        "status_code": 202,
        "event": "pull_request",
        "action": "synchronize",
        "installation_id": None,
        "repository_id": repository["id"],
        "throttled_at": None,
    }
    assert (newest["event"], newest["action"]) == ("pull_request_review", "submitted")


async def test_failures_are_found_by_their_status(sandbox: Served) -> None:
    path = await deliveries_of(sandbox)
    await sandbox.post("/github/push", pull=PULL.url)
    sandbox.hook.status = 503
    await sandbox.post("/github/push", pull=PULL.url)
    await sandbox.post("/github/losses", next=1)
    await sandbox.post("/github/push", pull=PULL.url)
    found = {
        status: [
            (one["status"], one["status_code"])
            for one in (await ask(sandbox, path, status=status)).json()
        ]
        for status in ("failure", "success")
    }
    assert found == {
        "failure": [("failed to connect", 502), ("Invalid HTTP Response: 503", 503)],
        "success": [("OK", 202)],
    }
    assert (await ask(sandbox, path, status="failed")).status_code == 422


async def test_the_list_goes_on_by_cursors_while_new_ones_come(sandbox: Served) -> None:
    path: str | None = await deliveries_of(sandbox)
    for _ in range(5):
        await sandbox.post("/github/push", pull=PULL.url)
    found: list[int] = []
    assert path
    answer = await ask(sandbox, path, per_page=2)
    while True:
        found += [one["id"] for one in answer.json()]
        if "next" not in answer.links:
            break
        await sandbox.post("/github/push", pull=PULL.url)
        answer = await ask(sandbox, answer.links["next"]["url"])
    assert len(found) == 5
    assert found == sorted(found, reverse=True)
    assert (await ask(sandbox, path, cursor="x")).status_code == 422


async def test_a_lost_one_is_sent_again_under_its_old_name(sandbox: Served) -> None:
    path = await deliveries_of(sandbox)
    await sandbox.post("/github/losses", all=True)
    lost = await sandbox.post(
        "/github/review", pull=PULL.url, by="curator", state="approved", body="Да"
    )
    (one,) = (await ask(sandbox, path, status="failure")).json()
    shown = (await ask(sandbox, f"{path}/{one['id']}")).json()
    again = await sandbox.http.post(f"{path}/{one['id']}/attempts", headers=TOKEN)
    assert (again.status_code, again.json()) == (202, {})

    async def arrived() -> bool:
        return len(sandbox.hook.came) == 1

    await eventually(arrived)
    ((headers, body),) = sandbox.hook.came
    assert headers["x-github-delivery"] == lost["delivery_id"] == one["guid"]
    assert headers["x-hub-signature-256"] == shown["request"]["headers"]["X-Hub-Signature-256"]
    assert json.loads(body) == shown["request"]["payload"]
    (newest, oldest) = (await ask(sandbox, path)).json()
    assert (newest["guid"], newest["redelivery"], newest["status"]) == (one["guid"], True, "OK")
    assert (oldest["id"], oldest["redelivery"], oldest["status_code"]) == (one["id"], False, 502)
    assert newest["id"] != oldest["id"]


async def test_what_is_older_than_three_days_is_gone(sandbox: Served) -> None:
    path = await deliveries_of(sandbox)
    await sandbox.post("/github/push", pull=PULL.url)
    (one,) = (await ask(sandbox, path)).json()
    sandbox.clock.advance(3 * 24 * 3600 + 1)
    assert (await ask(sandbox, path)).json() == []
    again = await sandbox.http.post(f"{path}/{one['id']}/attempts", headers=TOKEN)
    assert again.status_code == 404


async def test_an_organization_has_one_hook_for_all_that_it_has(sandbox: Served) -> None:
    url = "https://github.com/parta-school/first-task/pull/1"
    await sandbox.post("/github/losses", next=1)
    await sandbox.post("/github/pull", pull=url, action="opened", by="student")
    (hook,) = (await ask(sandbox, "/github/api/orgs/parta-school/hooks")).json()
    path = f"/github/api/orgs/Parta-School/hooks/{hook['id']}/deliveries"
    (one,) = (await ask(sandbox, path, status="failure")).json()
    assert (hook["type"], one["action"]) == ("Organization", "opened")
    again = await sandbox.http.post(f"{path}/{one['id']}/attempts", headers=TOKEN)
    assert again.status_code == 202

    async def arrived() -> bool:
        return len(sandbox.hook.came) == 1

    await eventually(arrived)
    assert (await ask(sandbox, "/github/api/orgs/parta-student/hooks")).status_code == 404
    plain = await sandbox.http.get(
        "/github/api/orgs/parta-school/hooks", headers={"authorization": "token ghp_parta"}
    )
    assert plain.status_code == 404


async def test_a_hook_goes_with_its_repository(sandbox: Served) -> None:
    (hook,) = (await ask(sandbox, HOOKS)).json()
    await sandbox.post("/github/repository", repository=NAME, action="rename", to="catalogue")
    moved = await sandbox.http.get(HOOKS, headers=TOKEN, follow_redirects=True)
    assert [one["id"] for one in moved.json()] == [hook["id"]]
    write = await sandbox.http.post(f"{HOOKS}/{hook['id']}/deliveries/1/attempts", headers=TOKEN)
    assert (write.status_code, write.json()["message"]) == (307, "Temporary Redirect")
    await sandbox.post("/github/repository", repository=NAME, action="unhook")
    gone = await sandbox.http.get(HOOKS, headers=TOKEN, follow_redirects=True)
    assert gone.json() == []
