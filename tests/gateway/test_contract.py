"""What a gateway lets in, to whom, and in whose name. nginx and the one process alike."""

import asyncio
import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from tests.auth.desk import csrf_on
from tests.gateway.stand import HOST, PUBLIC_URL, Door, Stand, door_to

ECHO = "/bot/probe/echo"


def claims(token: str) -> dict[str, Any]:
    """What a token says, believed."""
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "auth"),
        ("/login", "auth"),
        ("/login/door/abc", "auth"),
        ("/register", "auth"),
        ("/me", "auth"),
        ("/%6de", "auth"),
        ("/people", "auth"),
        ("/users/accounts/github/login/callback/", "auth"),
        ("/sync/card", "sync"),
        ("/mail/card", "mail"),
        ("/mail/connect", "auth"),
        ("/mail/connect/callback?state=x", "auth"),
        ("/mail/connected", "mail"),
        ("/school/submissions?page=1&page=%2f..%2f", "school"),
        ("/school/%D1%81%D0%BB%D0%BE%D0%B2%D0%BE%20%ff", "school"),
        ("/bot/card", "bot"),
        ("/hooks/github", "sync"),
        ("/hooks/telegram", "bot"),
    ],
)
async def test_each_path_goes_as_it_is_to_its_service(door: Door, path: str, service: str) -> None:
    await door.get(path)
    assert [(one.service, one.target) for one in door.record.seen] == [(service, path.encode())]


@pytest.mark.parametrize(
    "path",
    [
        "/internal/keys",
        "/internal/token",
        "/internal/check",
        "/metrics",
        "/openapi.json",
        "/schoolyard",
        "/meow",
        "/peoples",
        "/loginx",
        "/hooks",
        "/hooks/other",
        "/hooks/telegram/",
        "/hooks/telegram/x",
        "/hooks/Telegram",
        "/auth",
        "/static/",
        "/static/none.css",
        "/_check",
        "/_error",
        "/_able",
        "/-",
        "/School/card",
    ],
)
async def test_what_is_not_for_the_outside_is_not_there(door: Door, path: str) -> None:
    answer = await door.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
    assert door.record.seen == []


@pytest.mark.parametrize(
    "target",
    [
        b"/school/../internal/keys",
        b"/school/./card",
        b"/school/..",
        b"/school/.",
        b"/..",
        b"/school/%2e%2e/internal/keys",
        b"/school/.%2E/internal/keys",
        b"/school/..?page=1",
        b"/school//card",
        b"//internal/keys",
        b"/school%2fcard",
        b"/school/%2Finternal",
        b"/school%5c..%5cinternal",
        b"/school\\card",
        b"/school/%00",
        b"/school/%0d%0aX-Parta-Identity:%20forged",
        b"/school/%1b",
        b"/school/%7f",
        b"/school/card#/../internal/keys",
        b"/school/" + b"a" * 2041,
        b"/healthz/../internal/keys",
        b"/static/../web.py",
        b"/static/%2e%2e/web.py",
        b"/static//parta.css",
        b"/school/../card%20/_error",
    ],
    ids=lambda target: target[:40].decode(),
)
async def test_a_path_that_can_be_read_in_two_ways_is_refused(door: Door, target: bytes) -> None:
    answer = await door.get(target)
    assert (answer.status_code, answer.json()["error"]) == (400, "HttpError")
    assert door.record.seen == []


async def test_the_longest_path_is_still_taken(door: Door) -> None:
    await door.get("/school/" + "a" * 2040)
    assert [one.service for one in door.record.seen] == ["school"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost", "localhost:8081", f"{HOST}.evil.example", f"evil.{HOST}"],
)
async def test_only_our_own_name_is_answered_to(door: Door, host: str) -> None:
    for target in ("/login", "/school/%20/_error", "/static/parta.css", "/internal/keys"):
        answer = await door.get(target, Host=host)
        assert (answer.status_code, answer.json()["error"]) == (421, "Misdirected")
    assert door.record.seen == []


async def test_our_own_name_may_be_in_capitals(door: Door) -> None:
    assert (await door.get("/login", Host=HOST.upper())).status_code == 200


async def test_a_session_brings_an_identity_for_that_service_alone(door: Door) -> None:
    await door.get("/school/card", Cookie=door.cookie)
    check, card = door.record.seen
    assert (check.service, check.target) == ("auth", b"/internal/check")
    assert check.values("X-Parta-Audience") == ["school"]
    assert card.values("X-Parta-Audience") == []
    (token,) = card.values("X-Parta-Identity")
    assert claims(token)["aud"] == "school"
    assert claims(token)["name"] == "Ann"


@pytest.mark.parametrize(
    "cookie",
    [
        "parta=bad",
        "parta={0}x",
        "other=1",
        "parta={0}; parta={0}",
        "parta=; {0}",
        "=; ;;",
        '"parta={0}"',
    ],
)
async def test_a_cookie_that_is_no_session_brings_none(door: Door, cookie: str) -> None:
    answer = await door.get(ECHO, Cookie=cookie.format(door.cookie.removeprefix("parta=")))
    assert answer.status_code == 200
    assert door.record.of_people()[0].values("X-Parta-Identity") == []


async def test_a_session_may_stand_among_other_cookies(door: Door) -> None:
    lines = [(b"Cookie", b"theme=dark; odd"), (b"Cookie", door.cookie.encode())]
    await door.send("GET", ECHO, headers=lines)
    assert len(door.record.of_people()[0].values("X-Parta-Identity")) == 1


