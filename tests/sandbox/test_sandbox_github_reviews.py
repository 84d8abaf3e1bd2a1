"""GitHub's reviews: by whom, of which commit, and what is taken back."""

from __future__ import annotations

import json

import pytest

from sandbox.github.state import new_state
from sandbox.school import PULLS
from tests.sandbox.serving import Served

PULL = PULLS[0]
API = f"/github/api/repos/{PULL.owner}/{PULL.repo}/pulls/1"
OWN = {"authorization": "Bearer ghp_parta"}


async def test_a_stranger_and_a_bot_review_as_what_they_are(sandbox: Served) -> None:
    for by in ("stranger", "bot", "curator"):
        await sandbox.post("/github/review", pull=PULL.url, by=by, state="approved")
    found = await sandbox.get(f"{API}/reviews")
    assert [
        (one["user"]["login"], one["user"]["type"], one["author_association"]) for one in found
    ] == [
        ("parta-stranger", "User", "NONE"),
        ("parta-checks[bot]", "Bot", "NONE"),
        ("parta-curator", "User", "COLLABORATOR"),
    ]
    bot = json.loads(sandbox.hook.came[1][1])["sender"]
    assert bot["html_url"] == "https://github.com/apps/parta-checks"
    assert (await sandbox.http.get(bot["url"])).json()["id"] == bot["id"]


async def test_the_student_may_only_comment_on_the_own_pull_request(sandbox: Served) -> None:
    for state in ("approved", "changes_requested"):
        deed = {"pull": PULL.url, "by": "student", "state": state}
        assert (await sandbox.http.post("/github/review", json=deed)).status_code == 422
    await sandbox.post("/github/review", pull=PULL.url, by="student", state="commented", body="?")
    (one,) = await sandbox.get(f"{API}/reviews")
    assert (one["state"], one["author_association"]) == ("COMMENTED", "OWNER")


@pytest.mark.parametrize("force", [True, False])
async def test_a_review_may_be_of_an_older_commit(sandbox: Served, force: bool) -> None:
    pushed = await sandbox.post("/github/push", pull=PULL.url, force=force)
    await sandbox.post(
        "/github/review",
        pull=PULL.url,
        by="curator",
        state="approved",
        commit_id=pushed["before"],
    )
    (one,) = await sandbox.get(f"{API}/reviews")
    assert one["commit_id"] == pushed["before"] != pushed["head_sha"]
    deed = {"pull": PULL.url, "by": "curator", "state": "approved", "commit_id": "f" * 40}
    assert (await sandbox.http.post("/github/review", json=deed)).status_code == 422


async def test_a_review_that_is_being_written_is_nobody_elses(sandbox: Served) -> None:
    deed = {"pull": PULL.url, "by": "administrator"}
    begun = await sandbox.post("/github/review", **deed, state="pending", body="Hm")
    assert (begun["delivery_id"], sandbox.hook.came) == (None, [])
    assert await sandbox.get(f"{API}/reviews") == []
    (own,) = (await sandbox.http.get(f"{API}/reviews", headers=OWN)).json()
    assert (own["state"], "submitted_at" in own) == ("PENDING", False)
    await sandbox.post("/github/review", pull=PULL.url, by="curator", state="commented")
    sandbox.clock.advance(60)
    ended = await sandbox.post("/github/review", **deed, state="approved", body="Good")
    assert ended["review_id"] == begun["review_id"]
    found = await sandbox.get(f"{API}/reviews")
    assert [(one["state"], one["submitted_at"][11:16]) for one in found] == [
        ("COMMENTED", "12:00"),
        ("APPROVED", "12:01"),
    ]


async def test_the_owner_and_the_staff_dismiss_others_do_not(sandbox: Served) -> None:
    given = [
        (await sandbox.post("/github/review", pull=PULL.url, by=by, state="approved"))["review_id"]
        for by in ("curator", "stranger", "teacher")
    ]
    deed = {"pull": PULL.url, "state": "dismissed"}
    for by in ("stranger", "bot", "student2"):
        refused = await sandbox.http.post(
            "/github/review", json={**deed, "by": by, "review_id": given[0]}
        )
        assert refused.status_code == 403, by
    one = await sandbox.post("/github/review", **deed, by="student")
    two = await sandbox.post("/github/review", **deed, by="curator", review_id=given[1])
    three = await sandbox.post("/github/review", **deed, by="curator")
    assert [two["review_id"], one["review_id"], three["review_id"]] == [
        given[1],
        given[2],
        given[0],
    ]
    told = [json.loads(body) for _, body in sandbox.hook.came[3:]]
    assert [(each["action"], each["sender"]["login"]) for each in told] == [
        ("dismissed", "parta-student"),
        ("dismissed", "parta-curator"),
        ("dismissed", "parta-curator"),
    ]
    assert {each["state"] for each in await sandbox.get(f"{API}/reviews")} == {"DISMISSED"}
    nothing = await sandbox.http.post("/github/review", json={**deed, "by": "student"})
    assert nothing.status_code == 404


async def test_a_deleted_account_leaves_its_review_to_nobody(sandbox: Served) -> None:
    await sandbox.post("/github/review", pull=PULL.url, by="stranger", state="approved")
    await sandbox.post("/github/account", account="stranger", action="delete")
    (one,) = await sandbox.get(f"{API}/reviews")
    assert (one["user"], one["state"]) == (None, "APPROVED")
    gone = await sandbox.http.get("/github/api/users/parta-stranger")
    assert gone.status_code == 404


async def test_a_deleted_author_is_shown_as_the_ghost(sandbox: Served) -> None:
    url = "https://github.com/parta-school/first-task/pull/1"
    await sandbox.post("/github/pull", pull=url, action="opened", by="stranger")
    await sandbox.post("/github/account", account="stranger", action="delete")
    found = await sandbox.get("/github/api/repos/parta-school/first-task/pulls/1")
    assert found["user"]["login"] == "ghost"
    (commit,) = await sandbox.get("/github/api/repos/parta-school/first-task/pulls/1/commits")
    assert commit["author"] is None


def test_an_id_that_a_kill_took_with_it_does_not_come_again() -> None:
    state = new_state(1_000)
    state.leap(2_000)
    assert (state.next_review_id, state.next_id) == (8_000, 8_000)
    state.leap(1_500)
    assert (state.next_review_id, state.next_id) == (8_000, 8_000)
