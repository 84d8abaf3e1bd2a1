"""The administrator's pages: who has which role, who gave it, and who may change it."""

import asyncio
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from services.auth import commands
from services.auth.errors import LastAdministrator
from shared.identity import Identity
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Browser, Desk, csrf_on


async def sign_in_as(desk: Desk, login: str, *roles: str) -> tuple[Browser, str]:
    """Somebody with these roles; gives their browser and their id."""
    browser = await desk.sign_in(login=login)
    person_id = (await browser.me())["person_id"]
    for role in roles:
        await commands.grant(desk.auth.database, person_id, role)
    return browser, person_id


async def change(
    browser: Browser, person_id: str, role: str, action: str, **more: str
) -> tuple[int, str]:
    """Press one of the buttons; gives the status and where it leads."""
    csrf = csrf_on(await browser.get("/logout"))
    answer = await browser.post(
        f"/people/{person_id}/roles", csrf=csrf, role=role, action=action, **more
    )
    return answer.status_code, answer.headers.get("Location", answer.text)


async def roles_of(desk: Desk, person_id: str) -> Sequence[str]:
    roles: Sequence[str] = await desk.value(
        "SELECT roles FROM persons WHERE person_id = $1", UUID(person_id)
    )
    return roles


@pytest.mark.parametrize("role", ["", "student", "curator", "teacher"])
async def test_only_administrators_see_people_and_change_roles(desk: Desk, role: str) -> None:
    _, administrator_id = await sign_in_as(desk, "parta-administrator", "administrator")
    browser, person_id = await sign_in_as(desk, "parta-student", *filter(None, [role]))
    for path in ("/people", f"/people/{administrator_id}", f"/people/{person_id}"):
        answer = await browser.get(path)
        assert answer.status_code == 403
        assert "This is not allowed" in answer.text
    assert "/people" not in (await browser.get("/me")).text
    for who in (person_id, administrator_id):
        for action in ("grant", "take"):
            assert (await change(browser, who, "administrator", action))[0] == 403
    assert await roles_of(desk, person_id) == list(filter(None, [role]))
    assert await roles_of(desk, administrator_id) == ["administrator"]


async def test_a_stranger_is_sent_to_the_sign_in(desk: Desk) -> None:
    answer = await desk.browser().get("/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2Fpeople")


async def test_a_role_is_given_and_taken_told_at_once_and_counts_at_the_next_request(
    desk: Desk,
) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    other, other_id = await sign_in_as(desk, "parta-student")
    for action, roles in (("grant", ["curator"]), ("take", [])):
        # Their token of a moment ago is remembered, and must not be reused.
        assert await desk.identity(other) is not None
        assert await change(browser, other_id, "curator", action) == (303, f"/people/{other_id}")
        assert await roles_of(desk, other_id) == roles
        told = (await desk.events())[-1]
        assert (str(told.person_id), list(told.roles)) == (other_id, roles)
        identity = await desk.identity(other)
        assert isinstance(identity, Identity)
        assert list(identity.roles) == roles


