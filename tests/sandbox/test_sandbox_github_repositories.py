"""GitHub's repositories: moved, hidden, blocked and gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.school import PEOPLE, PULLS
from tests.sandbox.serving import Served, serve

PULL = PULLS[0]
NAME = f"{PULL.owner}/{PULL.repo}"
REPOS = "/github/api/repos"
PATHS = ["", "/pulls", "/pulls/1", "/pulls/1/reviews", "/pulls/1/commits"]


@pytest.mark.parametrize("path", PATHS)
async def test_an_old_address_leads_to_the_repositorys_number(sandbox: Served, path: str) -> None:
    known = await sandbox.get(f"{REPOS}/{NAME}")
    await sandbox.post("/github/repository", repository=NAME, action="rename", to="catalogue")
    moved = await sandbox.http.get(f"{REPOS}/{NAME.upper()}{path}?state=all")
    there = f"{sandbox.settings.url}/github/api/repositories/{known['id']}{path}?state=all"
    assert (moved.status_code, moved.headers["location"]) == (301, there)
    assert (moved.json()["message"], moved.json()["url"]) == ("Moved Permanently", there)
    by_number = (await sandbox.http.get(there)).json()
    by_name = await sandbox.get(f"{REPOS}/parta-student/catalogue{path}", state="all")
    assert by_number == by_name


async def test_a_renamed_repository_keeps_its_number_and_moves_on_the_web(sandbox: Served) -> None:
    before = await sandbox.get(f"{REPOS}/{NAME}/pulls/1")
    renamed = await sandbox.post(
        "/github/repository", repository=NAME, action="rename", to="catalogue"
    )
    assert renamed["full_name"] == "parta-student/catalogue"
    headers, body = sandbox.hook.came[-1]
    told = json.loads(body)
    assert (headers["x-github-event"], told["action"]) == ("repository", "renamed")
    assert told["changes"] == {"repository": {"name": {"from": PULL.repo}}}
    after = await sandbox.get(f"{REPOS}/parta-student/catalogue/pulls/1")
    assert after["html_url"] == "https://github.com/parta-student/catalogue/pull/1"
    assert (after["id"], after["base"]["repo"]["id"]) == (
        before["id"],
        before["base"]["repo"]["id"],
    )
    # What people have in their notes still works, as in a browser.
    await sandbox.post("/github/push", pull=PULL.url)


async def test_a_transfer_takes_the_repository_to_another_owner(sandbox: Served) -> None:
    await sandbox.post("/github/repository", repository=NAME, action="transfer", to="parta-school")
    told = json.loads(sandbox.hook.came[-1][1])
    assert (told["action"], told["changes"]["owner"]["from"]["user"]["login"]) == (
        "transferred",
        "parta-student",
    )
    found = await sandbox.get(f"{REPOS}/parta-school/{PULL.repo}/pulls/1")
    assert found["user"]["login"] == "parta-student"
    assert (await sandbox.http.get(f"{REPOS}/{NAME}")).status_code == 301
    mine = await sandbox.get("/github/api/users/parta-student/repos")
    assert [one["name"] for one in mine] == ["notes"]


async def test_a_new_login_moves_all_repositories_and_the_old_one_leads_nowhere(
    sandbox: Served,
) -> None:
    await sandbox.post("/github/account", account="student", action="rename", to="new-name")
    assert sandbox.hook.came == []
    assert (await sandbox.http.get("/github/api/users/parta-student")).status_code == 404
    user = await sandbox.get(f"/github/api/user/{PEOPLE[0].github_id}")
    assert (user["login"], user["id"]) == ("new-name", PEOPLE[0].github_id)
    moved = await sandbox.http.get(f"{REPOS}/{NAME}/pulls/1", follow_redirects=True)
    assert moved.json()["html_url"] == f"https://github.com/new-name/{PULL.repo}/pull/1"
    assert moved.json()["user"]["login"] == "new-name"
    # Reviews and pushes of the person go on under the new name.
    await sandbox.post("/github/review", pull=PULL.url, by="student", state="commented")


async def test_whoever_takes_an_old_address_ends_the_way_on(sandbox: Served) -> None:
    await sandbox.post("/github/repository", repository=NAME, action="rename", to="catalogue")
    await sandbox.post("/github/repository", repository=NAME, action="create")
    fresh = await sandbox.get(f"{REPOS}/{NAME}")
    moved = await sandbox.get(f"{REPOS}/parta-student/catalogue")
    assert fresh["id"] != moved["id"]
    missing = await sandbox.http.get(f"{REPOS}/{NAME}/pulls/1")
    assert missing.status_code == 404
    # Nor does it come back when the newcomer has gone.
    await sandbox.post("/github/repository", repository=NAME, action="delete")
    assert (await sandbox.http.get(f"{REPOS}/{NAME}")).status_code == 404


async def test_renamed_twice_and_back_again(sandbox: Served) -> None:
    for name in ("one", "two", PULL.repo):
        (first, *_) = await sandbox.get("/github/repositories", owner="student")
        await sandbox.post(
            "/github/repository", repository=first["full_name"], action="rename", to=name
        )
    assert (await sandbox.get(f"{REPOS}/{NAME}/pulls/1"))["number"] == 1
    for old in ("one", "two"):
        moved = await sandbox.http.get(f"{REPOS}/parta-student/{old}", follow_redirects=True)
        assert moved.json()["full_name"] == NAME


@pytest.mark.parametrize("action", ["delete", "private"])
@pytest.mark.parametrize("path", PATHS)
async def test_what_is_gone_or_private_is_not_found(
    sandbox: Served, action: str, path: str
) -> None:
    number = (await sandbox.get(f"{REPOS}/{NAME}"))["id"]
    await sandbox.post("/github/repository", repository=NAME, action=action)
    for address in (f"{REPOS}/{NAME}{path}", f"/github/api/repositories/{number}{path}"):
        answer = await sandbox.http.get(address, headers={"authorization": "Bearer ghp_parta"})
        assert (answer.status_code, answer.json()["message"]) == (404, "Not Found")
    mine = await sandbox.get("/github/api/users/parta-student/repos")
    assert [one["name"] for one in mine] == ["notes"]


async def test_a_private_one_is_told_and_comes_back(sandbox: Served) -> None:
    for action in ("private", "private", "public"):
        await sandbox.post("/github/repository", repository=NAME, action=action)
    told = [json.loads(body)["action"] for _, body in sandbox.hook.came]
    assert told == ["privatized", "publicized"]
    assert (await sandbox.get(f"{REPOS}/{NAME}/pulls/1"))["number"] == 1


@pytest.mark.parametrize(("reason", "status"), [("dmca", 451), ("tos", 403)])
async def test_a_blocked_one_says_why(sandbox: Served, reason: str, status: int) -> None:
    await sandbox.post("/github/repository", repository=NAME, action="block", reason=reason)
    for path in PATHS:
        answer = await sandbox.http.get(f"{REPOS}/{NAME}{path}")
        assert answer.status_code == status
        assert answer.json()["message"] == "Repository access blocked"
        assert set(answer.json()["block"]) == {"reason", "created_at", "html_url"}
        assert int(answer.headers["x-ratelimit-remaining"]) > 0
    await sandbox.post("/github/repository", repository=NAME, action="public")
    assert (await sandbox.http.get(f"{REPOS}/{NAME}")).status_code == 200


async def test_only_an_organization_hears_of_a_deletion(sandbox: Served) -> None:
    gone = await sandbox.post("/github/repository", repository=NAME, action="delete")
    assert (gone["delivery_id"], sandbox.hook.came) == (None, [])
    await sandbox.post("/github/repository", repository="parta-school/first-task", action="delete")
    ((headers, body),) = sandbox.hook.came
    assert json.loads(body)["action"] == "deleted"
    assert headers["x-github-hook-installation-target-type"] == "organization"


async def test_without_a_webhook_nobody_is_told(sandbox: Served) -> None:
    await sandbox.post("/github/repository", repository=NAME, action="unhook")
    pushed = await sandbox.post("/github/push", pull=PULL.url)
    assert (pushed["delivery_id"], pushed["status"], sandbox.hook.came) == (None, None, [])
    await sandbox.post("/github/repository", repository=NAME, action="hook")
    assert (await sandbox.post("/github/push", pull=PULL.url))["status"] == 202


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/github/repository", {"repository": "parta-student/x", "action": "delete"}, 404),
        ("/github/repository", {"repository": NAME, "action": "explode"}, 400),
        ("/github/repository", {"repository": NAME, "action": "rename"}, 400),
        ("/github/repository", {"repository": NAME, "action": "rename", "to": "a b"}, 422),
        ("/github/repository", {"repository": NAME, "action": "rename", "to": ".."}, 422),
        ("/github/repository", {"repository": NAME, "action": "rename", "to": "notes"}, 422),
        ("/github/repository", {"repository": NAME, "action": "transfer", "to": "nobody"}, 404),
        ("/github/repository", {"repository": NAME, "action": "create"}, 422),
        ("/github/account", {"account": "nobody", "action": "delete"}, 404),
        ("/github/account", {"account": "student", "action": "rename"}, 400),
        ("/github/account", {"account": "student", "action": "rename", "to": "a--b"}, 422),
        ("/github/account", {"account": "student", "action": "rename", "to": "parta-school"}, 422),
    ],
)
async def test_doors_of_repositories_refuse_what_cannot_be(
    shared_sandbox: Served, path: str, body: dict[str, str], status: int
) -> None:
    answer = await shared_sandbox.http.post(path, json=body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


async def test_moves_and_names_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as before:
        await before.post("/github/repository", repository=NAME, action="rename", to="catalogue")
        await before.post("/github/account", account="student", action="rename", to="new-name")
        await before.post("/github/repository", repository="parta-student2/notes", action="delete")
    async with serve(data_file=file) as after:
        moved = await after.http.get(f"{REPOS}/{NAME}", follow_redirects=True)
        assert moved.json()["full_name"] == "new-name/catalogue"
        assert (await after.http.get(f"{REPOS}/parta-student2/notes")).status_code == 404


OLD_PULL = {
    "owner": "parta-student",
    "repo": "library-catalogue",
    "number": 1,
    "title": "Add search by author",
    "pull_id": 1079818649,
    "head_sha": "d" * 40,
    "base_sha": "b" * 40,
    "created_at": "2026-09-01T12:00:00Z",
    "updated_at": "2026-09-02T12:00:00Z",
    "state": "open",
    "commits": 2,
    "closed_at": None,
    "merged_at": None,
    "reviews": [
        {
            "review_id": 7181180708,
            "login": "parta-curator",
            "state": "approved",
            "body": "Good",
            "commit_id": "a" * 40,
            "submitted_at": "2026-09-01T12:00:00Z",
        }
    ],
}


async def test_what_a_sandbox_knew_before_it_knew_repositories_is_still_there(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file):
        pass
    kept = json.loads(file.read_text())
    delivery = {"delivery_id": "a-guid", "event": "ping", "action": None, "status": 202}
    kept["github"] = {
        "next_review_id": 7181180709,
        "pulls": [OLD_PULL],
        "tokens": [{"login": "parta-student", "scope": "read:user", "value": "gho_old"}],
        "deliveries": [
            {**delivery, "at": "2026-09-01T12:00:00Z", "duration_ms": 3, "redelivery": False}
        ],
    }
    file.write_text(json.dumps(kept))
    async with serve(data_file=file) as sandbox:
        found = await sandbox.get(f"{REPOS}/{NAME}/pulls/1")
        assert (found["id"], found["head"]["sha"]) == (1079818649, "d" * 40)
        assert found["base"]["repo"]["id"] == 319731027
        (review,) = await sandbox.get(f"{REPOS}/{NAME}/pulls/1/reviews")
        assert (review["id"], review["user"]["login"]) == (7181180708, "parta-curator")
        user = await sandbox.http.get(
            "/github/api/user", headers={"authorization": "token gho_old"}
        )
        assert user.json()["login"] == "parta-student"
        assert (await sandbox.get("/github/deliveries"))[0]["id"] == "a-guid"
        pushed = await sandbox.post("/github/push", pull=PULL.url)
        assert (pushed["before"], pushed["status"]) == ("d" * 40, 202)
