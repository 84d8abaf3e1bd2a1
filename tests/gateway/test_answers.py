"""What comes back through a gateway: pages, errors, headers, files, streams; and its limits."""

import json
from collections.abc import AsyncIterator

import pytest

from services.sync.github.endpoint import MAX_BODY as LARGEST_HOOK
from shared.web import MAX_BODY, SECURITY_HEADERS
from tests.gateway.stand import PUBLIC_URL, Door

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def in_pieces(size: int, piece: int = 65_536) -> AsyncIterator[bytes]:
    """A body whose length nobody tells beforehand."""
    while size > 0:
        yield b" " * min(piece, size)
        size -= piece


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/login", PAGE, 200),
        ("/school/submissions", PAGE, 303),
        ("/school/submissions", {}, 401),
        ("/school/nothing", PAGE, 404),
        ("/nowhere", PAGE, 404),
        ("/nowhere", {}, 404),
        ("/school//", PAGE, 400),
        ("/login", {**PAGE, "Host": "evil.example"}, 421),
        ("/static/parta.css", {}, 200),
        ("/static/none.css", {}, 404),
        ("/healthz", {}, 200),
        ("/readyz", {}, 200),
    ],
)
async def test_every_answer_carries_the_security_headers_once(
    door: Door, target: str, headers: dict[str, str], status: int
) -> None:
    answer = await door.get(target, **headers)
    assert answer.status_code == status
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    assert len(answer.headers.get_list("X-Correlation-Id")) == 1


async def test_what_a_service_says_of_itself_is_not_added_to(door: Door) -> None:
    answer = await door.get("/bot/probe/echo")
    assert answer.headers["X-Of-The-Probe"] == "yes"
    assert not set(SECURITY_HEADERS) & set(answer.headers)


async def test_nothing_tells_which_program_of_which_version_answers(door: Door) -> None:
    for target in ("/login", "/nowhere", "/static/parta.css"):
        answer = await door.get(target)
        assert answer.headers.get("Server", "nginx") == "nginx"
        assert "nginx/" not in answer.text


LANGUAGES = [
    ("", "Такой страницы нет"),
    ("ru", "Такой страницы нет"),
    ("ru-RU,ru;q=0.9,en;q=0.8", "Такой страницы нет"),
    ("en-GB,en;q=0.9", "There is no such page"),
    ("de-DE,de;q=0.9,en;q=0.8,ru;q=0.7", "There is no such page"),
    ("de, ru;q=0.5, en;q=0.1", "Такой страницы нет"),
    ("eng,rup", "Такой страницы нет"),
    ("*", "Такой страницы нет"),
]


@pytest.mark.parametrize(("languages", "title"), LANGUAGES)
async def test_an_error_is_a_page_in_the_readers_language(
    door: Door, languages: str, title: str
) -> None:
    answer = await door.get("/nowhere", **PAGE, Accept_Language=languages)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"<h1>{title}</h1>" in answer.text
    assert "/static/parta.css" in answer.text
    assert f"<code>{answer.headers['X-Correlation-Id']}</code>" in answer.text
    assert '<p class="quiet">404</p>' in answer.text


@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({}, "There is no such page"),
        ({"Accept-Language": "ru"}, "Такой страницы нет"),
        ({"Accept": "application/json", "Accept-Language": "en"}, "There is no such page"),
    ],
)
async def test_a_program_is_told_the_name_of_the_error(
    door: Door, headers: dict[str, str], title: str
) -> None:
    answer = await door.get("/nowhere", **headers)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"error": "NotFound", "detail": title}


async def test_an_error_of_a_service_comes_through_as_the_service_says_it(door: Door) -> None:
    answer = await door.get("/school/nothing", Accept_Language="en")
    assert answer.json() == {"error": "NotFound", "detail": "There is no such page"}
    assert len(door.record.seen) == 1


@pytest.mark.parametrize("host", ["", "evil.example"])
async def test_health_is_told_to_whoever_asks(door: Door, host: str) -> None:
    headers = {"Host": host} if host else {}
    assert (await door.get("/healthz", **headers)).json() == {"status": "alive"}
    answer = await door.get("/readyz?details", **headers)
    services = dict.fromkeys(("auth", "sync", "mail", "school", "bot"), True)
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "services": services})
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("away", ["auth", "sync", "mail", "school", "bot"])
async def test_readiness_names_the_service_that_is_not_able(door: Door, away: str) -> None:
    assert door.stand.house is not None
    service = door.stand.house.services[away]
    service.stopping = True
    try:
        answer = await door.get("/readyz")
    finally:
        service.stopping = False
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert [name for name, able in answer.json()["services"].items() if not able] == [away]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("parta.css", "text/css; charset=utf-8"),
        ("parta.js", "text/javascript; charset=utf-8"),
        ("parta.svg", "image/svg+xml"),
    ],
)
async def test_a_file_is_served_with_its_kind_and_may_be_kept(
    door: Door, name: str, kind: str
) -> None:
    answer = await door.get(f"/static/{name}", Cookie=door.cookie)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = await door.get(f"/static/{name}", If_None_Match=answer.headers["ETag"])
    assert again.status_code == 304
    assert door.record.seen == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW"])
async def test_a_file_can_only_be_read(door: Door, method: str) -> None:
    answer = await door.send(method, "/static/parta.css")
    assert (answer.status_code, answer.json()["error"]) == (405, "HttpError")


async def test_a_stream_comes_as_it_is_told(door: Door) -> None:
    url = f"http://127.0.0.1:{door.port}/bot/probe/stream"
    async with door.http.stream("GET", url, headers={"Accept": "text/event-stream"}) as answer:
        pieces = answer.aiter_text()
        for event in ("first", "second", "third"):
            assert await anext(pieces) == f"data: {event}\n\n"
            # Only now may the next be told: none was kept back for it.
            door.stand.go_on()


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("target", "largest", "status"),
    [("/school/submissions", MAX_BODY, 403), ("/hooks/github", LARGEST_HOOK, 401)],
)
async def test_a_body_has_its_limit_to_the_byte(
    door: Door, target: str, largest: int, status: int, told: bool
) -> None:
    form = {"Origin": PUBLIC_URL, "Content-Type": "application/x-www-form-urlencoded"}
    headers = form if target.startswith("/hooks") else {**form, "Cookie": door.cookie}

    def body(size: int) -> bytes | AsyncIterator[bytes]:
        return b" " * size if told else in_pieces(size)

    taken = await door.send("POST", target, headers=headers, content=body(largest))
    assert (taken.status_code, len(door.record.of_people()[0].body)) == (status, largest)
    refused = await door.send("POST", target, headers=headers, content=body(largest + 1))
    assert (refused.status_code, refused.json()["error"]) == (413, "TooLarge")


async def test_a_large_answer_comes_whole(door: Door) -> None:
    value = "x" * 12_000
    answer = await door.get("/bot/probe/echo", X_Large=value)
    assert ["x-large", value] in json.loads(answer.text)["headers"]


async def test_a_head_has_the_headers_of_a_get_and_no_body(door: Door) -> None:
    for target, status in (("/static/parta.css", 200), ("/nowhere", 404), ("/readyz", 200)):
        answer = await door.send("HEAD", target)
        assert (answer.status_code, answer.content) == (status, b"")


async def test_a_websocket_is_not_opened(door: Door) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = await door.send("GET", "/school/card", headers=upgrade)
    assert answer.status_code in (400, 401, 403)
