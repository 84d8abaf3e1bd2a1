"""What is asked of Stepik at a sign-in, and what of its answers is believed."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.auth.errors import CodeRefused, ProviderAway
from services.auth.persons.repository import Account
from services.auth.providers.contract import Granted
from services.auth.providers.stepik.client import Stepik

REDIRECT = "http://localhost:8080/login/stepik/callback"
STUDENT = {"id": 4711, "full_name": "Ann Student", "is_guest": False}
GRANTED = Granted(access_token="a-token")


class Answers:
    """Stepik, answering one thing to everything and keeping what it was asked."""

    def __init__(self, answer: Any = None, status: int = 200) -> None:
        self.body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.status = status
        self.asked: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        headers = {"Content-Type": "application/json"}
        return httpx.Response(self.status, content=self.body, headers=headers)


def stepik(answers: Answers) -> Stepik:
    return Stepik(
        client_id="application",
        secret="its-secret",
        redirect_url=REDIRECT,
        url="https://stepik.test",
        transport=httpx.MockTransport(answers),
    )


async def test_the_browser_is_sent_there_with_what_stepik_documents_and_nothing_else() -> None:
    url = await stepik(Answers()).authorize_url(state="s" * 44, verifier="v" * 44, nonce="n")
    address = urlsplit(url)
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://stepik.test/oauth2/authorize/"
    )
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["application"],
        "redirect_uri": [REDIRECT],
        "state": ["s" * 44],
    }


async def test_a_code_is_exchanged_with_the_application_in_the_header() -> None:
    answers = Answers({"access_token": "a-token", "token_type": "Bearer", "expires_in": 36000})
    granted = await stepik(answers).exchange(code="c0de", verifier="v" * 44, answer={})
    assert (granted.access_token, granted.lives_for) == ("a-token", 36000)
    (asked,) = answers.asked
    assert (asked.method, str(asked.url)) == ("POST", "https://stepik.test/oauth2/token/")
    secret = base64.b64encode(b"application:its-secret").decode()
    assert asked.headers["Authorization"] == f"Basic {secret}"
    assert parse_qs(asked.content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c0de"],
        "redirect_uri": [REDIRECT],
    }


async def test_a_code_that_is_not_taken_lets_nobody_in() -> None:
    with pytest.raises(CodeRefused):
        await stepik(Answers({"error": "invalid_grant"}, 400)).exchange(
            code="c0de", verifier="v" * 44, answer={}
        )


async def test_the_current_user_is_the_account() -> None:
    answers = Answers({"meta": {"page": 1}, "stepics": [{"id": 1}], "users": [STUDENT]})
    account = await stepik(answers).fetch_profile(GRANTED, nonce="")
    assert account == Account(issuer="stepik", subject="4711", login=None, name="Ann Student")
    (asked,) = answers.asked
    assert asked.url.path == "/api/stepics/1"
    assert asked.headers["Authorization"] == "Bearer a-token"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param({"users": [{**STUDENT, "is_guest": True}]}, 200, id="a guest"),
        pytest.param({"detail": "Authentication credentials were not provided."}, 401, id="401"),
    ],
)
async def test_who_is_nobody_there_is_nobody_here(answer: dict[str, Any], status: int) -> None:
    with pytest.raises(CodeRefused):
        await stepik(Answers(answer, status)).fetch_profile(GRANTED, nonce="")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"users": []}, id="no user"),
        pytest.param({"users": None}, id="nothing for users"),
        pytest.param({"users": [7]}, id="a number for a user"),
        pytest.param({"users": [{"full_name": "Ann"}]}, id="without an id"),
        pytest.param({"users": [{**STUDENT, "id": "4711"}]}, id="an id of text"),
        pytest.param({"users": [{**STUDENT, "id": True}]}, id="an id of truth"),
        pytest.param({"users": [{**STUDENT, "id": 0}]}, id="an id of zero"),
        pytest.param({"users": [{**STUDENT, "id": 2**63}]}, id="an id too large"),
        pytest.param([], id="a list"),
        pytest.param(b"<html>", id="no JSON"),
        pytest.param(b"[" * 100_000, id="brackets without an end"),
    ],
)
async def test_what_cannot_be_read_is_no_answer(answer: Any) -> None:
    with pytest.raises(ProviderAway):
        await stepik(Answers(answer)).fetch_profile(GRANTED, nonce="")


async def test_a_server_in_trouble_is_away() -> None:
    with pytest.raises(ProviderAway):
        await stepik(Answers({}, 404)).fetch_profile(GRANTED, nonce="")


async def test_a_long_name_is_cut_and_a_missing_one_is_empty() -> None:
    named = Answers({"users": [{**STUDENT, "full_name": "n" * 300}]})
    assert (await stepik(named).fetch_profile(GRANTED, nonce="")).name == "n" * 200
    unnamed = Answers({"users": [{"id": 4711}]})
    assert (await stepik(unnamed).fetch_profile(GRANTED, nonce="")).name == ""
