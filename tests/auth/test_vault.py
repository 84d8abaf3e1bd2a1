"""Rights: kept sealed, refreshed once however many ask, ended once."""

import asyncio
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.errors import RightHasEnded, RightRests, RightUnknown
from services.auth.vault.contract import MAIL_READ
from services.auth.vault.sealing import Sealing
from services.auth.vault.service import list_rights
from shared.errors import Forbidden
from shared.events import RightEnded
from shared.secret import CannotOpen, KeyRing
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk
from tests.auth.granting import (
    ACCESS,
    FIRST,
    OTHER,
    PERSON,
    System,
    add_person,
    ask,
    grow_old,
    keep,
    told,
    vault_at,
)
from tests.support.waiting import eventually

RING = KeyRing.generate()
SECRETS = ("refresh-token-", "access-token-")


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
async def desks(open_desk: OpenDesk, system: System) -> list[Desk]:
    """Two replicas; a person granted the right to read their mail."""
    both = [await open_desk(vault_keys=RING) for _ in range(2)]
    for desk in both:
        vault_at(desk, system)
    await add_person(both[0])
    await keep(both[0])
    return both


@pytest.fixture
def desk(desks: list[Desk]) -> Desk:
    return desks[0]


async def twenty(desks: list[Desk]) -> list[Any]:
    """What twenty who ask at once are told, ten at each replica."""
    asking = [ask(desk) for desk in desks for _ in range(10)]
    return await asyncio.gather(*asking, return_exceptions=True)


async def test_access_that_lives_is_handed_out_again(desk: Desk, system: System) -> None:
    assert [(await ask(desk)).access_token for _ in range(2)] == [ACCESS, ACCESS]
    assert system.asked == []


@pytest.mark.parametrize(("left", "asked"), [(59, [FIRST]), (65, [])])
async def test_what_is_handed_out_has_a_minute_to_live(
    desk: Desk, system: System, left: int, asked: list[str]
) -> None:
    await desk.run("UPDATE rights SET access_until = now() + $1 * interval '1 second'", left)
    assert (await ask(desk)).expires_in > 60
    assert system.asked == asked


async def test_twenty_who_ask_at_once_over_two_replicas_make_one_request(
    desks: list[Desk], system: System
) -> None:
    await grow_old(desks[0])
    system.open.clear()
    asking = asyncio.create_task(twenty(desks))
    await eventually(lambda: system.asked)
    system.open.set()
    assert {access.access_token for access in await asking} == {"access-token-1"}
    assert system.asked == [FIRST]
    await twenty(desks)
    assert system.asked == [FIRST]


async def test_a_changed_refresh_token_is_the_one_that_is_used_next(
    desk: Desk, system: System
) -> None:
    system.rotates = True
    for _ in range(3):
        await grow_old(desk)
        await ask(desk)
    assert system.asked == [FIRST, "refresh-token-2", "refresh-token-3"]


async def test_a_changed_refresh_token_is_written_though_whoever_asked_has_gone(
    desk: Desk, system: System
) -> None:
    system.rotates = True
    await grow_old(desk)
    system.open.clear()
    asking = asyncio.create_task(ask(desk))
    await eventually(lambda: system.asked)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    system.open.set()
    await desk.auth.vault.aclose()
    await grow_old(desk)
    await ask(desk)
    assert system.asked == [FIRST, "refresh-token-2"]


async def test_a_grant_that_is_over_ends_the_right_and_is_told_once_however_many_ask(
    desks: list[Desk], system: System
) -> None:
    desk = desks[0]
    await grow_old(desk)
    system.end()
    answers = await twenty(desks)
    assert {type(answer) for answer in answers} == {RightHasEnded}
    assert system.asked == [FIRST]
    (body,) = await told(desk)
    event = RightEnded.model_validate_json(body)
    assert (event.person_id, event.right, event.reason) == (PERSON, MAIL_READ, "refused")
    assert event.grant_url == "http://localhost:8080/me#rights"
    assert await desk.value(
        "SELECT sealed IS NULL AND access_sealed IS NULL AND ended_at = $1 FROM rights",
        event.ended_at,
    )


async def test_an_outside_system_that_is_away_ends_nothing_and_is_left_alone_a_while(
    desks: list[Desk], system: System
) -> None:
    desk = desks[0]
    await grow_old(desk)
    system.is_away = True
    assert {type(answer) for answer in await twenty(desks)} == {RightRests}
    assert system.asked == [FIRST]
    assert await told(desk) == []
    await desk.run("UPDATE rights SET lease_until = now()")
    system.is_away = False
    assert (await ask(desk)).access_token == "access-token-2"