async def test_where_there_is_no_cookie_auth_is_not_asked(door: Door) -> None:
    await door.get(ECHO)
    assert [one.service for one in door.record.seen] == ["bot"]


ONLY_A_GATEWAY_SAYS = (
    "X-Parta-Identity",
    "x-parta-identity",
    "X-PARTA-IDENTITY",
    "X_Parta_Identity",
    "X-Parta_Identity",
    "X-Parta-Audience",
    "X_PARTA_AUDIENCE",
    "X-Correlation-Id",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X_Forwarded_Proto",
    "Forwarded",
    "X-Real-IP",
)


@pytest.mark.parametrize("with_session", [True, False])
@pytest.mark.parametrize("name", ONLY_A_GATEWAY_SAYS)
async def test_what_only_a_gateway_may_say_is_dropped(
    door: Door, name: str, with_session: bool
) -> None:
    forged = [(name.encode(), b"forged"), (name.encode(), b"forged-too")]
    session = [(b"Cookie", door.cookie.encode())] if with_session else []
    await door.send("POST", ECHO, headers=[*forged, *session], content=b"x")
    seen = door.record.of_people()[0]
    assert "forged" not in str(seen.headers)
    assert len(seen.values("X-Parta-Identity")) == with_session
    assert seen.values("X-Forwarded-Proto") == ["http"]


async def test_a_service_is_told_the_address_that_the_gateway_saw(door: Door) -> None:
    await door.get(ECHO, **{"X-Real-IP": "192.0.2.66"})
    (told,) = door.record.of_people()[0].values("X-Real-IP")
    assert told.startswith("127.9.")


async def test_what_anybody_may_say_goes_through(door: Door) -> None:
    said = {
        "Authorization": "Bearer abc",
        "Idempotency-Key": "1.2",
        "If-None-Match": '"tag"',
        "Origin": PUBLIC_URL,
        "X-CSRF-Token": "abc",
        "X-GitHub-Event": "ping",
        "Accept-Language": "ru",
        "Range": "bytes=0-1",
    }
    await door.send("POST", ECHO, headers=said, content=b"abc")
    (seen,) = door.record.of_people()
    assert {name: seen.values(name) for name in said} == {
        name: [value] for name, value in said.items()
    }
    assert (seen.values("Host"), bytes(seen.body)) == ([HOST], b"abc")


async def test_the_cause_is_made_by_the_gateway_and_told_to_all(door: Door) -> None:
    answer = await door.get("/school/submissions", Cookie=door.cookie)
    seen = door.record.of_people()[0]
    (cause,) = seen.values("X-Correlation-Id")
    assert len(cause) == 32
    assert answer.headers.get_list("X-Correlation-Id") == [cause]


async def test_the_hook_does_not_ask_who_comes(door: Door) -> None:
    door.record.trouble = 500
    answer = await door.send("POST", "/hooks/github", headers={"Cookie": door.cookie})
    assert answer.status_code == 403  # what sync says to a browser
    assert [one.service for one in door.record.seen] == ["sync"]
    assert door.record.seen[0].values("X-Parta-Identity") == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("trouble", [500, 502, 503, 404, "breaks"])
async def test_a_check_that_cannot_be_made_signs_nobody_out(
    door: Door, method: str, trouble: int | str
) -> None:
    door.record.trouble = trouble
    told = {"Cookie": door.cookie, "Accept": "text/html", "Accept-Language": "ru"}
    answer = await door.send(method, "/school/submissions", headers=told)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Сейчас это не работает" in answer.text
    assert door.record.of_people() == []


async def test_a_check_that_hangs_is_given_up(stand: Stand, cookie: str) -> None:
    stand.begin()
    stand.record.trouble = "hangs"
    async with door_to("embedded", stand) as one, door_to("nginx", stand) as other:
        answers = await asyncio.gather(*(door.get(ECHO, Cookie=cookie) for door in (one, other)))
    stand.go_on(10)
    assert [answer.status_code for answer in answers] == [503, 503]
    assert stand.record.of_people() == []


async def test_who_has_no_session_is_served_while_the_check_cannot_be_made(door: Door) -> None:
    door.record.trouble = 503
    assert (await door.get("/login", Accept="text/html")).status_code == 200


async def test_a_person_comes_in_by_a_door_and_goes_out(door: Door) -> None:
    way = door.stand.new_person(f"{door.kind}@example.org")
    elsewhere = await door.send("POST", way, headers={"Origin": "http://evil.example"})
    assert elsewhere.status_code == 403
    come_in = await door.send("POST", way, headers={"Origin": PUBLIC_URL})
    assert (come_in.status_code, come_in.headers["Location"]) == (303, "/me")
    door.http.cookies.clear()
    session = come_in.headers["Set-Cookie"].split(";")[0]
    page = await door.get("/logout", Accept="text/html", Cookie=session)
    assert (await door.get("/me", Cookie=session)).json()["name"] == "Ann"
    out = {
        "Cookie": session,
        "Origin": PUBLIC_URL,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    forged = await door.send("POST", "/logout", headers=out, content="csrf=forged")
    assert forged.status_code == 403
    gone = await door.send("POST", "/logout", headers=out, content=f"csrf={csrf_on(page)}")
    assert gone.status_code == 303
    assert (await door.get("/me", Cookie=session)).status_code == 401
