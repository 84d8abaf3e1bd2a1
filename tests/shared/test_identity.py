"""Who asks: only auth's word counts, for this service, for a minute."""

import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from shared.db import Database
from shared.errors import Forbidden, NotSignedIn
from shared.http import create_client
from shared.identity import (
    ALGORITHM,
    ANONYMOUS,
    HEADER,
    Identity,
    Keys,
    ServiceAuth,
    Verifier,
    called_by,
    signed_in,
)

WHO = UUID(int=7)


def new_key(key_id: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": key_id})


class Auth:
    """auth in miniature: its keys, and whether it is there."""

    def __init__(self) -> None:
        self.keys = [new_key("k1")]
        self.asked = 0
        self.away = False
        self.answer: Any = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        told = KeySet(list(self.keys)).as_dict(private=False)
        return httpx.Response(200, json=self.answer if self.answer is not None else told)


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
async def client(auth: Auth) -> AsyncIterator[httpx.AsyncClient]:
    async with create_client("http://auth.test", transport=httpx.MockTransport(auth)) as client:
        yield client


@pytest.fixture
def verifier(database: Database, client: httpx.AsyncClient) -> Verifier:
    return Verifier("school", Keys(database, client))


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    all_claims = {
        "iss": "auth",
        "aud": "school",
        "sub": str(WHO),
        "sid": "s1",
        "roles": ["student"],
        "csrf": "c1",
        "act": None,
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    return {name: value for name, value in all_claims.items() if value is not ...}


def sign(key: Any, header: dict[str, Any] | None = None, **changes: Any) -> str:
    algorithm = (header or {}).get("alg", ALGORITHM)
    return jwt.encode(
        {"alg": ALGORITHM, "kid": "k1", **(header or {})},
        claims(**changes),
        key,
        algorithms=[algorithm],
    )


def by_hand(header: dict[str, Any], signature: str = "", **changes: Any) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(claims(**changes))}.{signature}"


async def test_auths_word_says_who_asks(auth: Auth, verifier: Verifier) -> None:
    identity = await verifier.identify(sign(auth.keys[0], name="Аня", locale="en"))
    assert identity == Identity(
        person_id=WHO, session_id="s1", roles=("student",), csrf="c1", name="Аня", locale="en"
    )
    assert identity.has("student")
    assert not identity.has("curator")


async def test_no_word_is_anonymous_and_asks_nobody(auth: Auth, verifier: Verifier) -> None:
    assert await verifier.identify(None) is ANONYMOUS
    assert await verifier.identify("") is ANONYMOUS
    assert auth.asked == 0


async def test_a_service_may_speak_for_itself(auth: Auth, verifier: Verifier) -> None:
    identity = await verifier.identify(sign(auth.keys[0], sub="", act="bot"))
    assert (identity.person_id, identity.act) == (None, "bot")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "mail"},
        {"aud": ...},
        {"iss": "school"},
        {"iss": ...},
        pytest.param({"exp": int(time.time()) - 30}, id="over"),
        {"exp": ...},
        {"exp": "soon"},
        {"iat": ...},
        pytest.param({"iat": int(time.time()) + 3600}, id="of an hour ahead"),
        {"sub": "root"},
    ],
    ids=str,
)
async def test_a_word_that_is_not_for_here_and_now_is_refused(
    auth: Auth, verifier: Verifier, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.identify(sign(auth.keys[0], **changes))


def forgeries(auth: Auth) -> dict[str, str]:
    public = auth.keys[0].as_dict(private=False)
    raw = base64.urlsafe_b64decode(f"{public['x']}=")
    own = OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})
    good = sign(auth.keys[0])
    head, body, signature = good.split(".")
    return {
        "alg none": by_hand({"alg": "none", "kid": "k1"}),
        "alg None": by_hand({"alg": "None", "kid": "k1"}, "AAAA"),
        "no alg": by_hand({"kid": "k1"}, signature),
        "HS256 with the public key": sign(OctKey.import_key(raw), {"alg": "HS256"}),
        "HS256 with the public key as told": sign(
            OctKey.import_key(json.dumps(public)), {"alg": "HS256"}
        ),
        "another's key under our id": sign(own),
        "embedded jwk": sign(own, {"jwk": own.as_dict(private=False)}),
        "jku": sign(own, {"jku": "https://evil.test/keys"}),
        "unknown kid": sign(own, {"kid": "k9"}),
        "no kid": by_hand({"alg": ALGORITHM}, signature),
        "kid of another kind": by_hand({"alg": ALGORITHM, "kid": ["k1"]}, signature),
        "unknown crit": by_hand({"alg": ALGORITHM, "kid": "k1", "crit": ["x"], "x": 1}, signature),
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{body[:-2]}AA.{signature}",
        "half a token": f"{head}.{body}",
        "not a token": "тайна",
        "nested": base64.urlsafe_b64encode(b"[" * 3000).decode() + ".e30.e30",
        "not an object": base64.urlsafe_b64encode(b"[]").decode() + ".e30.e30",
        "too long": "a" * 5000,
    }


