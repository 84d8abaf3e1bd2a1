"""Google as a real OAuth client meets it."""

from __future__ import annotations

import hmac
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import extract_compact

from sandbox.google.accounts import EMAIL, GMAIL, PROFILE, subject_of
from sandbox.google.state import REFRESH_TOKENS_KEPT
from sandbox.oauth.codes import unpadded
from sandbox.oauth.forging import FORGERIES
from sandbox.school import PEOPLE
from tests.sandbox.serving import Served, serve
from tests.sandbox.signing_in import PKCE, VERIFIER, come_back, read_id_token

AUTHORIZE = "/google/o/oauth2/v2/auth"
STUDENT = PEOPLE[0]
OFFLINE = {"access_type": "offline"}
REVOKED = {
    "error": "invalid_grant",
    "error_description": "Token has been expired or revoked.",
}


def asking(sandbox: Served, **changes: str) -> dict[str, str]:
    """What a client asks Google with, signing in."""
    return {
        "client_id": "google-client",
        "redirect_uri": sandbox.settings.google_redirect_urls[0],
        "response_type": "code",
        "scope": "openid email profile",
        "state": "a-state",
        "nonce": "a-nonce",
        "login": "student",
        **PKCE,
        **changes,
    }


async def exchange(sandbox: Served, **fields: str) -> httpx.Response:
    return await sandbox.http.post(
        "/google/token",
        data={
            "client_id": "google-client",
            "client_secret": "google-secret",
            "grant_type": "authorization_code",
            **fields,
        },
    )


async def sign_in(sandbox: Served, **changes: str) -> dict[str, Any]:
    """The whole way; what the token door gave."""
    asked = asking(sandbox, **changes)
    back = await come_back(sandbox, AUTHORIZE, asked)
    answer = await exchange(
        sandbox,
        code=back["code"],
        redirect_uri=asked["redirect_uri"],
        code_verifier=VERIFIER,
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def refresh(sandbox: Served, token: str) -> httpx.Response:
    return await exchange(sandbox, grant_type="refresh_token", refresh_token=token)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_person_signs_in_by_what_the_discovery_document_says(
    sandbox: Served, method: str
) -> None:
    told = await sandbox.get("/google/.well-known/openid-configuration")
    async with AsyncOAuth2Client(
        "google-client",
        "google-secret",
        redirect_uri=sandbox.settings.google_redirect_urls[0],
        scope="openid email profile",
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        trust_env=False,
        verify=False,
    ) as oauth:
        url, state = oauth.create_authorization_url(
            told["authorization_endpoint"], code_verifier=VERIFIER, nonce="a-nonce"
        )
        back = await come_back(sandbox, f"{url}&login=student", {})
        assert (back["state"], back["iss"]) == (state, told["issuer"])
        token = await oauth.fetch_token(
            told["token_endpoint"], code=back["code"], code_verifier=VERIFIER
        )
        user = (await oauth.get(told["userinfo_endpoint"])).json()
    claims = await read_id_token(sandbox, "/google", token["id_token"])
    assert (claims["aud"], claims["azp"]) == ("google-client", "google-client")
    assert (claims["nonce"], claims["email"]) == ("a-nonce", STUDENT.email)
    assert claims["email_verified"] is True
    assert claims["given_name"] == claims["name"] == STUDENT.name
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 60
    assert user["sub"] == claims["sub"] == subject_of(STUDENT)
    assert "refresh_token" not in token


def test_a_subject_is_of_twenty_one_digits_and_a_persons_own() -> None:
    subjects = {subject_of(person) for person in PEOPLE}
    assert len(subjects) == len(PEOPLE)
    assert all(re.fullmatch(r"[0-9]{21}", subject) for subject in subjects)


async def test_the_page_asks_and_a_button_answers(sandbox: Served) -> None:
    asked = asking(
        sandbox, state='"><b>x', scope=f"openid {GMAIL}", login_hint="teacher@example.org"
    )
    del asked["login"]
    page = await sandbox.http.get(AUTHORIZE, params=asked)
    assert "<b>x" not in page.text
    assert "Google of the sandbox" in page.text
    assert page.text.index("<b>Teacher</b>") < page.text.index(f"<b>{STUDENT.name}</b>")
    assert f'name="withhold" value="{GMAIL}"' in page.text
    assert (
        f"form-action 'self' {sandbox.settings.public_url}"
        in (page.headers["content-security-policy"])
    )
    chosen = await sandbox.http.post(AUTHORIZE, data={**asked, "login": "teacher"})
    back = parse_qs(urlsplit(chosen.headers["location"]).query)
    assert back["state"] == [asked["state"]]


async def test_nobody_is_signed_in_by_a_hint(sandbox: Served) -> None:
    asked = asking(sandbox, login_hint=STUDENT.email)
    del asked["login"]
    assert (await sandbox.http.get(AUTHORIZE, params=asked)).status_code == 200
    lost = await sandbox.http.get(AUTHORIZE, params={**asked, "login": "nobody"})
    assert lost.status_code == 404


async def test_a_person_may_decline(sandbox: Served) -> None:
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox, deny="1"))
    assert back == {"error": "access_denied", "state": "a-state"}


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"client_id": ""},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"scope": ""},
        {"scope": "openid everything"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
    ],
)
async def test_a_wrong_request_is_shown_and_sent_nowhere(
    sandbox: Served, change: dict[str, str]
) -> None:
    answer = await sandbox.http.get(AUTHORIZE, params=asking(sandbox, **change))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_an_address_must_be_exactly_one_of_the_two(sandbox: Served) -> None:
    one, two = sandbox.settings.google_redirect_urls
    for address in (one, two):
        await come_back(sandbox, AUTHORIZE, asking(sandbox, redirect_uri=address))
    for address in (f"{one}?x=1", f"{two}/", one.upper()):
        asked = asking(sandbox, redirect_uri=address)
        assert (await sandbox.http.get(AUTHORIZE, params=asked)).status_code == 400