async def test_a_lease_that_nobody_gives_back_ends_by_itself(desk: Desk, system: System) -> None:
    await desk.run(
        "UPDATE rights SET access_until = now(), lease_owner = $1, lease_until = now()", uuid4()
    )
    assert (await ask(desk)).access_token == "access-token-1"


@pytest.mark.parametrize("comes_late", ["new access", "that it is over"])
async def test_what_was_granted_anew_is_not_undone_by_an_answer_that_comes_late(
    desk: Desk, system: System, comes_late: str
) -> None:
    await grow_old(desk)
    system.rotates = True
    if comes_late == "that it is over":
        system.end()
    system.open.clear()
    asking = asyncio.create_task(ask(desk))
    await eventually(lambda: system.asked)
    await keep(desk, refresh_token="granted-anew", access_token="access-anew")
    system.open.set()
    (answer,) = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(answer, RightRests)
    assert (await ask(desk)).access_token == "access-anew"
    assert await told(desk) == []
    await grow_old(desk)
    system.refresh_token = "granted-anew"
    await ask(desk)
    assert system.asked[-1] == "granted-anew"


async def test_granted_anew_it_is_the_same_right_one_version_on(desk: Desk, system: System) -> None:
    right_id = (await ask(desk)).right_id
    await grow_old(desk)
    system.end()
    with pytest.raises(RightHasEnded):
        await ask(desk)
    assert await keep(desk, access_token="access-anew") == right_id
    assert await desk.value("SELECT count(*) FROM rights") == 1
    assert (await ask(desk)).access_token == "access-anew"
    await grow_old(desk)
    with pytest.raises(RightHasEnded):
        await ask(desk)
    versions = [RightEnded.model_validate_json(body).version for body in await told(desk)]
    assert versions == [1, 2]


async def test_of_two_mailboxes_the_last_granted_is_meant_or_the_one_that_is_named(
    desk: Desk,
) -> None:
    first = (await ask(desk)).right_id
    second = await keep(desk, subject="1002", access_token="access-of-the-second")
    assert (await ask(desk)).right_id == second
    assert (await ask(desk, right_id=first)).access_token == ACCESS


async def test_a_service_uses_nobody_elses_right_and_none_that_it_may_not(desk: Desk) -> None:
    right_id = (await ask(desk)).right_id
    await add_person(desk, OTHER)
    with pytest.raises(RightUnknown):
        await ask(desk, OTHER)
    with pytest.raises(RightUnknown):
        await ask(desk, OTHER, right_id=right_id)
    for service, right in (("bot", MAIL_READ), ("mail", "mail.send"), ("", MAIL_READ)):
        with pytest.raises(Forbidden):
            await desk.auth.vault.access(PERSON, right, by=service)


async def test_use_is_noted_once_a_minute_at_most(desk: Desk) -> None:
    await ask(desk)
    first = await desk.value("SELECT last_used_at FROM rights WHERE last_used_by = 'mail'")
    assert first is not None
    await ask(desk)
    assert await desk.value("SELECT last_used_at FROM rights") == first
    await desk.run("UPDATE rights SET last_used_at = last_used_at - interval '61 seconds'")
    await ask(desk)
    assert await desk.value("SELECT last_used_at FROM rights") > first


async def test_a_token_that_was_moved_to_another_row_is_handed_to_nobody(
    desk: Desk, system: System
) -> None:
    await add_person(desk, OTHER)
    await keep(desk, OTHER, access_token="access-of-the-other")
    swap = (
        "UPDATE rights SET sealed = other.sealed, access_sealed = other.access_sealed"
        " FROM rights AS other WHERE rights.person_id = $1 AND other.person_id = $2"
    )
    await desk.run(swap, PERSON, OTHER)
    with pytest.raises(RightRests):
        await ask(desk)
    await grow_old(desk)
    with pytest.raises(RightRests):
        await ask(desk)
    assert system.asked == []
    assert await told(desk) == []


async def test_where_the_ring_lost_the_key_nothing_ends(
    open_desk: OpenDesk, desk: Desk, system: System
) -> None:
    lost = await open_desk(vault_keys=KeyRing.generate())
    vault_at(lost, system)
    await grow_old(desk)
    with pytest.raises(RightRests):
        await ask(lost)
    await grow_old(desk)
    assert (await ask(desk)).access_token == "access-token-1"


