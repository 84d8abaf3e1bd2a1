"""Mailbox passwords: kept sealed, handed to mail alone, ended once."""

from typing import Any

import httpx
import pytest

from shared.secret import CannotOpen, KeyRing
from tests.auth.desk import Desk
from tests.auth.granting import OTHER, PERSON, add_person

BOX = {"host": "imap.example.org", "user": "student@example.org", "password": "a secret of the box"}


async def ask(desk: Desk, path: str, service: str = "mail", **body: Any) -> httpx.Response:
    return await desk.ask_as(service, f"/internal/vault/mailboxes{path}", **body)


@pytest.fixture
async def box(desk: Desk) -> dict[str, str]:
    """Somebody's mailbox, as mail asks for it."""
    await add_person(desk)
    kept = await ask(desk, "", person_id=str(PERSON), **BOX)
    assert kept.status_code == 200, kept.text
    return {"person_id": str(PERSON), "right_id": kept.json()["right_id"]}


async def test_mail_is_handed_the_password_and_that_is_on_record(
    desk: Desk, box: dict[str, str]
) -> None:
    answer = await ask(desk, "/open", **box)
    assert answer.json() == {"password": BOX["password"]}
    assert answer.headers["Cache-Control"] == "no-store"
    assert await desk.value("SELECT last_used_by FROM rights") == "mail"


async def test_no_other_service_keeps_opens_or_ends_one(desk: Desk, box: dict[str, str]) -> None:
    for service in ("bot", "school", "sync"):
        for path, body in (("", {"person_id": str(PERSON), **BOX}), ("/open", box)):
            assert (await ask(desk, path, service, **body)).status_code == 403
        assert (await ask(desk, "/refused", service, **box)).status_code == 403


async def test_another_persons_box_is_none(desk: Desk, box: dict[str, str]) -> None:
    for path in ("/open", "/refused"):
        answer = await ask(desk, path, **{**box, "person_id": str(OTHER)})
        assert answer.status_code == 404
    assert (await ask(desk, "", person_id=str(OTHER), **BOX)).status_code == 404


async def test_at_rest_it_is_sealed_to_its_row_and_owner(desk: Desk, box: dict[str, str]) -> None:
    kept = str(await desk.value("SELECT array_agg(r)::text FROM rights r"))
    assert BOX["password"] not in kept
    sealed = await desk.value("SELECT sealed FROM rights")
    ring = KeyRing.parse(desk.auth.settings.vault_keys.get_secret_value())
    with pytest.raises(CannotOpen):
        ring.open(sealed, bound_to=f"rights:sealed:{box['right_id']}:{OTHER}")


async def test_entered_anew_the_newer_one_counts(desk: Desk, box: dict[str, str]) -> None:
    again = await ask(desk, "", person_id=str(PERSON), **{**BOX, "password": "a newer one"})
    assert again.json()["right_id"] == box["right_id"]
    assert (await ask(desk, "/open", **box)).json() == {"password": "a newer one"}


async def test_one_that_the_server_refuses_ends_once_and_is_told_once(
    desk: Desk, box: dict[str, str]
) -> None:
    assert (await ask(desk, "/refused", **box)).json() == {"ended": True}
    assert (await ask(desk, "/refused", **box)).json() == {"ended": False}
    assert (await ask(desk, "/open", **box)).status_code == 410
    told = "SELECT count(*) FROM outbox WHERE type = 'auth.right.ended.v1'"
    assert await desk.value(told) == 1
    assert await desk.value("SELECT sealed IS NULL FROM rights")


async def test_a_password_is_no_access(desk: Desk, box: dict[str, str]) -> None:
    answer = await desk.ask_as(
        "mail", "/internal/vault/access", person_id=str(PERSON), right="mail.box"
    )
    assert answer.status_code == 403
