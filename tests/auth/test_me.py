"""The page of the one who is signed in, and the shape of the service itself."""

import re

import httpx
import pytest
from babel.messages.pofile import read_po

from services.auth.errors import SignInFailed
from services.auth.service import FOLDER
from services.auth.worker import SUBSCRIPTIONS
from shared.events import heard_by
from shared.zones import list_zones, zone_names
from tests.auth.desk import Browser, Desk, csrf_on


async def save(browser: Browser, **fields: str) -> httpx.Response:
    """Send the form of settings."""
    return await browser.post("/me/settings", csrf=csrf_on(await browser.get("/me")), **fields)


async def test_a_stranger_is_sent_to_the_sign_in_and_a_program_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    answer = await browser.get("/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2Fme")
    assert (
        await browser.http.get("/me", headers={"Accept": "application/json"})
    ).status_code == 401


async def test_the_page_leaves_room_for_each_services_card(desk: Desk) -> None:
    page = await (await desk.sign_in()).get("/me")
    for service in ("school", "sync", "mail", "bot"):
        assert f'data-card="/{service}/card"' in page.text
        assert f'<a href="/{service}/card">' in page.text
    assert page.headers["Cache-Control"] == "no-store"


async def test_the_page_speaks_the_persons_language_whatever_the_browser_asks(desk: Desk) -> None:
    browser = await desk.sign_in(desk.browser(language="ru"))
    browser.http.headers["Accept-Language"] = "en"
    assert "Где вы вошли" in (await browser.get("/me")).text
    assert '<html lang="ru">' in (await browser.get("/logout")).text


