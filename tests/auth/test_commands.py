"""What an operator does from the command line."""

from uuid import UUID, uuid4

import pytest

from services.auth import commands
from services.auth.errors import EmailTaken, PersonNotFound, RoleUnknown
from services.auth.persons.service import clean_name
from shared.errors import Unprocessable
from tests.auth.desk import Desk

SEED = {
    "name": "Student",
    "roles": ("student",),
    "locale": "ru",
    "telegram_id": 700000001,
    "github_id": 90000001,
    "github_login": "parta-student",
    "email": "student@example.org",
}


async def test_a_person_is_made_and_told_of_once_without_their_address(desk: Desk) -> None:
    door = await commands.create_person(
        desk.auth.database, email=" Head@Example.org ", role="administrator", name="Head"
    )
    assert door.startswith("/login/door/")
    (told,) = await desk.events()
    assert (told.version, told.name, told.roles) == (1, "Head", ("administrator",))
    assert "xample" not in told.model_dump_json()
    assert await desk.value("SELECT email FROM persons") == "Head@Example.org"


async def test_an_address_is_one_persons_in_whatever_case(desk: Desk) -> None:
    database = desk.auth.database
    await commands.create_person(database, email="a@example.org", role="student", name="A")
    with pytest.raises(EmailTaken):
        await commands.create_person(database, email="A@EXAMPLE.org", role="student", name="B")
    assert await desk.value("SELECT count(*) FROM persons") == 1


async def test_what_is_no_address_makes_nobody(desk: Desk) -> None:
    for email in ("", "x", "@example.org", "a@b", "a b@example.org"):
        with pytest.raises(Unprocessable):
            await commands.create_person(desk.auth.database, email=email, role="student", name="A")
    assert await desk.value("SELECT count(*) FROM persons") == 0


async def test_a_role_is_given_by_address_login_or_id_and_journalled(desk: Desk) -> None:
    database = desk.auth.database
    await commands.create_person(database, email="a@example.org", role="student", name="A")
    person_id = (await (await desk.sign_in()).me())["person_id"]
    assert await commands.grant(database, "A@example.org", "curator")
    assert await commands.grant(database, "PARTA-student", "teacher")
    assert await commands.grant(database, person_id, "curator")
    assert not await commands.grant(database, person_id, "curator")
    assert await desk.value("SELECT count(*) FROM grants") == 4
    last = (await desk.events())[-1]
    assert (str(last.person_id), last.roles) == (person_id, ("teacher", "curator"))


async def test_a_role_nobody_knows_or_for_nobody_is_refused(desk: Desk) -> None:
    database = desk.auth.database
    await desk.sign_in()
    with pytest.raises(RoleUnknown):
        await commands.grant(database, "parta-student", "king")
    for who in ("nobody@example.org", "nobody", str(uuid4())):
        with pytest.raises(PersonNotFound):
            await commands.grant(database, who, "student")


async def test_a_login_that_two_once_had_means_neither(desk: Desk) -> None:
    await desk.sign_in()
    await desk.sign_in(login="parta-curator")
    await desk.run("UPDATE accounts SET login = 'parta-student'")
    with pytest.raises(PersonNotFound, match="2 found"):
        await commands.grant(desk.auth.database, "parta-student", "teacher")


async def test_everyone_is_told_of_again_as_they_are(desk: Desk) -> None:
    await desk.sign_in()
    await desk.sign_in(login="parta-curator")
    before = await desk.events()
    assert await commands.republish(desk.auth.database) == 2
    after = (await desk.events())[2:]
    assert sorted(after, key=lambda one: one.person_id) == sorted(
        before, key=lambda one: one.person_id
    )


async def test_a_small_school_is_seeded_once_however_often(desk: Desk) -> None:
    person_id = UUID(int=7)
    assert await commands.seed_person(desk.auth.database, person_id=person_id, **SEED)  # type: ignore[arg-type]
    assert not await commands.seed_person(desk.auth.database, person_id=person_id, **SEED)  # type: ignore[arg-type]
    (told,) = await desk.events()
    assert (told.person_id, told.version) == (person_id, 1)
    assert (told.telegram_id, told.github_id) == (700000001, 90000001)
    changed = {**SEED, "roles": ("student", "teacher")}
    assert await commands.seed_person(desk.auth.database, person_id=person_id, **changed)  # type: ignore[arg-type]
    assert [one.version for one in await desk.events()] == [1, 2]
    browser = await desk.sign_in()
    assert (await browser.me())["person_id"] == str(person_id)


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert clean_name("  Ива\n\u202e Нова\x00 ") == "Ива Нова"
    assert clean_name("\u200b", "instead") == "instead"
    assert len(clean_name("x" * 500)) == 200
