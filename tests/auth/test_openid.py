"""An ID token is believed when all of it is right, and never otherwise."""

import base64
import hmac
import json
import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from services.auth.errors import CodeRefused, ProviderAway
from services.auth.providers.contract import Granted
from services.auth.providers.google.client import Google
from tests.auth.issuer import CLIENT, ISSUER, NONCE, Issuer


@pytest.fixture(scope="module")
def made() -> Issuer:
    return Issuer()


@pytest.fixture
def issuer(made: Issuer) -> Issuer:
    """A key takes long to make: one for all tests, everything else as new."""
    fresh = Issuer.__new__(Issuer)
    fresh.__dict__.update(
        key=made.key,
        published=[made.key],
        discovery=dict(made.discovery),
        token_answer={},
        asked=[],
    )
    return fresh


def google(issuer: Issuer) -> Google:
    return Google(
        client_id=CLIENT,
        secret="secret",
        redirect_url="http://localhost:8080/login/callback",
        discovery_url=f"{ISSUER}/.well-known/openid-configuration",
        transport=issuer,
    )


def granted(token: str | None) -> Granted:
    return Granted(access_token="access", id_token=token)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def test_a_right_token_says_who_it_is_and_the_mail_address_is_only_a_name(
    issuer: Issuer,
) -> None:
    account = await google(issuer).fetch_profile(granted(issuer.sign()), nonce=NONCE)
    assert (account.issuer, account.subject) == ("google", "1234567890")
    assert (account.login, account.name) == ("student@example.org", "Student")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.test"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["the-nonce"]},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
    ],
)
async def test_a_claim_that_is_wrong_or_missing_is_refused(
    issuer: Issuer, changes: dict[str, Any]
) -> None:
    with pytest.raises(CodeRefused):
        await google(issuer).fetch_profile(
            granted(issuer.sign(issuer.claims(**changes))), nonce=NONCE
        )


async def test_several_audiences_are_fine_when_the_party_is_ours(issuer: Issuer) -> None:
    claims = issuer.claims(aud=[CLIENT, "another-client"], azp=CLIENT)
    await google(issuer).fetch_profile(granted(issuer.sign(claims)), nonce=NONCE)


async def test_a_token_that_nobody_signed_is_refused(issuer: Issuer) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        token = f"{part({'alg': algorithm, 'kid': 'k1'})}.{part(issuer.claims())}."
        with pytest.raises(CodeRefused):
            await google(issuer).fetch_profile(granted(token), nonce=NONCE)


async def test_the_public_key_is_no_shared_secret(issuer: Issuer) -> None:
    # By hand: the library makes no such token.
    said = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(issuer.claims())}"
    mac = hmac.digest(issuer.key.as_pem(private=False), said.encode(), "sha256")
    token = f"{said}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    with pytest.raises(CodeRefused):
        await google(issuer).fetch_profile(granted(token), nonce=NONCE)


async def test_a_key_that_the_token_brings_is_not_used(issuer: Issuer) -> None:
    stranger = RSAKey.generate_key(2048, parameters={"kid": "k1"}, private=True)
    for header in (
        {"jwk": stranger.as_dict(private=False)},
        {"jwk": stranger.as_dict(private=False), "kid": None},
        {"jku": "https://elsewhere.test/keys"},
        {"x5u": "https://elsewhere.test/keys"},
    ):
        token = issuer.sign(header=header, key=stranger)
        with pytest.raises(CodeRefused):
            await google(issuer).fetch_profile(granted(token), nonce=NONCE)
    assert "elsewhere" not in " ".join(issuer.asked)


async def test_a_header_that_must_be_understood_and_is_not_is_refused(issuer: Issuer) -> None:
    good = issuer.sign()
    _, body, signature = good.split(".")
    token = f"{part({'alg': 'RS256', 'kid': 'k1', 'crit': ['odd'], 'odd': 1})}.{body}.{signature}"
    with pytest.raises(CodeRefused):
        await google(issuer).fetch_profile(granted(token), nonce=NONCE)


@pytest.mark.parametrize(
    "token",
    [None, "", "a", "a.b", "a.b.c", "..", "é.é.é", "x" * (17 * 1024), "[]." + "a" * 20 + ".b"],
)
async def test_what_is_no_token_is_refused(issuer: Issuer, token: str | None) -> None:
    with pytest.raises(CodeRefused):
        await google(issuer).fetch_profile(granted(token), nonce=NONCE)


async def test_a_token_of_a_million_letters_is_not_even_read(issuer: Issuer) -> None:
    with pytest.raises(CodeRefused):
        await google(issuer).fetch_profile(granted(issuer.sign() + "A" * 10**6), nonce=NONCE)
    assert issuer.asked == []


async def test_a_new_key_is_asked_for_once_and_not_for_every_stranger(issuer: Issuer) -> None:
    provider = google(issuer)
    await provider.fetch_profile(granted(issuer.sign()), nonce=NONCE)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            await provider.fetch_profile(granted(issuer.sign(header={"kid": "k9"})), nonce=NONCE)
    assert issuer.asked.count("/keys") == 1
    assert issuer.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://elsewhere.test"},
        {"token_endpoint": "http://issuer.test/token"},
        {"jwks_uri": "ftp://issuer.test/keys"},
        {"authorization_endpoint": None},
    ],
)
async def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    issuer: Issuer, changes: dict[str, Any]
) -> None:
    issuer.discovery |= changes
    with pytest.raises(ProviderAway):
        await google(issuer).authorize_url(state="s" * 44, verifier="v" * 44, nonce=NONCE)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"access_token": 5},
        {"access_token": ""},
        {"access_token": "a", "id_token": {"a": 1}},
        {"access_token": "a", "expires_in": "soon"},
    ],
)
async def test_a_token_answer_that_is_none_says_that_the_other_side_is_away(
    issuer: Issuer, answer: Any
) -> None:
    issuer.token_answer = answer
    with pytest.raises(ProviderAway):
        await google(issuer).exchange(code="c", verifier="v" * 44, answer={})


async def test_a_refused_code_is_a_refusal(issuer: Issuer) -> None:
    issuer.token_answer = {"error": "invalid_grant"}
    with pytest.raises(CodeRefused):
        await google(issuer).exchange(code="c", verifier="v" * 44, answer={})
