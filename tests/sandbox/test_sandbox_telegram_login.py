"""Telegram's logins as real clients meet them: OpenID Connect, the older widget, Mini Apps."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiogram.utils.auth_widget import check_integrity
from aiogram.utils.web_app import check_webapp_signature, parse_webapp_init_data
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from sandbox.oauth.forging import FORGERIES
from sandbox.school import PEOPLE
from tests.sandbox.serving import TOKEN, Served, serve
from tests.sandbox.signing_in import PKCE, VERIFIER, come_back, read_id_token

AUTHORIZE = "/telegram-oidc/auth"
STUDENT = PEOPLE[0]
BOT = "4242"
OTHER_BOT = "9999:another-token"


def asking(sandbox: Served, **changes: str) -> dict[str, str]:
    return {
        "client_id": BOT,
        "redirect_uri": sandbox.settings.telegram_oidc_redirect_url,
        "response_type": "code",
        "scope": "openid profile",
        "state": "a-state",
        "nonce": "a-nonce",
        "login": "student",
        **PKCE,
        **changes,
    }


async def exchange(sandbox: Served, **changes: str) -> httpx.Response:
    fields = {
        "client_id": BOT,
        "client_secret": "telegram-secret",
        "grant_type": "authorization_code",
        "redirect_uri": sandbox.settings.telegram_oidc_redirect_url,
        "code_verifier": VERIFIER,
        **changes,
    }
    return await sandbox.http.post("/telegram-oidc/token", data=fields)


async def sign_in(sandbox: Served, **changes: str) -> str:
    """The whole way; the ID token."""
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox, **changes))
    answer = await exchange(sandbox, code=back["code"])
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["id_token"]
    return token


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_person_signs_in_by_what_the_discovery_document_says(
    sandbox: Served, method: str
) -> None:
    told = await sandbox.get("/telegram-oidc/.well-known/openid-configuration")
    assert "userinfo_endpoint" not in told
    async with AsyncOAuth2Client(
        BOT,
        "telegram-secret",
        redirect_uri=sandbox.settings.telegram_oidc_redirect_url,
        scope="openid profile",
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        trust_env=False,
        verify=False,
    ) as oauth:
        url, state = oauth.create_authorization_url(
            told["authorization_endpoint"], code_verifier=VERIFIER, nonce="a-nonce"
        )
        back = await come_back(sandbox, f"{url}&login=student", {})
        assert back["state"] == state
        token = await oauth.fetch_token(
            told["token_endpoint"], code=back["code"], code_verifier=VERIFIER
        )
    claims = await read_id_token(sandbox, "/telegram-oidc", token["id_token"])
    assert (claims["aud"], claims["nonce"]) == (BOT, "a-nonce")
    assert (claims["id"], claims["name"]) == (STUDENT.chat_id, STUDENT.name)
    assert claims["preferred_username"] == "parta_student"
    assert claims["picture"].startswith(sandbox.settings.url)
    assert claims["sub"] != str(STUDENT.chat_id)
    assert claims["sub"].isdigit()


async def test_a_subject_is_another_for_each_bot(sandbox: Served) -> None:
    mine = await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox))
    async with serve(changes={"telegram_bot_token": OTHER_BOT}) as other:
        back = await come_back(other, AUTHORIZE, asking(other, client_id="9999"))
        answer = await exchange(other, client_id="9999", code=back["code"])
        theirs = await read_id_token(other, "/telegram-oidc", answer.json()["id_token"])
    assert mine["id"] == theirs["id"]
    assert mine["sub"] != theirs["sub"]


async def test_who_asks_for_no_profile_is_told_no_telegram_id(sandbox: Served) -> None:
    claims = await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox, scope="openid"))
    assert not {"id", "name", "preferred_username"} & claims.keys()


async def test_a_key_of_a_rare_curve_is_published_first(sandbox: Served) -> None:
    keys = (await sandbox.get("/telegram-oidc/.well-known/jwks.json"))["keys"]
    assert [key["alg"] for key in keys] == ["ES256K", "RS256"]
    assert all("d" not in key for key in keys)


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_token_is_refused_and_the_next_is_right(
    sandbox: Served, forgery: str
) -> None:
    await sandbox.post("/telegram/spoil", forgery=forgery)
    with pytest.raises((JoseError, ValueError)):
        await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox))
    await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox))


async def test_claims_are_spoilt_once_and_keys_change(sandbox: Served) -> None:
    await sandbox.post("/telegram/spoil", claims={"nonce": None})
    spoilt = await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox))
    assert "nonce" not in spoilt
    await sandbox.post("/telegram/rotate_keys")
    assert (await read_id_token(sandbox, "/telegram-oidc", await sign_in(sandbox)))["nonce"]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "9999"},
        {"client_id": ""},
        {"redirect_uri": "http://evil.example/"},
        {"response_type": "token"},
        {"scope": "profile"},
        {"scope": "openid everything"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_a_wrong_request_is_shown_and_sent_nowhere(
    sandbox: Served, change: dict[str, str]
) -> None:
    answer = await sandbox.http.get(AUTHORIZE, params=asking(sandbox, **change))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_without_botfathers_secret_there_is_no_such_application() -> None:
    async with serve(changes={"telegram_oidc_client_secret": ""}) as sandbox:
        assert (await sandbox.http.get(AUTHORIZE, params=asking(sandbox))).status_code == 400
        refused = await exchange(sandbox, code="x", client_secret="")
        assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"code_verifier": VERIFIER + "x"}, 400, "invalid_grant"),
        ({"redirect_uri": "http://evil.example/"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_what_does_not_fit_the_code_is_refused(
    sandbox: Served, change: dict[str, str], status: int, error: str
) -> None:
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox))
    answer = await exchange(sandbox, **{"code": back["code"], **change})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_code_works_once_and_for_ten_minutes(sandbox: Served) -> None:
    code = (await come_back(sandbox, AUTHORIZE, asking(sandbox)))["code"]
    assert (await exchange(sandbox, code=code)).status_code == 200
    assert (await exchange(sandbox, code=code)).json()["error"] == "invalid_grant"
    code = (await come_back(sandbox, AUTHORIZE, asking(sandbox)))["code"]
    sandbox.clock.advance(601)
    assert (await exchange(sandbox, code=code)).json()["error"] == "invalid_grant"


async def test_a_person_may_decline(sandbox: Served) -> None:
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox, deny="1"))
    assert back == {"error": "access_denied", "state": "a-state"}


async def test_the_page_asks_and_a_button_answers(sandbox: Served) -> None:
    asked = asking(sandbox)
    del asked["login"]
    page = await sandbox.http.get(AUTHORIZE, params=asked)
    assert "Telegram of the sandbox" in page.text
    chosen = await sandbox.http.post(AUTHORIZE, data={**asked, "login": "teacher"})
    assert parse_qs(urlsplit(chosen.headers["location"]).query)["state"] == ["a-state"]


# The older widget.


def opening(sandbox: Served, **changes: str) -> dict[str, str]:
    """What the widget's button opens Telegram with."""
    return {
        "bot_id": BOT,
        "origin": sandbox.settings.public_url,
        "return_to": f"{sandbox.settings.public_url}/login/telegram/callback",
        "request_access": "write",
        "login": "student",
        **changes,
    }


