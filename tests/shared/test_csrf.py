"""Forms: an unsafe request that carries a cookie must come from our own page."""

from typing import Any

import httpx
import pytest

from tests.support.web import PUBLIC_URL, Site


async def post(site: Site, *, csrf: str | None = "right", **asked: Any) -> httpx.Response:
    site.sign_in(csrf=csrf)
    headers = {"Cookie": "parta=1", "Origin": PUBLIC_URL, **asked.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value is not None}
    return await site.client.request(
        asked.pop("method", "POST"), "/words", headers=headers, **asked
    )


async def test_our_own_form_is_taken_by_its_field_or_by_its_header(site: Site) -> None:
    assert (await post(site, data={"csrf": "right", "word": "парта"})).json() == {"word": "парта"}
    answer = await post(site, data={"word": "парта"}, headers={"X-CSRF-Token": "right"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"data": {"word": "x"}},
        {"data": {"word": "x", "csrf": "wrong"}},
        {"data": {"word": "x", "csrf": "право"}},
        {"data": {"word": "x", "csrf": "right"}, "headers": {"X-CSRF-Token": "wrong"}},
        {"data": {"word": "x", "csrf": "right"}, "headers": {"Origin": "https://evil.test"}},
        {"data": {"word": "x", "csrf": "right"}, "headers": {"Origin": "null"}},
        {"data": {"word": "x", "csrf": "right"}, "headers": {"Origin": None}},
        {"files": {"csrf": ("csrf", b"right")}, "data": {"word": "x"}},
        {"content": b"csrf=right&word=x", "headers": {"Content-Type": "text/plain"}},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_or_without_its_value_is_refused(
    site: Site, asked: dict[str, Any]
) -> None:
    answer = await post(site, **asked)
    assert answer.status_code == 403
    assert answer.json()["error"] == "CsrfMissing"
    assert site.words == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_unsafe_method_is_looked_at(site: Site, method: str) -> None:
    assert (await post(site, method=method)).status_code == 403


async def test_a_safe_request_needs_nothing(site: Site) -> None:
    answer = await post(site, method="GET", headers={"Origin": "https://evil.test"})
    assert answer.status_code == 200


async def test_a_request_without_a_cookie_is_nobodys_browser(site: Site) -> None:
    answer = await post(site, data={"word": "x"}, headers={"Cookie": None, "Origin": None})
    assert answer.status_code == 200


async def test_a_browser_without_a_session_is_known_by_its_origin_alone(site: Site) -> None:
    assert (await post(site, csrf=None, data={"word": "x"})).status_code == 200
    answer = await post(
        site, csrf=None, data={"word": "x"}, headers={"Origin": "https://evil.test"}
    )
    assert answer.status_code == 403
