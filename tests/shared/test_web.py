"""The door of every service: who asks, how much, what they are told, and what is written down."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.web import MAX_BODY, SECURITY_HEADERS
from tests.support.web import Site

PAGE = {"Accept": "text/html,*/*"}
RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


async def in_pieces(size: int, piece: int = 65_536) -> AsyncIterator[bytes]:
    """A body whose length nobody tells beforehand."""
    while size > 0:
        yield b" " * min(piece, size)
        size -= piece


@pytest.mark.parametrize("path", ["/json", "/raw"])
async def test_a_body_that_says_it_is_too_large_is_refused_unread(site: Site, path: str) -> None:
    answer = await site.client.post(path, content=b" " * (MAX_BODY + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "TooLarge")


@pytest.mark.parametrize("path", ["/json", "/raw"])
async def test_a_body_that_does_not_say_its_length_is_limited_too(site: Site, path: str) -> None:
    answer = await site.client.post(path, content=in_pieces(MAX_BODY + 1))
    assert "content-length" not in answer.request.headers
    assert (answer.status_code, answer.json()["error"]) == (413, "TooLarge")


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "\xb2", "9" * 5000])
async def test_a_length_that_is_no_length_is_refused(site: Site, length: str) -> None:
    headers = {b"Content-Length": length.encode("latin-1")}
    answer = await site.client.post("/raw", content=b"x", headers=headers)
    assert answer.status_code == 413


async def test_the_largest_body_is_taken_and_more_where_a_path_may(site: Site) -> None:
    assert (await site.client.post("/raw", content=in_pieces(MAX_BODY))).json()["bytes"] == MAX_BODY
    padded = b'{"number": 1' + b" " * MAX_BODY + b"}"
    assert (
        await site.client.post("/big", content=padded, headers={"Content-Type": "application/json"})
    ).json() == {"number": 1}


@pytest.mark.parametrize(
    ("how", "status", "name"),
    [
        ("missing", 404, "NotFound"),
        ("signed-out", 401, "NotSignedIn"),
        ("conflict", 409, "Conflict"),
        ("away", 503, "Unavailable"),
        ("bug", 500, "Unexpected"),
    ],
)
async def test_a_program_is_told_a_stable_name_and_no_secret(
    site: Site, how: str, status: int, name: str
) -> None:
    answer = await site.client.get(f"/fail/{how}")
    assert (answer.status_code, answer.json()["error"]) == (status, name)
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) is (status == 503)


@pytest.mark.parametrize(
    ("headers", "title"),
    [(RUSSIAN, "Такой страницы нет"), (ENGLISH, "There is no such page"), ({}, None)],
)
async def test_people_are_told_in_their_language_on_a_page_and_in_json(
    site: Site, headers: dict[str, str], title: str | None
) -> None:
    page = await site.client.get("/fail/missing", headers={**PAGE, **headers})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Correlation-Id"] in page.text
    told = (await site.client.get("/fail/missing", headers=headers)).json()["detail"]
    if title is None:  # a program names no language
        assert told == "There is no such page"
    else:
        assert title in page.text
        assert told == title


async def test_a_persons_own_language_wins_over_their_browsers(site: Site) -> None:
    site.sign_in(locale="en")
    page = await site.client.get("/fail/missing", headers={**PAGE, **RUSSIAN})
    assert '<html lang="en">' in page.text


async def test_the_details_of_an_error_are_escaped_on_the_page(site: Site) -> None:
    page = await site.client.get("/<script>alert(1)</script>", headers=PAGE)
    assert page.status_code == 404
    assert "<script>alert" not in page.text


async def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(site: Site) -> None:
    answer = await site.client.get("/fail/signed-out?a=1&b=2", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=%2Ffail%2Fsigned-out%3Fa%3D1%26b%3D2"


async def test_an_identity_that_is_refused_is_not_anonymous(site: Site) -> None:
    answer = await site.client.get("/words", headers={"X-Parta-Identity": "refused"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_health_asks_nobody_who_they_are(site: Site, path: str) -> None:
    answer = await site.client.get(path, headers={"X-Parta-Identity": "refused"})
    assert answer.status_code == 200


async def test_what_is_wrong_in_a_body_is_named_by_its_place(site: Site) -> None:
    answer = await site.client.post("/json", json={"number": "secret"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("body.number: ")
    assert "secret" not in answer.text


@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("POST", 422)])
async def test_what_the_framework_refuses_looks_the_same(
    site: Site, method: str, status: int
) -> None:
    answer = await site.client.request(
        method, "/json", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("path", ["/words", "/nowhere", "/fail/bug", "/healthz"])
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    answer = await site.client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a-cause.1:2", True), ("", False), ("a b", False), ("x" * 65, False), ("<b>", False)],
)
async def test_every_answer_names_its_cause_and_an_odd_one_is_replaced(
    site: Site, given: str, kept: bool
) -> None:
    answer = await site.client.get("/fail/bug", headers={"X-Correlation-Id": given})
    assert (answer.headers["X-Correlation-Id"] == given) is kept
    assert answer.headers["X-Correlation-Id"]


async def test_readiness_says_what_waits_and_503_when_the_database_is_away(site: Site) -> None:
    report = (await site.client.get("/readyz")).json()
    assert report["ready"] is True
    assert report["parked"] == report["dead"] == 0
    await site.service.database.close()
    answer = await site.client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "away")
    assert (await site.client.get("/healthz")).status_code == 200
    assert (await site.client.get("/metrics")).status_code == 200


async def test_requests_are_counted_by_route_and_not_by_address(site: Site) -> None:
    for how in ("missing", "conflict"):
        await site.client.get(f"/fail/{how}")
    for stranger in range(3):
        await site.client.get(f"/nowhere/{stranger}")
    await site.client.request("BREW", "/words")
    text = (await site.client.get("/metrics")).text
    assert 'parta_request_seconds_count{method="GET",route="/fail/{how}",status="404"} 1.0' in text
    assert "nowhere" not in text
    assert "BREW" not in text


async def test_a_page_is_compiled_once_a_language(site: Site) -> None:
    pages = site.app.state.pages
    for headers in (RUSSIAN, ENGLISH, RUSSIAN):
        await site.client.get("/nowhere", headers={**PAGE, **headers})
    first = pages._environments["ru"].get_template("error.html")
    await site.client.get("/nowhere", headers={**PAGE, **RUSSIAN})
    assert pages._environments["ru"].get_template("error.html") is first


async def test_the_interface_is_described_for_programs(site: Site) -> None:
    described = json.loads((await site.client.get("/openapi.json")).text)
    assert "/words" in described["paths"]


async def test_an_answer_under_way_that_fails_is_cut_and_not_answered_twice(site: Site) -> None:
    from starlette.responses import StreamingResponse

    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError

    site.app.router.add_route("/half", lambda _: StreamingResponse(half()))
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        with pytest.raises(RuntimeError):
            await client.get("/half")