async def read_fragment(sandbox: Served, fields: dict[str, str]) -> Any:
    """As Telegram's own script reads it."""
    answer = await sandbox.http.get(AUTHORIZE, params=fields)
    assert answer.status_code == 302, answer.text
    address, _, fragment = answer.headers["location"].partition("#tgAuthResult=")
    assert address == fields["return_to"]
    assert "=" not in fragment
    return json.loads(base64.urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4)))


async def test_the_widget_hands_over_fields_that_the_bot_can_check(sandbox: Served) -> None:
    told = await read_fragment(sandbox, opening(sandbox))
    assert told["id"] == STUDENT.chat_id
    assert abs(told["auth_date"] - time.time()) < 60
    assert check_integrity(TOKEN, dict(told))
    assert not check_integrity(TOKEN, {**told, "id": 1})
    assert not check_integrity(OTHER_BOT, dict(told))


async def test_who_declines_at_the_widget_is_nobody(sandbox: Served) -> None:
    assert await read_fragment(sandbox, opening(sandbox, deny="1")) is False


async def test_the_widgets_page_carries_on_what_it_was_opened_with(sandbox: Served) -> None:
    fields = opening(sandbox)
    del fields["login"]
    page = await sandbox.http.get(AUTHORIZE, params=fields)
    assert all(f'name="{name}"' in page.text for name in fields)
    chosen = await sandbox.http.post(AUTHORIZE, data={**fields, "login": "teacher"})
    assert chosen.headers["location"].startswith(f"{fields['return_to']}#tgAuthResult=")


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "9999"},
        {"origin": "http://evil.example"},
        {"origin": ""},
        {"return_to": "http://evil.example/"},
        {"return_to": "//evil.example/"},
    ],
)
async def test_the_widget_goes_back_to_the_bots_own_site_only(
    sandbox: Served, change: dict[str, str]
) -> None:
    answer = await sandbox.http.get(AUTHORIZE, params=opening(sandbox, **change))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_site_whose_name_begins_alike_is_another(sandbox: Served) -> None:
    address = f"{sandbox.settings.public_url}.evil.example/"
    answer = await sandbox.http.get(AUTHORIZE, params=opening(sandbox, return_to=address))
    assert answer.status_code == 400


async def test_a_script_gets_the_widgets_fields_of_any_time_and_any_bot(sandbox: Served) -> None:
    told = await sandbox.post("/telegram/widget", person="student", auth_date=5)
    assert told["auth_date"] == 5
    assert check_integrity(TOKEN, dict(told))
    told = await sandbox.post("/telegram/widget", person="student", bot_token=OTHER_BOT)
    assert not check_integrity(TOKEN, dict(told))
    assert check_integrity(OTHER_BOT, dict(told))


# Mini Apps.


async def test_a_mini_app_is_told_who_opened_it(sandbox: Served) -> None:
    text = (await sandbox.post("/telegram/init_data", person="student"))["init_data"]
    assert check_webapp_signature(TOKEN, text)
    assert not check_webapp_signature(OTHER_BOT, text)
    told = parse_webapp_init_data(text)
    assert told.user is not None
    assert (told.user.id, told.user.first_name) == (STUDENT.chat_id, STUDENT.name)
    assert abs(told.auth_date.timestamp() - time.time()) < 60
    assert "signature" in parse_qs(text)


async def test_a_script_gets_init_data_of_any_time_and_any_bot(sandbox: Served) -> None:
    answer = await sandbox.post(
        "/telegram/init_data", person="student", auth_date=5, bot_token=OTHER_BOT
    )
    text = answer["init_data"]
    assert parse_qs(text)["auth_date"] == ["5"]
    assert check_webapp_signature(OTHER_BOT, text)
    assert not check_webapp_signature(TOKEN, text)


async def test_faults_meet_programs_and_all_is_counted(sandbox: Served) -> None:
    await sandbox.post("/faults", system="telegram_login", status=502)
    assert (await exchange(sandbox, code="x")).status_code == 502
    assert (await sandbox.get("/counts"))["telegram_login"]["POST /token"]["requests"] == 1
    me = await sandbox.call("getMe")
    assert me.status_code == 200, "the Bot API is another system"
