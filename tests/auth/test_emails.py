"""Addresses that sync may know: proved ones of people who are here, a hundred at a time."""

from uuid import UUID, uuid4

import pytest

from shared.events import SERVICES
from tests.auth.desk import Desk

PATH = "/internal/emails"
PROVED, UNPROVED, WITHOUT = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
async def known(desk: Desk) -> Desk:
    """Somebody whose address is proved, somebody who only wrote one, somebody without."""
    for person_id, email, proved in (
        (PROVED, "Ann@example.org", True),
        (UNPROVED, "ben@example.org", False),
        (WITHOUT, None, False),
    ):
        await desk.run(
            "INSERT INTO persons (person_id, name, email, email_confirmed_at)"
            " VALUES ($1, 'Somebody', $2, CASE WHEN $3 THEN now() END)",
            person_id,
            email,
            proved,
        )
    return desk


async def test_only_proved_addresses_are_told(known: Desk) -> None:
    wanted = [str(one) for one in (PROVED, UNPROVED, WITHOUT, uuid4())]
    answer = await known.ask_as("sync", PATH, person_ids=wanted)
    assert (answer.status_code, answer.json()) == (
        200,
        {"emails": {str(PROVED): "Ann@example.org"}},
    )


async def test_who_was_not_asked_for_is_not_told(known: Desk) -> None:
    answer = await known.ask_as("sync", PATH, person_ids=[])
    assert answer.json() == {"emails": {}}


async def test_a_person_who_is_gone_has_no_address(known: Desk) -> None:
    await known.run("DELETE FROM persons WHERE person_id = $1", PROVED)
    answer = await known.ask_as("sync", PATH, person_ids=[str(PROVED)])
    assert answer.json() == {"emails": {}}


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in ("auth", "sync")])
async def test_no_other_service_is_told(known: Desk, service: str) -> None:
    answer = await known.ask_as(service, PATH, person_ids=[str(PROVED)])
    assert answer.status_code == 403
    assert "example.org" not in answer.text


async def test_nobody_from_outside_is_told(known: Desk) -> None:
    async with known.inside() as http:
        answer = await http.post(PATH, json={"person_ids": [str(PROVED)]})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "person_ids",
    [
        pytest.param([str(UUID(int=one)) for one in range(101)], id="more than a hundred"),
        pytest.param(["ann@example.org"], id="an address for an id"),
        pytest.param("1", id="no list"),
    ],
)
async def test_what_cannot_be_asked_is_refused(known: Desk, person_ids: object) -> None:
    answer = await known.ask_as("sync", PATH, person_ids=person_ids)
    assert answer.status_code == 422


async def test_a_hundred_are_answered_at_once(known: Desk) -> None:
    wanted = [str(UUID(int=one)) for one in range(1, 101)]
    answer = await known.ask_as("sync", PATH, person_ids=wanted)
    assert answer.json() == {"emails": {str(PROVED): "Ann@example.org"}}