async def test_a_name_is_shown_as_text_and_never_as_markup(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE persons SET name = '<b>x</b>', version = version + 1")
    page = await browser.get("/me")
    assert "<b>x</b>" not in page.text
    assert "&lt;b&gt;x&lt;/b&gt;" in page.text


async def test_a_person_who_is_gone_is_signed_in_no_more(desk: Desk) -> None:
    browser = await desk.sign_in()
    token = await browser.gateway.check(f"parta={browser.session()}")
    await desk.run("DELETE FROM persons")
    assert not await browser.is_signed_in()
    async with desk.inside(**{"X-Parta-Identity": str(token)}) as http:
        assert (await http.get("/me")).status_code == 401


async def test_a_phone_meets_the_parts_of_the_page_in_the_order_of_their_worth(
    desk: Desk,
) -> None:
    page = (await (await desk.sign_in()).get("/me")).text
    parts = ["<h1>", 'data-card="/school', 'id="ways"', 'id="settings"']
    places = [page.index(part) for part in [*parts, 'id="sessions"']]
    assert places == sorted(places)


async def test_the_page_as_json_has_all_that_the_page_has(desk: Desk) -> None:
    me = await (await desk.sign_in()).me()
    assert (me["locale"], me["zone"], me["roles"]) == ("en", "Europe/Moscow", [])
    assert [way["name"] for way in me["ways"] if way["shown"]] == ["github"]
    assert me["has_password"] is False
    assert me["rights"] == []
    assert [one["session_id"] for one in me["sessions"]] == [me["session"]["session_id"]]
    assert me["next_sessions"] is None


async def test_what_a_person_says_of_themselves_is_kept_and_told_once(desk: Desk) -> None:
    browser = await desk.sign_in()
    told = len(await desk.events())
    for _ in range(2):
        answer = await save(browser, name="  Иван   Иванович ", locale="ru", zone="Asia/Omsk")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me?saved=1#settings")
    me = await browser.me()
    assert (me["name"], me["locale"], me["zone"]) == ("Иван Иванович", "ru", "Asia/Omsk")
    (event,) = (await desk.events())[told:]
    assert (event.name, event.locale, event.zone) == ("Иван Иванович", "ru", "Asia/Omsk")


async def test_the_answer_is_already_in_the_language_that_was_chosen(desk: Desk) -> None:
    browser = await desk.sign_in()
    answer = await save(browser, name="Ann", locale="ru", zone="Europe/Moscow")
    page = (await browser.get(answer.headers["Location"])).text
    assert '<html lang="ru">' in page
    assert "Сохранено." in page


async def test_moments_are_shown_in_the_persons_own_zone(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE sessions SET created_at = '2026-01-01 20:30+00'")
    await save(browser, name="Ann", locale="en", zone="Asia/Kamchatka")
    assert "2 Jan 2026, 08:30 (Asia/Kamchatka)" in (await browser.get("/me")).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Write your name."),
        ("name", " \u00a0 ", "Write your name."),
        ("name", "x" * 201, "A name has 200 characters at most."),
        ("name", "a\0b", "There is something invisible in the name."),
        ("name", "a\nb", "There is something invisible in the name."),
        ("name", "a\u202eb", "There is something invisible in the name."),
        ("locale", "fr", "Choose one of the languages."),
        ("locale", "", "Choose one of the languages."),
        ("zone", "Europe/Atlantis", "There is no such time zone."),
        ("zone", "../../etc/passwd", "There is no such time zone."),
        ("zone", "", "There is no such time zone."),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_changed(
    desk: Desk, field: str, value: str, said: str
) -> None:
    browser = await desk.sign_in()
    before = await browser.me()
    written = {"name": "Nina & <Co>", "locale": "ru", "zone": "Asia/Omsk", field: value}
    answer = await save(browser, **written)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-wrong">{re.escape(said)}', answer.text)
    assert answer.text.count('-wrong">') == 1
    if field != "name":
        assert 'value="Nina &amp; &lt;Co&gt;"' in answer.text
    if field != "zone":
        assert '<option value="Asia/Omsk" selected>' in answer.text
    after = await browser.me()
    assert [after[name] for name in ("name", "locale", "zone")] == [
        before[name] for name in ("name", "locale", "zone")
    ]


async def test_errors_of_the_form_are_in_the_readers_language_and_for_programs_too(
    desk: Desk,
) -> None:
    browser = await desk.sign_in(desk.browser(language="ru"))
    answer = await save(browser, name="", locale="en", zone="Asia/Omsk")
    assert "Напишите своё имя." in answer.text
    csrf = csrf_on(answer)
    told = await browser.http.post(
        "/me/settings",
        data={"csrf": csrf, "name": "", "locale": "en", "zone": "x"},
        headers={"Origin": browser.url, "Accept": "application/json"},
    )
    assert told.status_code == 422
    assert told.json()["fields"] == {
        "name": "Напишите своё имя.",
        "zone": "Такого часового пояса нет. Выберите из списка.",
    }


async def test_the_longest_name_is_taken_and_a_name_in_any_script(desk: Desk) -> None:
    browser = await desk.sign_in()
    for name in ("я" * 200, "李小龍", "O'Neil-Łukasz", "x"):
        answer = await save(browser, name=name, locale="en", zone="Europe/Moscow")
        assert answer.status_code == 303
        assert (await browser.me())["name"] == name


async def test_a_zone_under_its_other_name_is_shown_as_chosen(desk: Desk) -> None:
    browser = await desk.sign_in()
    for zone in ("Asia/Kolkata", "Asia/Calcutta"):
        await save(browser, name="Ann", locale="en", zone=zone)
        page = (await browser.get("/me")).text
        (chosen,) = re.findall(r'<option value="([A-Z][^"]*/[^"]*)"[^>]* selected', page)
        assert chosen == zone


def test_every_zone_that_is_shown_may_be_chosen_and_stands_once() -> None:
    for locale in ("ru", "en"):
        shown = [zone for region in list_zones(locale) for zone in region.zones]
        names = [name for zone in shown for name in (zone.name, *zone.also)]
        assert len(names) == len(set(names))
        assert set(names) == zone_names()
        assert len(shown) > 350
    (moscow,) = (
        zone for region in list_zones("ru") for zone in region.zones if "Моск" in zone.label
    )
    assert (moscow.name, moscow.label) == ("Europe/Moscow", "Москва, UTC+3")


async def test_auth_listens_to_nobody(desk: Desk) -> None:
    assert tuple(event for event, _ in SUBSCRIPTIONS) == heard_by("auth")


async def test_the_service_is_able(desk: Desk) -> None:
    async with desk.inside() as http:
        assert (await http.get("/readyz")).status_code == 200


def test_each_advice_after_a_failed_sign_in_is_translated() -> None:
    with (FOLDER / "locale" / "ru.po").open("rb") as source:
        known = {message.id for message in read_po(source) if message.string}
    failures: list[type[SignInFailed]] = [SignInFailed, *SignInFailed.__subclasses__()]
    assert len(failures) > 5
    assert [one.advice for one in failures if one.advice not in known] == []
