"""The signed word: who gets it, for whom, and what makes it worthless."""

import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from services.auth.tokens.service import MAY_ASK
from shared.errors import NotSignedIn
from shared.events import SERVICES
from shared.identity import ALGORITHM, HEADER, Keys, Verifier, decode_header_unverified
from shared.secret import service_secret
from tests.auth.desk import SECRET_KEY, Desk


async def signed(desk: Desk, **changes: Any) -> str:
    key = await desk.auth.keys.current()
    now = int(time.time())
    claims = {"iss": "auth", "aud": "auth", "iat": now, "exp": now + 60, "sub": "", **changes}
    return jwt.encode(
        {"alg": ALGORITHM, "kid": key.key_id},
        {name: value for name, value in claims.items() if value is not None},
        key.key,
        algorithms=[ALGORITHM],
    )


async def test_the_gateway_learns_who_a_browser_is(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE persons SET roles = '{student}', version = version + 1")
    identity = await desk.identity(browser, "school")
    assert identity is not None
    me = await browser.me()
    assert str(identity.person_id) == me["person_id"]
    assert (identity.name, identity.roles) == ("Student", ("student",))
    assert (identity.locale, identity.zone) == ("en", "Europe/Moscow")
    assert identity.act is None
    assert identity.csrf == await desk.value("SELECT csrf FROM sessions")
    assert identity.session_id == str(await desk.value("SELECT session_id FROM sessions"))


async def test_a_token_says_what_was_agreed_and_for_a_minute(desk: Desk) -> None:
    browser = await desk.sign_in()
    token = await browser.gateway.check(f"parta={browser.session()}", "mail")
    assert token is not None
    keys = await desk.auth.keys.find(decode_header_unverified(token))
    assert keys is not None
    claims = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
    assert set(claims) == {
        *("iss", "aud", "sub", "sid", "roles", "csrf", "iat", "exp", "name", "locale", "zone")
    }
    assert (claims["iss"], claims["aud"]) == ("auth", "mail")
    assert claims["exp"] - claims["iat"] == 60


async def test_who_has_no_session_is_anonymous_and_the_answer_is_204(desk: Desk) -> None:
    gateway = desk.browser().gateway
    for cookie in ("", "parta=" + "A" * 22, "parta=x", "other=1", "parta=\xff"):
        assert await gateway.check(cookie) is None


async def test_an_unknown_audience_gets_nothing(desk: Desk) -> None:
    browser = await desk.sign_in()
    for audience in ("", "auth2", "AUTH", "auth,school"):
        assert await browser.gateway.check(f"parta={browser.session()}", audience) is None


async def test_two_session_cookies_are_nobodys(desk: Desk) -> None:
    one, two = await desk.sign_in(), await desk.sign_in(login="parta-curator")
    cookie = f"parta={one.session()}; parta={two.session()}"
    assert await one.gateway.check(cookie) is None


async def test_a_token_is_reused_until_the_person_changes_or_it_grows_old(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await desk.sign_in()
    cookie = f"parta={browser.session()}"
    first = await browser.gateway.check(cookie, "school")
    assert await browser.gateway.check(cookie, "school") == first
    assert await browser.gateway.check(cookie, "mail") != first
    await desk.run("UPDATE persons SET roles = '{teacher}', version = version + 1")
    second = await browser.gateway.check(cookie, "school")
    assert second != first
    identity = await desk.identity(browser)
    assert identity is not None
    assert identity.has("teacher")
    real = time.time
    monkeypatch.setattr("services.auth.tokens.service.time.time", lambda: real() + 39)
    assert await browser.gateway.check(cookie, "school") == second
    monkeypatch.setattr("services.auth.tokens.service.time.time", lambda: real() + 41)
    assert await browser.gateway.check(cookie, "school") != second


async def test_a_session_that_is_ended_counts_no_more_at_the_next_request(desk: Desk) -> None:
    browser = await desk.sign_in()
    assert await desk.identity(browser)
    await desk.run("DELETE FROM sessions")
    assert await desk.identity(browser) is None


async def test_what_is_remembered_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.auth.tokens.service.REMEMBERED", 3)
    for _ in range(5):
        await desk.identity(await desk.sign_in())
    assert len(desk.auth.tokens._remembered) == 3


async def test_a_database_that_is_away_signs_nobody_out(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.auth.database.close()
    assert (await browser.gateway.ask(f"parta={browser.session()}")).status_code == 503
    assert (await browser.gateway.ask("")).status_code == 204


async def test_what_is_not_auths_word_for_this_service_is_refused(desk: Desk) -> None:
    now = int(time.time())
    stranger = OKPKey.generate_key("Ed25519", parameters={"kid": "stranger"})
    ours = await desk.auth.keys.current()
    right = await signed(desk)
    head, body, signature = right.split(".")
    forged = {
        "other audience": await signed(desk, aud="school"),
        "no audience": await signed(desk, aud=None),
        "other issuer": await signed(desk, iss="bot"),
        "expired": await signed(desk, iat=now - 120, exp=now - 60),
        "never expires": await signed(desk, exp=None),
        "unknown key": jwt.encode(
            {"alg": ALGORITHM, "kid": "stranger"},
            {"iss": "auth", "aud": "auth", "iat": now, "exp": now + 60},
            stranger,
            algorithms=[ALGORITHM],
        ),
        "our key's name, another's key": jwt.encode(
            {"alg": ALGORITHM, "kid": ours.key_id},
            {"iss": "auth", "aud": "auth", "iat": now, "exp": now + 60},
            OKPKey.generate_key("Ed25519"),
            algorithms=[ALGORITHM],
        ),
        "signed with the public key as a secret": jwt.encode(
            {"alg": "HS256", "kid": ours.key_id},
            {"iss": "auth", "aud": "auth", "iat": now, "exp": now + 60},
            OctKey.import_key("x" * 32),
            algorithms=["HS256"],
        ),
        "unsigned": f"{head}.{body}.",
        "cut": right[:-4],
        "changed": f"{head}.{body[:-2]}AA.{signature}",
        "no token": "x",
        "huge": right + "A" * 5000,
    }
    async with desk.inside() as http:
        for how, token in forged.items():
            answer = await http.get("/me", headers={HEADER: token})
            assert answer.status_code == 401, how
        assert (await http.get("/", headers={HEADER: right})).status_code == 200


async def test_public_keys_are_public_and_hold_no_private_half(desk: Desk) -> None:
    async with desk.inside() as http:
        answer = await http.get("/internal/keys")
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    (key,) = answer.json()["keys"]
    assert key["kty"] == "OKP"
    assert "d" not in key


async def test_another_service_believes_what_auth_signed(desk: Desk) -> None:
    async with desk.inside() as http:
        keys = Keys(desk.auth.database, http)
        verifier = Verifier("school", keys)
        token = await desk.auth.tokens.for_service("bot", "school", None)
        identity = await verifier.identify(token)
    assert identity.act == "bot"
    assert identity.person_id is None
    with pytest.raises(NotSignedIn):
        await Verifier("mail", desk.auth.keys).identify(token)


async def test_a_service_gets_only_what_the_table_allows(desk: Desk) -> None:
    person_id = (await (await desk.sign_in()).me())["person_id"]
    for service in SERVICES:
        for audience in (*SERVICES, "stranger"):
            allowed = MAY_ASK.get((service, audience))
            own = await desk.token(service, audience=audience)
            assert own.status_code == (200 if allowed and allowed.for_itself else 403)
            theirs = await desk.token(service, audience=audience, person_id=person_id)
            assert theirs.status_code == (200 if allowed and allowed.for_a_person else 403)


async def test_a_token_in_a_persons_name_says_who_acts(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE persons SET roles = '{student}'")
    me = await browser.me()
    answer = await desk.token("bot", audience="school", person_id=me["person_id"])
    identity = await Verifier("school", desk.auth.keys).identify(answer.json()["token"])
    assert identity.person_id == UUID(me["person_id"])
    assert (identity.act, identity.roles, identity.csrf) == ("bot", ("student",), None)


async def test_a_token_in_nobodys_name_is_not_given(desk: Desk) -> None:
    answer = await desk.token("bot", audience="school", person_id=str(uuid4()))
    assert answer.status_code == 404


async def test_only_a_services_own_secret_opens(desk: Desk) -> None:
    wrong = [
        ("bot", "wrong"),
        ("bot", "щ"),
        ("bot", ""),
        ("bot", service_secret(SECRET_KEY, "mail")),
        ("bot", service_secret("another secret key", "bot")),
        ("stranger", service_secret(SECRET_KEY, "stranger")),
        ("", service_secret(SECRET_KEY, "")),
    ]
    async with desk.inside() as http:
        for pair in wrong:
            answer = await http.post(
                "/internal/token", json={"audience": "auth"}, auth=httpx.BasicAuth(*pair)
            )
            assert answer.status_code == 401, pair
        for header in ("Basic", "Basic ????", "Basic /w==", "Bearer x", ""):
            answer = await http.post(
                "/internal/token", json={"audience": "auth"}, headers={"Authorization": header}
            )
            assert answer.status_code == 401, header


async def test_only_the_bot_may_speak_of_chats(desk: Desk) -> None:
    paths: dict[str, dict[str, Any]] = {
        "/internal/links/offer": {"code": "x", "telegram_id": 1},
        "/internal/links/accept": {"code": "x", "telegram_id": 1},
        "/internal/doors": {"telegram_id": 1},
    }
    browser = await desk.sign_in()
    token = await browser.gateway.check(f"parta={browser.session()}")
    for path, body in paths.items():
        assert (await desk.ask_as("mail", path, **body)).status_code == 403
        async with desk.inside() as http:
            assert (await http.post(path, json=body)).status_code == 401
            as_person = await http.post(path, json=body, headers={HEADER: str(token)})
            assert as_person.status_code == 401