@pytest.mark.parametrize("nonsense", [None, -1.0, 0.0, float("nan"), float("inf"), 1e300])
async def test_a_lifetime_that_is_not_told_or_is_nonsense_is_taken_to_be_short(
    desk: Desk, system: System, nonsense: float | None
) -> None:
    await grow_old(desk)
    system.lives_for = nonsense
    assert (await ask(desk)).expires_in == 300


async def test_a_right_taken_back_here_is_gone_at_once_and_given_back_there(
    desk: Desk, system: System
) -> None:
    right_id = (await ask(desk)).right_id
    await desk.auth.vault.take_back(PERSON, right_id)
    assert system.revoked == [FIRST]
    with pytest.raises(RightHasEnded):
        await ask(desk)
    (body,) = await told(desk)
    assert RightEnded.model_validate_json(body).reason == "taken_back"
    with pytest.raises(RightUnknown):
        await desk.auth.vault.take_back(PERSON, right_id)


async def test_a_right_is_taken_back_though_the_outside_system_is_away(
    desk: Desk, system: System
) -> None:
    right_id = (await ask(desk)).right_id
    system.is_away = True
    await desk.auth.vault.take_back(PERSON, right_id)
    assert await desk.value("SELECT sealed IS NULL FROM rights")


async def test_nobody_takes_back_what_is_anothers(desk: Desk, system: System) -> None:
    right_id = (await ask(desk)).right_id
    await add_person(desk, OTHER)
    with pytest.raises(RightUnknown):
        await desk.auth.vault.take_back(OTHER, right_id)
    assert system.revoked == []
    assert (await ask(desk)).access_token == ACCESS


async def test_a_person_sees_their_own_rights_and_what_ended_lately(desk: Desk) -> None:
    await add_person(desk, OTHER)
    await keep(desk, OTHER)
    await keep(desk, subject="1002")
    await desk.auth.vault.take_back(PERSON, (await ask(desk)).right_id)
    async with desk.auth.database.acquire() as connection:
        seen = await list_rights(connection, PERSON)
    assert [right.end_reason for right in seen] == [None, "taken_back"]
    assert not any(hasattr(right, "sealed") for right in seen)
    await desk.run("UPDATE rights SET ended_at = now() - interval '91 days' WHERE sealed IS NULL")
    async with desk.auth.database.acquire() as connection:
        assert len(await list_rights(connection, PERSON)) == 1


async def test_no_token_is_in_a_row_an_event_a_log_or_what_python_shows(
    desk: Desk, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    system.rotates = True
    await grow_old(desk)
    access = await ask(desk)
    await grow_old(desk)
    system.is_away = True
    with pytest.raises(RightRests):
        await ask(desk)
    await grow_old(desk)
    system.is_away = False
    system.end()
    rows = await desk.value("SELECT string_agg(rights::text, ' ') FROM rights")
    with pytest.raises(RightHasEnded):
        await ask(desk)
    outbox = await desk.value("SELECT string_agg(outbox::text, ' ') FROM outbox")
    shown = f"{rows} {outbox} {caplog.text} {access!r} {vars(desk.auth.vault)!r}"
    assert "right_ended" in caplog.text
    assert not any(secret in shown for secret in SECRETS), shown


UUIDS = st.builds(UUID, int=st.integers(0, 2**128 - 1))
PLACES = st.tuples(st.sampled_from(["sealed", "access_sealed"]), UUIDS, UUIDS)


@given(token=st.text(min_size=1, max_size=100), here=PLACES, there=PLACES)
def test_a_token_opens_in_its_own_column_row_and_owner_alone(
    token: str, here: tuple[Any, UUID, UUID], there: tuple[Any, UUID, UUID]
) -> None:
    sealing = Sealing(KeyRing.parse(RING))
    column, right_id, person_id = here
    sealed = sealing.seal(token, column, right_id=right_id, person_id=person_id)
    assert sealing.open(sealed, column, right_id=right_id, person_id=person_id) == token
    other = "access_sealed" if column == "sealed" else "sealed"
    elsewhere = [
        (other, right_id, person_id),
        (column, there[1], person_id),
        (column, right_id, there[2]),
        (column, person_id, right_id),
        there,
    ]
    for place in elsewhere:
        if place == here:
            continue
        with pytest.raises(CannotOpen):
            sealing.open(sealed, place[0], right_id=place[1], person_id=place[2])