async def test_what_stands_already_is_neither_told_nor_written_down(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    _, other_id = await sign_in_as(desk, "parta-student", "student")
    told, written = len(await desk.events()), await desk.value("SELECT count(*) FROM grants")
    assert (await change(browser, other_id, "student", "grant"))[0] == 303
    assert (await change(browser, other_id, "teacher", "take"))[0] == 303
    assert len(await desk.events()) == told
    assert await desk.value("SELECT count(*) FROM grants") == written


async def test_the_journal_says_who_what_and_when(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    _, other_id = await sign_in_as(desk, "parta-student", "teacher")
    await change(browser, other_id, "curator", "grant")
    await change(browser, other_id, "teacher", "take")
    page = (await browser.get(f"/people/{other_id}")).text
    name = (await browser.me())["name"]
    journal = page[page.index("Journal of roles") :]
    lines = [
        f"{name} took the role teacher",
        f"{name} gave the role curator",
        "the command line gave the role teacher",
    ]
    places = [journal.index(line) for line in lines]
    assert places == sorted(places)
    assert journal.count("(Europe/Moscow)") == 3


async def test_a_long_journal_and_a_long_list_come_in_pages(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    _, other_id = await sign_in_as(desk, "parta-student")
    await desk.run(
        "INSERT INTO grants (person_id, role, granted_by)"
        " SELECT $1, 'student', n::text FROM generate_series(1, 60) AS n",
        UUID(other_id),
    )
    first = (await browser.get(f"/people/{other_id}")).text
    assert first.count("gave the role") == 50
    assert f'href="/people/{other_id}?page=2"' in first
    assert (await browser.get(f"/people/{other_id}", page=2)).text.count("gave the role") == 10
    await desk.run(
        "INSERT INTO persons (person_id, name)"
        " SELECT gen_random_uuid(), 'Person ' || lpad(n::text, 3, '0')"
        " FROM generate_series(1, 120) AS n"
    )
    names = []
    for number, count in ((1, 50), (2, 50), (3, 20)):
        page = (await browser.get("/people", q="person", page=number)).text
        found = [line.split("<")[0] for line in page.split('">Person ')[1:]]
        assert len(found) == count
        assert (f"page={number + 1}" in page) == (number < 3)
        names += found
    assert names == sorted(set(names))
    assert len(names) == 120


async def test_people_are_found_by_a_part_of_name_address_or_login_in_any_case(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    await sign_in_as(desk, "parta-student2")
    await desk.run(
        "INSERT INTO persons (person_id, name, email)"
        " VALUES ($1, 'Ёлкина Вера', 'Vera@example.org')",
        uuid4(),
    )
    for text, found in (
        ("ёЛкИнА", ["Ёлкина Вера"]),
        ("vera@EXAMPLE", ["Ёлкина Вера"]),
        ("-STUDENT2", ["Second student"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'", []),
        ("\0", ["Administrator", "Second student", "Ёлкина Вера"]),
    ):
        page = (await browser.get("/people", q=text)).text
        names = [line.split("<")[0] for line in page.split('<a href="/people/')[1:]]
        assert [name.split('">')[1] for name in names] == found, text


async def test_after_a_press_one_is_back_at_the_same_place_of_the_list(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    _, other_id = await sign_in_as(desk, "parta-student")
    query = "//evil.example?a=b&c#d\r\nX: y"
    status, place = await change(browser, other_id, "student", "grant", q=query, page="7")
    back = urlsplit(place)
    assert (status, back.netloc, back.path, back.fragment) == (303, "", "/people", f"p{other_id}")
    assert parse_qs(back.query) == {"q": [query], "page": ["7"]}
    assert "\n" not in place


async def test_one_cannot_take_ones_own_role_of_administrator(desk: Desk) -> None:
    browser, person_id = await sign_in_as(desk, "parta-administrator", "administrator", "teacher")
    await sign_in_as(desk, "parta-teacher", "administrator")
    status, page = await change(browser, person_id, "administrator", "take")
    assert status == 409
    assert "is taken by another administrator" in page
    assert (await change(browser, person_id, "teacher", "take"))[0] == 303
    assert await roles_of(desk, person_id) == ["administrator"]
    shown = (await browser.get(f"/people/{person_id}")).text
    assert "Take the role administrator" not in shown


async def test_the_last_administrator_stays_whoever_takes(desk: Desk) -> None:
    _, person_id = await sign_in_as(desk, "parta-administrator", "administrator")
    with pytest.raises(LastAdministrator):
        await commands.take(desk.auth.database, person_id, "administrator")
    _, other_id = await sign_in_as(desk, "parta-teacher", "administrator")
    assert await commands.take(desk.auth.database, person_id, "administrator")
    assert await roles_of(desk, person_id) == []
    with pytest.raises(LastAdministrator):
        await commands.take(desk.auth.database, other_id, "administrator")


async def test_two_who_take_each_others_role_at_once_leave_one(open_desk: OpenDesk) -> None:
    # Two replicas, so that no pool of one process puts them in a row.
    desk, replica = await open_desk(), await open_desk()
    one, one_id = await sign_in_as(desk, "parta-administrator", "administrator")
    two, two_id = await sign_in_as(replica, "parta-teacher", "administrator")
    for _ in range(5):
        done = await asyncio.gather(
            change(one, two_id, "administrator", "take"),
            change(two, one_id, "administrator", "take"),
        )
        assert sorted(status for status, _ in done) == [303, 403]
        left = await desk.value(
            "SELECT array_agg(person_id::text) FROM persons WHERE 'administrator' = ANY(roles)"
        )
        assert len(left) == 1
        (lost,) = {one_id, two_id} - set(left)
        await commands.grant(desk.auth.database, lost, "administrator")


async def test_two_operators_who_take_the_last_two_at_once_leave_one(desk: Desk) -> None:
    people = [
        (await sign_in_as(desk, login, "administrator"))[1]
        for login in ("parta-administrator", "parta-teacher")
    ]
    done = await asyncio.gather(
        *(commands.take(desk.auth.database, one, "administrator") for one in people),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["LastAdministrator", "bool"]


async def test_who_was_administrator_a_moment_ago_changes_nothing(desk: Desk) -> None:
    browser, person_id = await sign_in_as(desk, "parta-administrator", "administrator")
    await sign_in_as(desk, "parta-teacher", "administrator")
    _, other_id = await sign_in_as(desk, "parta-student")
    token = await browser.gateway.check(f"parta={browser.session()}")
    csrf = csrf_on(await browser.get("/logout"))
    await commands.take(desk.auth.database, person_id, "administrator")
    async with desk.inside(
        **{"X-Parta-Identity": str(token), "Cookie": "a=b", "Origin": browser.url}
    ) as http:
        answer = await http.post(
            f"/people/{other_id}/roles",
            data={"csrf": csrf, "role": "administrator", "action": "grant"},
        )
    assert answer.status_code == 403
    assert await roles_of(desk, other_id) == []


async def test_what_does_not_exist_is_said_to_be_so(desk: Desk) -> None:
    browser, person_id = await sign_in_as(desk, "parta-administrator", "administrator")
    nobody = "00000000-0000-0000-0000-00000000dead"
    assert (await browser.get(f"/people/{nobody}")).status_code == 404
    assert (await change(browser, nobody, "student", "grant"))[0] == 404
    assert (await change(browser, nobody, "student", "take"))[0] == 404
    assert (await change(browser, person_id, "emperor", "grant"))[0] == 422
    assert (await change(browser, person_id, "emperor", "take"))[0] == 422
    assert (await change(browser, person_id, "student", "erase"))[0] == 422
    assert (await browser.get("/people/x")).status_code == 404
    assert (await browser.get("/people", page=0)).status_code == 422


async def test_a_name_of_the_persons_own_choice_is_shown_as_text(desk: Desk) -> None:
    browser, _ = await sign_in_as(desk, "parta-administrator", "administrator")
    await desk.run(
        "INSERT INTO persons (person_id, name) VALUES ($1, '<script>\"x\"</script>')", uuid4()
    )
    page = (await browser.get("/people", q='<script>"')).text
    assert "<script>&#34;" not in page
    assert '<script>"' not in page
    assert "&lt;script&gt;&#34;x&#34;" in page
