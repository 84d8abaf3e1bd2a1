"""GitHub's pull requests: drafts, pushes, lists, and who has what."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from sandbox.school import PEOPLE, PULLS
from tests.sandbox.serving import Served

PULL = PULLS[0]
API = f"/github/api/repos/{PULL.owner}/{PULL.repo}"
OWN = {"authorization": "Bearer ghp_parta"}
NOTES = "https://github.com/parta-student/notes/pull/{}"


def last_payload(sandbox: Served) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sandbox.hook.came[-1][1])
    return found


def links(answer: httpx.Response) -> dict[str, str]:
    return {str(name): link["url"] for name, link in answer.links.items()}


async def test_a_draft_is_opened_made_ready_and_a_draft_again(sandbox: Served) -> None:
    url = NOTES.format(1)
    await sandbox.post("/github/pull", pull=url, action="opened", title="Notes", draft=True)
    opened = last_payload(sandbox)
    assert (opened["action"], opened["pull_request"]["draft"]) == ("opened", True)
    for action, draft in (("ready_for_review", False), ("converted_to_draft", True)):
        sandbox.clock.advance(60)
        await sandbox.post("/github/pull", pull=url, action=action)
        told = last_payload(sandbox)
        assert (told["action"], told["pull_request"]["draft"]) == (action, draft)
        found = await sandbox.get("/github/api/repos/parta-student/notes/pulls/1")
        assert (found["draft"], found["updated_at"]) == (draft, told["pull_request"]["updated_at"])


@pytest.mark.parametrize(
    ("before", "action"),
    [
        ([], "ready_for_review"),
        (["converted_to_draft"], "converted_to_draft"),
        (["converted_to_draft"], "merged"),
        (["closed"], "converted_to_draft"),
        (["merged"], "reopened"),
    ],
)
async def test_what_a_pull_request_cannot_become_is_refused(
    sandbox: Served, before: list[str], action: str
) -> None:
    for one in before:
        await sandbox.post("/github/pull", pull=PULL.url, action=one)
    refused = await sandbox.http.post("/github/pull", json={"pull": PULL.url, "action": action})
    assert refused.status_code == 409


async def test_a_title_is_edited_and_the_old_one_told(sandbox: Served) -> None:
    await sandbox.post("/github/pull", pull=PULL.url, action="edited", title="Better")
    told = last_payload(sandbox)
    assert told["changes"] == {"title": {"from": PULL.title}}
    assert (await sandbox.get(f"{API}/pulls/1"))["title"] == "Better"


async def test_pushed_commits_carry_the_committers_own_date(sandbox: Served) -> None:
    yesterday = "2026-08-31T07:00:00Z"
    answer = await sandbox.post(
        "/github/push", pull=PULL.url, commits=2, committed_at="2026-08-31T10:00:00+03:00"
    )
    commits = await sandbox.get(f"{API}/pulls/1/commits")
    assert [one["commit"]["committer"]["date"] for one in commits][1:] == [yesterday] * 2
    assert commits[-1]["sha"] == answer["head_sha"]
    found = await sandbox.get(f"{API}/pulls/1")
    assert (found["commits"], found["updated_at"]) == (3, "2026-09-01T12:00:00Z")


async def test_a_force_push_replaces_what_was_there(sandbox: Served) -> None:
    first = await sandbox.get(f"{API}/pulls/1/commits")
    answer = await sandbox.post("/github/push", pull=PULL.url, force=True)
    assert (answer["before"], answer["forced"]) == (first[-1]["sha"], True)
    told = last_payload(sandbox)
    assert (told["before"], told["after"]) == (answer["before"], answer["head_sha"])
    commits = await sandbox.get(f"{API}/pulls/1/commits")
    assert [one["sha"] for one in commits] == [answer["head_sha"]]


async def test_somebody_may_work_in_a_repository_that_is_not_theirs(sandbox: Served) -> None:
    url = "https://github.com/parta-school/first-task/pull/1"
    refused = await sandbox.http.post("/github/pull", json={"pull": url, "action": "opened"})
    assert refused.status_code == 400
    await sandbox.post("/github/pull", pull=url, action="opened", by="student")
    found = await sandbox.get("/github/api/repos/parta-school/first-task/pulls/1")
    assert found["user"]["login"] == "parta-student"
    assert found["base"]["repo"]["owner"]["type"] == "Organization"


async def test_a_persons_repositories_are_listed_also_those_without_pulls(
    sandbox: Served,
) -> None:
    found = await sandbox.get("/github/api/users/Parta-Student/repos")
    assert [one["name"] for one in found] == ["library-catalogue", "notes"]
    assert await sandbox.get("/github/api/repos/parta-student/notes/pulls") == []
    user = await sandbox.get("/github/api/users/parta-student")
    assert user["public_repos"] == 2
    missing = await sandbox.http.get("/github/api/users/nobody-here/repos")
    assert missing.status_code == 404


async def test_repositories_are_sorted_as_asked(sandbox: Served) -> None:
    sandbox.clock.advance(60)
    await sandbox.post("/github/repository", repository="parta-student/archive", action="create")
    sandbox.clock.advance(60)
    await sandbox.post("/github/push", pull=PULL.url)
    path = "/github/api/users/parta-student/repos"
    by_name = ["archive", "library-catalogue", "notes"]
    for query, expected in (
        ({}, by_name),
        ({"direction": "desc"}, by_name[::-1]),
        ({"sort": "pushed"}, ["library-catalogue", "archive", "notes"]),
        ({"sort": "created", "direction": "asc"}, ["library-catalogue", "notes", "archive"]),
    ):
        found = await sandbox.get(path, **query)
        assert [one["name"] for one in found] == expected, query


async def test_pulls_are_sorted_and_paged_as_asked(sandbox: Served) -> None:
    for number in (1, 2, 3):
        sandbox.clock.advance(60)
        await sandbox.post("/github/pull", pull=NOTES.format(number), action="opened")
    sandbox.clock.advance(60)
    await sandbox.post("/github/push", pull=NOTES.format(2))
    path = "/github/api/repos/parta-student/notes/pulls"
    for query, expected in (
        ({}, [3, 2, 1]),
        ({"direction": "asc"}, [1, 2, 3]),
        ({"sort": "updated", "direction": "desc"}, [2, 3, 1]),
    ):
        assert [one["number"] for one in await sandbox.get(path, **query)] == expected, query
    for wrong in ({"state": "new"}, {"sort": "taste"}, {"direction": "up"}):
        assert (await sandbox.http.get(path, params=wrong)).status_code == 422


async def test_a_list_is_walked_by_its_links_and_they_name_no_names(sandbox: Served) -> None:
    await sandbox.post("/github/seed", owner="student", prefix="many", repositories=205)
    path: str | None = "/github/api/users/parta-student/repos?per_page=1000&type=owner"
    names: list[str] = []
    ways = []
    while path:
        answer = await sandbox.http.get(path, headers=OWN)
        names += [one["name"] for one in answer.json()]
        ways.append(set(links(answer)))
        path = links(answer).get("next")
        assert path is None or f"/user/{PEOPLE[0].github_id}/repos?" in path
    assert len(names) == len(set(names)) == 207
    assert ways == [{"next", "last"}, {"prev", "next", "last", "first"}, {"prev", "first"}]
    beyond = await sandbox.http.get(f"{API}/pulls?page=9", headers=OWN)
    assert (beyond.status_code, beyond.json()) == (200, [])


@pytest.mark.parametrize(
    "path",
    ["", "/pulls", "/pulls/1", "/pulls/1/reviews", "/pulls/1/commits"],
)
async def test_an_answer_has_a_tag_of_its_own_until_it_changes(sandbox: Served, path: str) -> None:
    plain = {**OWN, "accept-encoding": "identity"}
    first = await sandbox.http.get(API + path, headers=plain)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    packed = await sandbox.http.get(API + path, headers={**OWN, "accept-encoding": "gzip"})
    assert packed.headers["etag"] == f"W/{tag}"
    for known in (tag, f"W/{tag}", f'"another", W/{tag}'):
        again = await sandbox.http.get(API + path, headers={**plain, "if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    await sandbox.post("/github/review", pull=PULL.url, by="curator", state="approved", body="Good")
    sandbox.clock.advance(60)
    await sandbox.post("/github/push", pull=PULL.url)
    changed = await sandbox.http.get(API + path, headers={**plain, "if-none-match": tag})
    assert changed.status_code == 200


async def test_a_pull_request_is_unchanged_since_its_last_change_and_after(
    sandbox: Served,
) -> None:
    first = await sandbox.http.get(f"{API}/pulls/1", headers=OWN)
    assert first.headers["last-modified"] == "Tue, 01 Sep 2026 12:00:00 GMT"
    for since, status in (
        ("Tue, 01 Sep 2026 11:59:59 GMT", 200),
        ("Tue, 01 Sep 2026 12:00:00 GMT", 304),
        ("Tue, 01 Sep 2026 13:00:00 GMT", 304),
        ("yesterday", 200),
    ):
        asked = {**OWN, "if-modified-since": since}
        answer = await sandbox.http.get(f"{API}/pulls/1", headers=asked)
        assert answer.status_code == status, since
    # A tag that is known to be old says more than a date.
    both = {**OWN, "if-none-match": '"x"', "if-modified-since": first.headers["last-modified"]}
    assert (await sandbox.http.get(f"{API}/pulls/1", headers=both)).status_code == 200
    assert "last-modified" not in (await sandbox.http.get(f"{API}/pulls", headers=OWN)).headers


async def test_who_asks_without_a_name_or_for_an_unknown_version_is_refused(
    sandbox: Served,
) -> None:
    nameless = await sandbox.http.get(API, headers={"user-agent": ""})
    assert (nameless.status_code, "User-Agent" in nameless.json()["message"]) == (403, True)
    version = {"x-github-api-version": "1999-01-01"}
    assert (await sandbox.http.get(API, headers=version)).status_code == 400


async def test_pulls_opened_at_once_are_all_there(sandbox: Served) -> None:
    await asyncio.gather(
        *(
            sandbox.post("/github/pull", pull=NOTES.format(number), action="opened")
            for number in range(1, 6)
        )
    )
    found = await sandbox.get("/github/api/repos/parta-student/notes/pulls")
    assert sorted(one["number"] for one in found) == [1, 2, 3, 4, 5]