@pytest.mark.parametrize("name", forgeries(Auth()).keys())
async def test_a_forged_word_is_refused(auth: Auth, verifier: Verifier, name: str) -> None:
    with pytest.raises(NotSignedIn):
        await verifier.identify(forgeries(auth)[name])


async def test_a_new_key_is_asked_for_when_it_is_first_met(
    auth: Auth, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.identify(sign(auth.keys[0]))
    auth.keys.append(new_key("k2"))
    monkeypatch.setattr("shared.identity.ASK_AGAIN_AFTER", 0)
    assert (await verifier.identify(sign(auth.keys[1], {"kid": "k2"}))).person_id == WHO
    assert (await verifier.identify(sign(auth.keys[0]))).person_id == WHO
    assert auth.asked == 2


async def test_unknown_keys_do_not_make_us_ask_again_and_again(
    auth: Auth, verifier: Verifier
) -> None:
    for number in range(20):
        with pytest.raises(NotSignedIn):
            await verifier.identify(sign(new_key("x"), {"kid": f"x{number}"}))
    assert auth.asked == 1


@pytest.mark.parametrize("trouble", ["away", "nonsense"])
async def test_the_keys_last_told_serve_a_fresh_process_while_auth_is_in_trouble(
    auth: Auth, verifier: Verifier, database: Database, client: httpx.AsyncClient, trouble: str
) -> None:
    token = sign(auth.keys[0])
    await verifier.identify(token)
    auth.away = trouble == "away"
    auth.answer = {"keys": "none today"}
    fresh = Verifier("school", Keys(database, client))
    assert (await fresh.identify(token)).person_id == WHO


async def test_without_any_keys_nobody_is_known_until_auth_is_back(
    auth: Auth, verifier: Verifier
) -> None:
    auth.away = True
    token = sign(auth.keys[0])
    with pytest.raises(NotSignedIn):
        await verifier.identify(token)
    auth.away = False
    assert (await verifier.identify(token)).person_id == WHO


def test_a_page_for_people_needs_one() -> None:
    assert signed_in(Identity(WHO)).person_id == WHO
    for nobody in (ANONYMOUS, Identity(act="bot")):
        with pytest.raises(NotSignedIn):
            signed_in(nobody)


def test_an_internal_door_opens_for_the_services_it_names() -> None:
    check = called_by("bot", "school").dependency
    assert check(Identity(act="bot")).act == "bot"
    with pytest.raises(Forbidden):
        check(Identity(act="mail"))
    with pytest.raises(NotSignedIn):
        check(Identity(WHO, roles=("administrator",)))


async def test_a_service_signs_its_requests_and_renews_its_token_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[httpx.Request] = []
    status = 200

    def auth_answers(request: httpx.Request) -> httpx.Response:
        told.append(request)
        return httpx.Response(200, json={"token": f"t{len(told)}"})

    seen: list[str] = []

    def service_answers(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers[HEADER])
        return httpx.Response(status)

    auth = create_client("http://auth.test", transport=httpx.MockTransport(auth_answers))
    client = create_client("http://school.test", transport=httpx.MockTransport(service_answers))
    client.auth = ServiceAuth(service="bot", secret="s" * 16, audience="school", auth=auth)

    await client.get("/")
    await client.get("/")
    assert seen == ["t1", "t1"]
    assert json.loads(told[0].content) == {"audience": "school"}
    assert told[0].headers["Authorization"] == httpx.BasicAuth("bot", "s" * 16)._auth_header

    later = time.monotonic() + 50
    monkeypatch.setattr("shared.identity.time.monotonic", lambda: later)
    status = 401
    await client.get("/")
    status = 200
    await client.get("/")
    assert seen == ["t1", "t1", "t2", "t3"], "an old token, and one that was refused, are renewed"
