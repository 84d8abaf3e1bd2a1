"""GitHub as a real OAuth client, a REST client and a webhook receiver meet it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client

from sandbox.school import PEOPLE, PULLS
from tests.sandbox.serving import Served, serve

PULL = PULLS[0]
API = f"/github/api/repos/{PULL.owner}/{PULL.repo}"
OWN = {"authorization": "Bearer ghp_parta"}
VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-1234"


def client(sandbox: Served, **settings: Any) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        "client",
        settings.pop("secret", "client-secret"),
        redirect_uri=sandbox.settings.github_oauth_redirect_url,
        scope="read:user user:email",
        code_challenge_method="S256",
        trust_env=False,
        verify=False,
        **settings,
    )


async def come_back(sandbox: Served, url: str, **more: str) -> dict[str, str]:
    """Open the authorize address as somebody, and read the way back."""
    answer = await sandbox.http.get(str(httpx.URL(url).copy_merge_params(more)))
    assert answer.status_code == 302, answer.text
    return {
        name: value[0] for name, value in parse_qs(answer.headers["location"].split("?")[1]).items()
    }


async def new_code(sandbox: Served) -> str:
    async with client(sandbox) as oauth:
        url, _ = oauth.create_authorization_url(
            f"{sandbox.settings.url}/github/login/oauth/authorize"
        )
    return (await come_back(sandbox, url, login="parta-student"))["code"]


async def exchange(sandbox: Served, **fields: str) -> dict[str, Any]:
    answer = await sandbox.http.post(
        "/github/login/oauth/access_token",
        data={"client_id": "client", "client_secret": "client-secret", **fields},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_person_signs_in_with_pkce(sandbox: Served, method: str) -> None:
    async with client(sandbox, token_endpoint_auth_method=method) as oauth:
        url, state = oauth.create_authorization_url(
            f"{sandbox.settings.url}/github/login/oauth/authorize", code_verifier=VERIFIER
        )
        back = await come_back(sandbox, url, login="parta-student")
        assert back["state"] == state
        token = await oauth.fetch_token(
            f"{sandbox.settings.url}/github/login/oauth/access_token",
            code=back["code"],
            code_verifier=VERIFIER,
        )
        assert token["token_type"] == "bearer"
        user = (await oauth.get(f"{sandbox.settings.url}/github/api/user")).json()
        emails = (await oauth.get(f"{sandbox.settings.url}/github/api/user/emails")).json()
    assert (user["id"], user["login"]) == (PEOPLE[0].github_id, PEOPLE[0].github_login)
    assert emails[0]["email"] == PEOPLE[0].email


async def test_the_page_asks_who_is_there_and_a_button_answers(sandbox: Served) -> None:
    fields = {
        "client_id": "client",
        "redirect_uri": sandbox.settings.github_oauth_redirect_url,
        "state": '"><b>x',
    }
    page = await sandbox.http.get("/github/login/oauth/authorize", params=fields)
    assert all(person.github_login in page.text for person in PEOPLE)
    assert "<b>x" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    chosen = await sandbox.http.post(
        "/github/login/oauth/authorize", data={**fields, "login": "parta-teacher"}
    )
    back = parse_qs(urlsplit(chosen.headers["location"]).query)
    assert back["state"] == [fields["state"]]
    assert (await exchange(sandbox, code=back["code"][0]))["access_token"].startswith("gho_")


async def test_a_person_may_decline(sandbox: Served) -> None:
    async with client(sandbox) as oauth:
        url, _ = oauth.create_authorization_url(
            f"{sandbox.settings.url}/github/login/oauth/authorize"
        )
    assert (await come_back(sandbox, url, deny="1"))["error"] == "access_denied"


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": ""},
        {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)
async def test_a_wrong_request_to_authorize_is_shown_and_sent_nowhere(
    sandbox: Served, change: dict[str, str]
) -> None:
    fields = {
        "client_id": "client",
        "redirect_uri": sandbox.settings.github_oauth_redirect_url,
        "login": "parta-student",
        **change,
    }
    answer = await sandbox.http.get("/github/login/oauth/authorize", params=fields)
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_the_redirect_address_must_be_exactly_the_registered_one(sandbox: Served) -> None:
    longer = sandbox.settings.github_oauth_redirect_url + "?x=1"
    fields = {"client_id": "client", "redirect_uri": longer, "login": "parta-student"}
    answer = await sandbox.http.get("/github/login/oauth/authorize", params=fields)
    assert answer.status_code == 400


async def test_a_code_works_once(sandbox: Served) -> None:
    code = await new_code(sandbox)
    assert "access_token" in await exchange(sandbox, code=code)
    assert (await exchange(sandbox, code=code))["error"] == "bad_verification_code"


async def test_a_code_is_ten_minutes_old_at_most(sandbox: Served) -> None:
    code = await new_code(sandbox)
    sandbox.clock.advance(601)
    assert (await exchange(sandbox, code=code))["error"] == "bad_verification_code"


async def test_a_challenge_wants_its_verifier(sandbox: Served) -> None:
    for verifier in ({}, {"code_verifier": "another"}):
        async with client(sandbox) as oauth:
            url, _ = oauth.create_authorization_url(
                f"{sandbox.settings.url}/github/login/oauth/authorize", code_verifier=VERIFIER
            )
        back = await come_back(sandbox, url, login="curator")
        answer = await exchange(sandbox, code=back["code"], **verifier)
        assert answer["error"] == "bad_verification_code"


async def test_wrong_credentials_and_addresses_are_answered_in_githubs_way(
    sandbox: Served,
) -> None:
    code = await new_code(sandbox)
    refused = await exchange(sandbox, code=code, client_secret="wrong")
    assert refused["error"] == "incorrect_client_credentials"
    assert "error_description" in refused
    refused = await exchange(sandbox, code=code, redirect_uri="http://evil.example/")
    assert refused["error"] == "redirect_uri_mismatch"


async def test_a_token_answer_is_a_form_unless_json_is_asked_for(sandbox: Served) -> None:
    answer = await sandbox.http.post(
        "/github/login/oauth/access_token",
        data={
            "client_id": "client",
            "client_secret": "client-secret",
            "code": await new_code(sandbox),
        },
    )
    assert answer.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(answer.text)["token_type"] == ["bearer"]


async def test_a_review_has_its_commit_and_a_dismissal_keeps_its_id(sandbox: Served) -> None:
    head = (await sandbox.get(f"{API}/pulls/1"))["head"]["sha"]
    deed = {"pull": PULL.url, "by": "curator"}
    first = await sandbox.post("/github/review", **deed, state="approved", body="Good")
    pushed = await sandbox.post("/github/push", pull=PULL.url)
    dismissed = await sandbox.post("/github/review", **deed, state="dismissed")
    assert dismissed["review_id"] == first["review_id"]
    submitted, synchronize, taken_back = [json.loads(body) for _, body in sandbox.hook.came]
    assert submitted["review"]["state"] == "approved"
    assert submitted["review"]["commit_id"] == taken_back["review"]["commit_id"] == head
    assert (synchronize["before"], synchronize["after"]) == (head, pushed["head_sha"])
    assert (taken_back["action"], taken_back["review"]["state"]) == ("dismissed", "dismissed")
    (review,) = await sandbox.get(f"{API}/pulls/1/reviews")
    assert (review["state"], review["body"]) == ("DISMISSED", "Good")


async def test_a_delivery_is_signed_over_its_very_bytes(sandbox: Served) -> None:
    payload = {"action": "opened", "слово": "да"}
    answer = await sandbox.post("/github/deliver", event="ping", payload=payload)
    ((headers, body),) = sandbox.hook.came
    expected = hmac.new(b"hook-secret", body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={expected}"
    assert headers["x-github-delivery"] == answer["delivery_id"]
    assert headers["user-agent"].startswith("GitHub-Hookshot/")
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == payload


async def test_a_redelivery_keeps_its_id_and_its_bytes(sandbox: Served) -> None:
    first = await sandbox.post("/github/push", pull=PULL.url)
    await sandbox.post("/github/redeliver", delivery_id=first["delivery_id"])
    (one, body), (two, same) = sandbox.hook.came
    assert one["x-github-delivery"] == two["x-github-delivery"]
    assert body == same
    assert [d["redelivery"] for d in await sandbox.get("/github/deliveries")] == [True, False]


async def test_a_failed_delivery_is_told_and_not_tried_again(sandbox: Served) -> None:
    sandbox.hook.status = 503
    assert (await sandbox.post("/github/push", pull=PULL.url))["status"] == 503
    await sandbox.post("/faults", system="hook", drop=True)
    assert (await sandbox.post("/github/push", pull=PULL.url))["status"] is None
    await sandbox.post("/faults", system="hook", drop=True, after=True)
    assert (await sandbox.post("/github/push", pull=PULL.url))["status"] is None
    assert len(sandbox.hook.came) == 2
    statuses = [one["status"] for one in await sandbox.get("/github/deliveries")]
    assert statuses == [None, None, 503]


async def test_a_parta_that_is_not_there_gives_no_status() -> None:
    async with serve(changes={"hook_url": "http://127.0.0.1:9/hooks/github"}) as sandbox:
        answer = await sandbox.post("/github/push", pull=PULL.url)
    assert answer["status"] is None


async def test_nobody_approves_their_own_pull(sandbox: Served) -> None:
    body = {"pull": PULL.url, "by": PULL.owner, "state": "approved", "body": "me"}
    assert (await sandbox.http.post("/github/review", json=body)).status_code == 422


async def test_pulls_close_reopen_merge_and_open(sandbox: Served) -> None:
    for action in ("closed", "reopened", "merged"):
        await sandbox.post("/github/pull", pull=PULL.url, action=action)
    new = PULL.url.replace("/pull/1", "/pull/2")
    await sandbox.post("/github/pull", pull=new, action="opened", title="Second work")
    payloads = [json.loads(body) for _, body in sandbox.hook.came]
    assert [payload["action"] for payload in payloads] == ["closed", "reopened", "closed", "opened"]
    assert [payload["pull_request"]["merged"] for payload in payloads] == [
        False,
        False,
        True,
        False,
    ]
    open_now = await sandbox.get(f"{API}/pulls")
    every = await sandbox.get(f"{API}/pulls", state="all")
    assert [pull["number"] for pull in open_now] == [2]
    assert [pull["number"] for pull in every] == [2, 1]


async def test_the_api_refuses_as_github_does(sandbox: Served) -> None:
    bad = await sandbox.http.get("/github/api/user", headers={"authorization": "Bearer x"})
    assert (bad.status_code, bad.json()["message"]) == (401, "Bad credentials")
    missing = await sandbox.http.get(f"{API}/pulls/99")
    assert (missing.status_code, missing.json()["message"]) == (404, "Not Found")
    assert "documentation_url" in missing.json()
    assert (await sandbox.http.get("/github/api/rocket")).status_code == 404


async def test_people_are_found_by_login_and_by_id(sandbox: Served) -> None:
    by_login = await sandbox.get("/github/api/users/Parta-Student")
    by_id = await sandbox.get(f"/github/api/user/{PEOPLE[0].github_id}")
    assert by_login == by_id
    repository = await sandbox.get(API)
    assert repository["owner"]["id"] == PEOPLE[0].github_id


async def test_an_unchanged_answer_costs_nothing(sandbox: Served) -> None:
    first = await sandbox.http.get(f"{API}/pulls/1", headers=OWN)
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == (
        "5000",
        "4999",
    )
    for known in (
        {"if-none-match": first.headers["etag"]},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        again = await sandbox.http.get(f"{API}/pulls/1", headers={**OWN, **known})
        assert (again.status_code, again.headers["x-ratelimit-remaining"]) == (304, "4999")
    count = (await sandbox.get("/counts"))["github"]["GET /repos/{owner}/{repo}/pulls/{number}"]
    assert count == {"requests": 3, "quota": 1}


async def test_without_a_token_sixty_an_hour_are_free(sandbox: Served) -> None:
    statuses = [(await sandbox.http.get(API)).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [403]
    sandbox.clock.advance(3600)
    assert (await sandbox.http.get(API)).status_code == 200


async def test_lists_come_in_pages(sandbox: Served) -> None:
    deed = {"pull": PULL.url, "by": "curator", "state": "commented"}
    for _ in range(3):
        await sandbox.post("/github/review", **deed)
    answer = await sandbox.http.get(f"{API}/pulls/1/reviews", params={"per_page": 2})
    following = httpx.Response(200, headers={"link": answer.headers["link"]}).links["next"]["url"]
    assert [len(answer.json()), len((await sandbox.http.get(following)).json())] == [2, 1]


async def test_faults_meet_the_api_and_the_token_door(sandbox: Served) -> None:
    await sandbox.post("/faults", system="github", status=502)
    assert (await sandbox.http.get(API)).status_code == 502
    await sandbox.post("/faults", system="github", retry_after=30)
    limited = await sandbox.http.get(API)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "30")
    await sandbox.post("/faults", system="github", drop=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await sandbox.http.post("/github/login/oauth/access_token", data={})


async def test_tokens_and_reviews_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as before:
        token = (await exchange(before, code=await new_code(before)))["access_token"]
        await before.post("/github/review", pull=PULL.url, by="curator", state="approved")
    async with serve(data_file=file) as after:
        headers = {"authorization": f"token {token}"}
        user = (await after.http.get("/github/api/user", headers=headers)).json()
        assert user["login"] == "parta-student"
        assert len(await after.get(f"{API}/pulls/1/reviews")) == 1
        assert (await after.get("/github/deliveries"))[0]["status"] == 202


MATERIAL = Path(os.environ.get("PARTA_MATERIAL", Path(__file__).parents[3] / "shared" / "material"))


async def test_payloads_have_every_field_of_the_captured_ones(sandbox: Served) -> None:
    path = MATERIAL / "github-webhooks" / "payloads.json"
    if not path.exists():
        pytest.skip(f"captured webhooks are not at {path} (set PARTA_MATERIAL)")
    captured = {
        (kind["name"], example["action"]): example
        for kind in json.loads(path.read_text())
        if kind["name"] in ("pull_request", "pull_request_review")
        for example in reversed(kind["examples"])
    }
    deed = {"pull": PULL.url, "by": "curator"}
    await sandbox.post("/github/review", **deed, state="changes_requested", body="no")
    await sandbox.post("/github/review", **deed, state="dismissed")
    await sandbox.post("/github/push", pull=PULL.url)
    for action in ("opened", "closed", "reopened"):
        await sandbox.post("/github/pull", pull=PULL.url, action=action)
    for headers, body in sandbox.hook.came:
        ours = json.loads(body)
        theirs = captured[headers["x-github-event"], ours["action"]]
        # Organisations and installed apps have more; a person's repository has not.
        theirs = {k: v for k, v in theirs.items() if k not in ("installation", "organization")}
        assert missing(theirs, ours) == []


def missing(theirs: Any, ours: Any, where: str = "") -> list[str]:
    """Names of fields that are there and not here, and of those of another type."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = [f"{where}.{name}" for name in theirs if name not in ours]
        for name in theirs.keys() & ours.keys():
            found += missing(theirs[name], ours[name], f"{where}.{name}")
        return found
    if theirs is None or ours is None or type(theirs) is type(ours):
        return []
    return [f"{where}: {type(ours).__name__} for {type(theirs).__name__}"]


async def test_two_reviews_at_once_are_two_reviews(sandbox: Served) -> None:
    deed = {"pull": PULL.url, "by": "curator", "state": "approved"}
    answers = await asyncio.gather(*(sandbox.post("/github/review", **deed) for _ in range(2)))
    assert len({answer["review_id"] for answer in answers}) == 2
