"""VK ID as a real OAuth client meets it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client

from sandbox.school import PEOPLE
from sandbox.vk.oauth import user_id_of
from tests.sandbox.serving import Served, serve
from tests.sandbox.signing_in import PKCE, VERIFIER, come_back

STUDENT = PEOPLE[0]
CLIENT = "51234567"
STATE = "a-state-of-thirty-two-characters-and-more"


def asking(sandbox: Served, **changes: str) -> dict[str, str]:
    return {
        "client_id": CLIENT,
        "redirect_uri": sandbox.settings.vk_redirect_url,
        "response_type": "code",
        "state": STATE,
        "login": "student",
        **PKCE,
        **changes,
    }


async def exchange(sandbox: Served, back: dict[str, str], **changes: str) -> httpx.Response:
    fields = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": back["code"],
        "device_id": back["device_id"],
        "code_verifier": VERIFIER,
        "redirect_uri": sandbox.settings.vk_redirect_url,
        "state": back["state"],
        **changes,
    }
    return await sandbox.http.post("/vk/oauth2/auth", data=fields)


async def sign_in(sandbox: Served, **changes: str) -> dict[str, Any]:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox, **changes))
    told: dict[str, Any] = (await exchange(sandbox, back)).json()
    assert "error" not in told
    return told


async def user_info(sandbox: Served, **fields: str) -> dict[str, Any]:
    answer = await sandbox.http.post("/vk/oauth2/user_info", data=fields)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("method", ["S256", "s256"])
async def test_a_person_signs_in(sandbox: Served, method: str) -> None:
    async with AsyncOAuth2Client(
        CLIENT,
        redirect_uri=sandbox.settings.vk_redirect_url,
        code_challenge_method="S256",
        trust_env=False,
        verify=False,
    ) as oauth:
        asked = asking(sandbox, code_challenge_method=method)
        back = await come_back(sandbox, "/vk/authorize", asked)
        assert (back["state"], back["type"]) == (STATE, "code_v2")
        token = await oauth.fetch_token(
            f"{sandbox.settings.url}/vk/oauth2/auth",
            code=back["code"],
            code_verifier=VERIFIER,
            device_id=back["device_id"],
        )
    assert token["user_id"] == user_id_of(STUDENT)
    assert token["expires_in"] == 3600
    assert {"refresh_token", "id_token"} <= token.keys()
    told = await user_info(sandbox, client_id=CLIENT, access_token=token["access_token"])
    user = told["user"]
    assert user["user_id"] == str(user_id_of(STUDENT))
    assert (user["first_name"], user["verified"]) == (STUDENT.name, False)
    assert "email" not in user


async def test_the_answer_has_the_state_of_the_request(sandbox: Served) -> None:
    assert (await sign_in(sandbox))["state"] == STATE


async def test_an_email_is_told_where_it_was_asked_for(sandbox: Served) -> None:
    token = (await sign_in(sandbox, scope="email"))["access_token"]
    told = await user_info(sandbox, client_id=CLIENT, access_token=token)
    assert told["user"]["email"] == STUDENT.email


async def test_the_answer_may_be_one_parameter(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox, payload="1"))
    assert list(back) == ["payload"]
    answer = json.loads(back["payload"])
    assert (answer["state"], answer["type"]) == (STATE, "code_v2")
    assert "access_token" in (await exchange(sandbox, answer)).json()


async def test_the_page_asks_and_a_button_answers(sandbox: Served) -> None:
    asked = asking(sandbox)
    del asked["login"]
    page = await sandbox.http.get("/vk/authorize", params=asked)
    assert all(person.key in page.text for person in PEOPLE)
    chosen = await sandbox.http.post("/vk/authorize", data={**asked, "login": "teacher"})
    assert chosen.headers["location"].startswith(sandbox.settings.vk_redirect_url)


async def test_a_person_may_decline(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox, deny="1"))
    assert (back["error"], back["state"]) == ("access_denied", STATE)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://evil.example/"},
        {"response_type": "token"},
        {"state": "too-short"},
        {"state": "a state with spaces in it is of wrong characters"},
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"scope": "everything"},
    ],
)
async def test_a_wrong_request_is_shown_and_sent_nowhere(
    sandbox: Served, change: dict[str, str]
) -> None:
    answer = await sandbox.http.get("/vk/authorize", params=asking(sandbox, **change))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_without_an_id_there_is_no_such_application() -> None:
    async with serve(changes={"vk_client_id": ""}) as sandbox:
        asked = asking(sandbox, client_id="")
        assert (await sandbox.http.get("/vk/authorize", params=asked)).status_code == 400


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"device_id": "another"}, 200, "invalid_request"),
        ({"code_verifier": VERIFIER + "x"}, 200, "invalid_request"),
        ({"code_verifier": ""}, 200, "invalid_request"),
        ({"redirect_uri": "http://evil.example/"}, 200, "invalid_request"),
        ({"code": "vk2.a.another"}, 200, "invalid_grant"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"service_token": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "vk-service-token"}, 404, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_refusal_is_in_the_body_whatever_the_status(
    sandbox: Served, change: dict[str, str], status: int, error: str
) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox))
    answer = await exchange(sandbox, back, **change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "access_token" not in answer.json()


async def test_a_service_token_may_come_and_is_then_right(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox))
    answer = await exchange(sandbox, back, service_token="vk-service-token")
    assert "access_token" in answer.json()


async def test_a_code_works_once(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox))
    assert "access_token" in (await exchange(sandbox, back)).json()
    assert (await exchange(sandbox, back)).json()["error"] == "invalid_grant"


async def test_a_code_is_used_up_by_an_attempt_from_another_device(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox))
    await exchange(sandbox, back, device_id="another")
    assert (await exchange(sandbox, back)).json()["error"] == "invalid_grant"


async def test_a_code_is_ten_minutes_old_at_most(sandbox: Served) -> None:
    back = await come_back(sandbox, "/vk/authorize", asking(sandbox))
    sandbox.clock.advance(601)
    assert (await exchange(sandbox, back)).json()["error"] == "invalid_grant"


async def test_an_access_token_is_for_its_application_and_an_hour(sandbox: Served) -> None:
    token = (await sign_in(sandbox))["access_token"]
    other = await user_info(sandbox, client_id="another", access_token=token)
    assert other["error"] == "invalid_client"
    assert (await user_info(sandbox, client_id=CLIENT))["error"] == "invalid_token"
    sandbox.clock.advance(3601)
    late = await user_info(sandbox, client_id=CLIENT, access_token=token)
    assert late["error"] == "invalid_token"


async def test_faults_meet_programs_and_all_is_counted(sandbox: Served) -> None:
    await sandbox.post("/faults", system="vk", status=502)
    answer = await sandbox.http.post("/vk/oauth2/auth", data={})
    assert answer.status_code == 502
    assert (await sandbox.get("/counts"))["vk"]["POST /oauth2/auth"]["requests"] == 1
