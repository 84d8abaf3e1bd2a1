"""The script doors: what they tell, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.app import create_app
from sandbox.page import endpoint
from sandbox.school import PEOPLE, PULLS
from sandbox.settings import BadSetting, SandboxSettings, from_environment
from tests.sandbox.serving import Served, serve

STUDENT = PEOPLE[0].chat_id
PULL = PULLS[0].url
ENVIRONMENT = {
    "PUBLIC_URL": "http://localhost:8080/",
    "GITHUB_WEBHOOK_SECRET": "hush-hook",
    "GITHUB_OAUTH_CLIENT_ID": "client",
    "GITHUB_OAUTH_SECRET": "hush-oauth",
    "TELEGRAM_BOT_TOKEN": "1:hush-bot",
    "TELEGRAM_BOT_USERNAME": "@a_bot",
}


async def test_the_story_names_people_pulls_and_what_to_try() -> None:
    async with serve(links={"app": "http://x/"}, try_lines=["Approve."]) as sandbox:
        story = await sandbox.get("/story")
    assert story["links"] == {"app": "http://x/"}
    assert story["try"] == ["Approve."]
    assert story["pulls"][0]["url"] == PULL
    assert {"key", "name", "roles", "chat_id", "github", "email", "password", "zone"} <= set(
        story["people"][0]
    )


async def test_the_clock_is_moved_only_where_there_is_one(sandbox: Served) -> None:
    refused = await sandbox.http.post("/clock", json={"advance_s": 60})
    assert refused.status_code == 409
    assert "error" in refused.json()
    moved: list[float] = []
    async with serve(advance_clock=moved.append) as other:
        await other.post("/clock", advance_s=60)
        assert (await other.get("/clock"))["movable"] is True
    assert moved == [60]


async def test_the_clock_is_shown_wherever_it_hangs(sandbox: Served) -> None:
    assert await sandbox.get("/clock") == {"now": "2026-09-01T12:00:00+00:00", "movable": False}
    sandbox.clock.advance(3600)
    assert (await sandbox.get("/clock"))["now"] == "2026-09-01T13:00:00+00:00"


BAD: list[tuple[str, Any, int]] = [
    ("/telegram/say", {}, 400),
    ("/telegram/say", {"chat_id": STUDENT}, 400),
    ("/telegram/say", {"chat_id": str(STUDENT), "text": "x"}, 400),
    ("/telegram/say", {"chat_id": STUDENT, "text": " "}, 400),
    ("/telegram/say", {"chat_id": STUDENT, "text": "x" * 4097}, 400),
    ("/telegram/say", {"chat_id": STUDENT, "text": "x", "extra": 1}, 400),
    ("/telegram/say", {"chat_id": 1, "text": "x"}, 404),
    ("/telegram/say", {"chat_id": -1007000000001, "text": "x"}, 400),
    ("/telegram/say", {"chat_id": -1007000000001, "text": "x", "by": "nobody"}, 404),
    ("/telegram/say", {"chat_id": STUDENT, "text": "x", "reply_to": 1}, 404),
    ("/telegram/press", {"chat_id": STUDENT, "message_id": 1, "data": "x"}, 404),
    ("/telegram/press", {"chat_id": STUDENT, "message_id": 1, "data": "x", "wait_s": 99}, 400),
    ("/telegram/block", {"chat_id": 1, "blocked": True}, 404),
    ("/telegram/block", {"chat_id": STUDENT, "blocked": "yes"}, 400),
    ("/telegram/block", {"chat_id": -1007000000001, "blocked": True}, 400),
    ("/github/review", {"pull": PULL, "by": "curator", "state": "liked"}, 400),
    ("/github/review", {"pull": PULL, "by": "nobody", "state": "approved"}, 404),
    ("/github/review", {"pull": "nonsense", "by": "curator", "state": "approved"}, 400),
    ("/github/review", {"pull": PULL + "1", "by": "curator", "state": "approved"}, 404),
    ("/github/review", {"pull": PULL, "by": "curator", "state": "dismissed"}, 404),
    ("/github/push", {"pull": 1}, 400),
    ("/github/push", {"pull": PULL + "1"}, 404),
    ("/github/pull", {"pull": PULL, "action": "exploded"}, 400),
    ("/github/pull", {"pull": PULL, "action": "reopened"}, 409),
    ("/github/pull", {"pull": "https://github.com/else/x/pull/1", "action": "opened"}, 404),
    ("/github/deliver", {"event": "ping"}, 400),
    ("/github/deliver", {"event": "bad\r\nheader: x", "payload": {}}, 400),
    ("/github/deliver", {"event": "ping", "payload": []}, 400),
    ("/github/redeliver", {"delivery_id": "unknown"}, 404),
    ("/faults", {"system": "moon", "status": 500}, 400),
    ("/faults", {"system": "telegram"}, 400),
    ("/faults", {"system": "telegram", "status": 200}, 400),
    ("/faults", {"system": "telegram", "status": 500, "drop": True}, 400),
    ("/faults", {"system": "telegram", "status": 500, "after": True}, 400),
    ("/faults", {"system": "telegram", "status": 500, "times": 0}, 400),
    ("/google/revoke_all", {"person": "nobody"}, 404),
    ("/google/revoke_all", {}, 400),
    ("/google/spoil", {}, 400),
    ("/google/spoil", {"forgery": "magic"}, 400),
    ("/google/rotate_keys", {"when": "now"}, 400),
    ("/telegram/widget", {"person": "nobody"}, 404),
    ("/telegram/widget", {"person": "student", "auth_date": "yesterday"}, 400),
    ("/telegram/init_data", {"person": "nobody"}, 404),
    ("/telegram/init_data", {"person": "student", "auth_date": -1}, 400),
    ("/telegram/spoil", {}, 400),
    ("/telegram/rotate_keys", {"when": "now"}, 400),
    ("/clock", {"advance_s": -1}, 400),
    ("/clock", {"advance_s": "soon"}, 400),
]


@pytest.mark.parametrize(("path", "body", "status"), BAD)
async def test_doors_refuse_what_does_not_exist_or_is_malformed(
    shared_sandbox: Served, path: str, body: Any, status: int
) -> None:
    answer = await shared_sandbox.http.post(path, json=body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"\\ud800"', b"NaN"]
)
async def test_doors_refuse_bodies_that_are_not_the_json_they_want(
    shared_sandbox: Served, content: bytes
) -> None:
    for path in {path for path, _, _ in BAD}:
        answer = await shared_sandbox.http.post(path, content=content)
        assert (answer.status_code, list(answer.json())) == (400, ["error"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/telegram/messages", 400),
        ("/telegram/messages?chat_id=x", 400),
        ("/telegram/messages?chat_id=1", 404),
        ("/telegram/calls?since=x", 400),
        ("/github/deliveries?limit=x", 400),
        ("/nowhere", 404),
    ],
)
async def test_readers_refuse_in_the_same_way(
    shared_sandbox: Served, path: str, status: int
) -> None:
    answer = await shared_sandbox.http.get(path)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


async def test_another_site_may_not_write(sandbox: Served) -> None:
    answer = await sandbox.http.post(
        "/telegram/say",
        json={"chat_id": STUDENT, "text": "x"},
        headers={"origin": "http://evil.example"},
    )
    assert answer.status_code == 403


async def test_faults_can_be_seen_and_cleared(sandbox: Served) -> None:
    await sandbox.post("/faults", system="hook", status=500, times=3)
    assert [fault["times"] for fault in await sandbox.get("/faults")] == [3]
    await sandbox.http.delete("/faults")
    assert await sandbox.get("/faults") == []


async def test_the_page_has_no_inline_script_and_a_strict_policy(sandbox: Served) -> None:
    page = await sandbox.http.get("/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert "media-src 'self'" in page.headers["content-security-policy"]
    for file in (Path(endpoint.__file__).parent / "static").iterdir():
        assert (await sandbox.http.get(f"/page/{file.name}")).status_code == 200


def test_settings_come_from_the_names_that_parta_reads() -> None:
    settings = from_environment(ENVIRONMENT)
    assert settings.hook_url == "http://localhost:8080/hooks/github"
    assert settings.telegram_bot_username == "a_bot"
    assert settings.url == "http://127.0.0.1:8081"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "no-colon"),
        ("SANDBOX_PORT", "99999"),
        ("PUBLIC_URL", "localhost"),
        ("GITHUB_WEBHOOK_SECRET", ""),
        ("GITHUB_OAUTH_SECRET_FILE", "/nowhere/at/all"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        from_environment({**ENVIRONMENT, name: value})


def test_vendors_of_identities_may_be_left_out() -> None:
    settings = from_environment(ENVIRONMENT)
    assert settings.google_client_id == settings.vk_client_id == ""
    assert settings.telegram_oidc_client_secret == ""


def test_vendors_of_identities_come_from_the_names_that_parta_reads() -> None:
    settings = from_environment(
        {
            **ENVIRONMENT,
            "GOOGLE_CLIENT_ID": "a-google-client",
            "GOOGLE_CLIENT_SECRET": "hush-google",
            "GOOGLE_REDIRECT_URL": "https://school.example.org/login/callback",
            "VK_CLIENT_ID": "51234567",
            "VK_CLIENT_SECRET": "hush-vk",
            "VK_REDIRECT_URL": "https://school.example.org/login/vk/callback",
            "TELEGRAM_OIDC_CLIENT_SECRET": "hush-telegram",
        }
    )
    assert settings.google_client_id == "a-google-client"
    assert settings.google_client_secret == "hush-google"
    assert settings.google_redirect_urls == (
        "https://school.example.org/login/callback",
        "http://localhost:8080/mail/connect/callback",
    )
    assert (settings.vk_client_id, settings.vk_service_token) == ("51234567", "hush-vk")
    assert settings.vk_redirect_url == "https://school.example.org/login/vk/callback"
    assert settings.telegram_oidc_client_secret == "hush-telegram"
    assert (
        settings.telegram_oidc_redirect_url == "http://localhost:8080/login/telegram/oidc/callback"
    )
    assert "hush" not in repr(settings)


def test_making_an_app_starts_nothing() -> None:
    assert create_app(SandboxSettings()).state.story_links["app"] == "http://localhost:8080"