async def test_without_an_id_there_is_no_such_application() -> None:
    async with serve(changes={"google_client_id": "", "google_client_secret": ""}) as sandbox:
        asked = asking(sandbox, client_id="")
        assert (await sandbox.http.get(AUTHORIZE, params=asked)).status_code == 400
        refused = await exchange(sandbox, client_id="", client_secret="", code="x")
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_a_code_works_once(sandbox: Served) -> None:
    asked = asking(sandbox)
    code = (await come_back(sandbox, AUTHORIZE, asked))["code"]
    fields = {"code": code, "redirect_uri": asked["redirect_uri"], "code_verifier": VERIFIER}
    assert (await exchange(sandbox, **fields)).status_code == 200
    again = await exchange(sandbox, **fields)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_ten_minutes_old_at_most(sandbox: Served) -> None:
    asked = asking(sandbox)
    code = (await come_back(sandbox, AUTHORIZE, asked))["code"]
    sandbox.clock.advance(601)
    answer = await exchange(
        sandbox, code=code, redirect_uri=asked["redirect_uri"], code_verifier=VERIFIER
    )
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": f"{VERIFIER}x"}, "invalid_grant"),
        ({"redirect_uri": ""}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://evil.example/"}, "redirect_uri_mismatch"),
        ({"code": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_what_does_not_fit_the_code_is_refused(
    sandbox: Served, change: dict[str, str], error: str
) -> None:
    asked = asking(sandbox)
    code = (await come_back(sandbox, AUTHORIZE, asked))["code"]
    right = {"code": code, "redirect_uri": asked["redirect_uri"], "code_verifier": VERIFIER}
    answer = await exchange(sandbox, **{**right, **change})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_a_verifier_without_a_challenge_is_refused(sandbox: Served) -> None:
    asked = asking(sandbox)
    del asked["code_challenge"], asked["code_challenge_method"]
    redirect_uri = asked["redirect_uri"]
    code = (await come_back(sandbox, AUTHORIZE, asked))["code"]
    refused = await exchange(sandbox, code=code, redirect_uri=redirect_uri, code_verifier=VERIFIER)
    assert refused.json()["error"] == "invalid_grant"
    code = (await come_back(sandbox, AUTHORIZE, asked))["code"]
    assert (await exchange(sandbox, code=code, redirect_uri=redirect_uri)).status_code == 200


@pytest.mark.parametrize("change", [{"client_secret": "wrong"}, {"client_id": "another"}])
async def test_a_client_that_is_not_known_is_refused(
    sandbox: Served, change: dict[str, str]
) -> None:
    answer = await exchange(sandbox, code="x", **change)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_refresh_token_comes_the_first_time_and_when_consent_is_asked_anew(
    sandbox: Served,
) -> None:
    assert "refresh_token" not in await sign_in(sandbox)
    first = await sign_in(sandbox, **OFFLINE)
    assert "refresh_token" in first
    assert "refresh_token" not in await sign_in(sandbox, **OFFLINE)
    anew = await sign_in(sandbox, **OFFLINE, prompt="consent")
    assert anew["refresh_token"] != first["refresh_token"]
    more = await sign_in(sandbox, **OFFLINE, scope=f"openid {GMAIL}")
    assert "refresh_token" in more, "a right that is new shows the page of consent"


async def test_a_refresh_gives_an_access_token_and_nothing_to_keep(sandbox: Served) -> None:
    given = await sign_in(sandbox, **OFFLINE)
    for _ in range(2):
        answer = await refresh(sandbox, given["refresh_token"])
        assert answer.status_code == 200
        told = answer.json()
        assert told["access_token"] != given["access_token"]
        assert "refresh_token" not in told
        assert "nonce" not in await read_id_token(sandbox, "/google", told["id_token"])


async def test_what_a_person_took_back_is_refused_as_google_says_it(sandbox: Served) -> None:
    given = await sign_in(sandbox, **OFFLINE)
    assert await sandbox.post("/google/revoke_all", person="student") == {"revoked": 1}
    refused = await refresh(sandbox, given["refresh_token"])
    assert (refused.status_code, refused.json()) == (400, REVOKED)
    user = await sandbox.http.get(
        "/google/userinfo", headers={"authorization": f"Bearer {given['access_token']}"}
    )
    assert user.status_code == 401
    assert "refresh_token" in await sign_in(sandbox, **OFFLINE), "it is the first time again"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_an_application_gives_back_all_by_either_token(sandbox: Served, which: str) -> None:
    given = await sign_in(sandbox, **OFFLINE)
    other = await sign_in(sandbox, **OFFLINE, login="teacher")
    answer = await sandbox.http.post("/google/revoke", data={"token": given[which]})
    assert (answer.status_code, answer.json()) == (200, {})
    assert (await refresh(sandbox, given["refresh_token"])).json() == REVOKED
    assert (await refresh(sandbox, other["refresh_token"])).status_code == 200
    again = await sandbox.http.post("/google/revoke", params={"token": given[which]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


async def test_more_than_a_hundred_refresh_tokens_cost_the_oldest(sandbox: Served) -> None:
    given = [
        (await sign_in(sandbox, **OFFLINE, prompt="consent", scope="email"))["refresh_token"]
        for _ in range(REFRESH_TOKENS_KEPT + 1)
    ]
    assert (await refresh(sandbox, given[0])).json() == REVOKED
    assert (await refresh(sandbox, given[1])).status_code == 200


async def test_an_access_token_lives_an_hour(sandbox: Served) -> None:
    given = await sign_in(sandbox)
    headers = {"authorization": f"Bearer {given['access_token']}"}
    assert (await sandbox.http.get("/google/userinfo", headers=headers)).status_code == 200
    sandbox.clock.advance(3600)
    assert (await sandbox.http.get("/google/userinfo", headers=headers)).status_code == 401


async def test_scopes_are_told_by_their_long_names(sandbox: Served) -> None:
    told = await sign_in(sandbox, scope=f"openid email profile {GMAIL}")
    assert set(told["scope"].split()) == {"openid", EMAIL, PROFILE, GMAIL}


async def test_a_person_may_keep_a_right_back(sandbox: Served) -> None:
    told = await sign_in(sandbox, scope=f"openid {GMAIL}", withhold=GMAIL)
    assert told["scope"] == "openid"
    told = await sign_in(sandbox, scope="openid", withhold="openid")
    assert told["scope"] == "openid", "who signs in says who they are"


async def test_rights_that_were_granted_before_may_be_added(sandbox: Served) -> None:
    await sign_in(sandbox, scope=f"openid {GMAIL}")
    assert (await sign_in(sandbox, scope="openid"))["scope"] == "openid"
    told = await sign_in(sandbox, scope="openid", include_granted_scopes="true")
    assert GMAIL in told["scope"]


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused_and_the_next_is_right(
    sandbox: Served, forgery: str
) -> None:
    await sandbox.post("/google/spoil", forgery=forgery)
    forged = (await sign_in(sandbox))["id_token"]
    with pytest.raises((JoseError, ValueError)):
        await read_id_token(sandbox, "/google", forged)
    told = (await sign_in(sandbox))["id_token"]
    assert (await read_id_token(sandbox, "/google", told))["nonce"] == "a-nonce"


async def test_a_forged_token_is_what_a_careless_client_would_believe(sandbox: Served) -> None:
    """The key that it brings fits, and so does the public key taken for a secret."""
    await sandbox.post("/google/spoil", forgery="jwk")
    token = (await sign_in(sandbox))["id_token"]
    brought = ECKey.import_key(extract_compact(token.encode()).headers()["jwk"])
    assert jwt.decode(token, brought).claims["sub"] == subject_of(STUDENT)

    await sandbox.post("/google/spoil", forgery="hs256")
    signed, _, signature = (await sign_in(sandbox))["id_token"].rpartition(".")
    (key,) = (await sandbox.get("/google/oauth2/v3/certs"))["keys"]
    secret = RSAKey.import_key(key).as_pem(private=False)
    assert signature == unpadded(hmac.digest(secret, signed.encode(), "sha256"))


async def test_claims_are_spoilt_once(sandbox: Served) -> None:
    await sandbox.post("/google/spoil", claims={"aud": "another", "nonce": None})
    spoilt = await read_id_token(sandbox, "/google", (await sign_in(sandbox))["id_token"])
    assert spoilt["aud"] == "another"
    assert "nonce" not in spoilt
    right = await read_id_token(sandbox, "/google", (await sign_in(sandbox))["id_token"])
    assert (right["aud"], right["nonce"]) == ("google-client", "a-nonce")


async def test_a_new_key_signs_and_the_old_one_is_still_published(sandbox: Served) -> None:
    before = (await sign_in(sandbox))["id_token"]
    await sandbox.post("/google/rotate_keys")
    after = (await sign_in(sandbox))["id_token"]
    kids = [extract_compact(token.encode()).headers()["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    for token in (before, after):
        await read_id_token(sandbox, "/google", token)


async def test_refresh_tokens_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as before:
        token = (await sign_in(before, **OFFLINE))["refresh_token"]
    async with serve(data_file=file) as after:
        assert (await refresh(after, token)).status_code == 200
        assert "refresh_token" not in await sign_in(after, **OFFLINE)


async def test_a_state_file_of_before_google_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as before:
        await before.post("/telegram/say", chat_id=STUDENT.chat_id, text="remember")
    state = json.loads(file.read_text())
    del state["google"]
    file.write_text(json.dumps(state))
    async with serve(data_file=file) as after:
        assert (await after.messages(STUDENT.chat_id))[0]["text"] == "remember"


async def test_faults_meet_programs_and_all_is_counted(sandbox: Served) -> None:
    await sandbox.post("/faults", system="google", method="POST /token", status=503)
    assert (await exchange(sandbox, code="x")).status_code == 503
    await sandbox.post("/faults", system="google", retry_after=30)
    limited = await sandbox.http.get("/google/.well-known/openid-configuration")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "30")
    await sandbox.post("/faults", system="google", drop=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await sandbox.http.get("/google/oauth2/v3/certs")
    counts = (await sandbox.get("/counts"))["google"]
    assert counts["POST /token"]["requests"] == 1
    assert counts["GET /oauth2/v3/certs"]["requests"] == 1
