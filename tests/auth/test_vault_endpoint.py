"""Access as services ask for it over HTTP."""

import pytest

from shared.identity import HEADER
from tests.auth.desk import Desk
from tests.auth.granting import (
    ACCESS,
    FIRST,
    OTHER,
    PERSON,
    System,
    add_person,
    grow_old,
    keep,
    vault_at,
)

PATH = "/internal/vault/access"
WANTED = {"person_id": str(PERSON), "right": "mail.read"}


@pytest.fixture
async def system(desk: Desk) -> System:
    """Somebody has granted the right to read their mail."""
    system = System()
    vault_at(desk, system)
    await add_person(desk)
    await keep(desk)
    return system


async def test_mail_is_given_access_that_no_cache_keeps(desk: Desk, system: System) -> None:
    answer = await desk.ask_as("mail", PATH, **WANTED)
    assert answer.status_code == 200
    given = answer.json()
    assert given["access_token"] == ACCESS
    assert 3500 < given["expires_in"] <= 3600
    assert given["right_id"] == str(await desk.value("SELECT right_id FROM rights"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert FIRST not in answer.text


async def test_mail_gets_the_token_to_ask_with(desk: Desk, system: System) -> None:
    token = (await desk.token("mail")).json()["token"]
    async with desk.inside(**{HEADER: token}) as http:
        assert (await http.post(PATH, json=WANTED)).status_code == 200


async def test_another_service_a_person_and_a_stranger_are_given_nothing(
    desk: Desk, system: System
) -> None:
    for service in ("bot", "school", "sync"):
        answer = await desk.ask_as(service, PATH, **WANTED)
        assert (answer.status_code, ACCESS in answer.text) == (403, False)
    browser = await desk.sign_in()
    person = await browser.gateway.check(f"parta={browser.session()}")
    for headers in ({}, {HEADER: str(person)}):
        async with desk.inside(**headers) as http:
            assert (await http.post(PATH, json=WANTED)).status_code == 401


async def test_what_is_not_there_is_404_and_what_is_not_allowed_403(
    desk: Desk, system: System
) -> None:
    await add_person(desk, OTHER)
    theirs = await desk.value("SELECT right_id FROM rights")
    for wanted in (
        {**WANTED, "person_id": str(OTHER)},
        {**WANTED, "person_id": str(OTHER), "right_id": str(theirs)},
        {**WANTED, "right_id": str(PERSON)},
    ):
        assert (await desk.ask_as("mail", PATH, **wanted)).status_code == 404
    send = {**WANTED, "right": "mail.send"}
    assert (await desk.ask_as("mail", PATH, **send)).status_code == 403
    assert (await desk.ask_as("mail", PATH, person_id="x", right="mail.read")).status_code == 422


async def test_an_end_is_410_and_a_pause_503_that_says_when_to_ask_again(
    desk: Desk, system: System
) -> None:
    await grow_old(desk)
    system.is_away = True
    answer = await desk.ask_as("mail", PATH, **WANTED)
    assert (answer.status_code, answer.json()["error"]) == (503, "RightRests")
    assert answer.headers["Retry-After"] == "5"
    await grow_old(desk)
    system.is_away = False
    system.end()
    answer = await desk.ask_as("mail", PATH, **WANTED)
    assert (answer.status_code, answer.json()["error"]) == (410, "RightHasEnded")
