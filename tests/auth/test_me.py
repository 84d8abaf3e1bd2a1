"""The page of the one who is signed in, and the shape of the service itself."""

from babel.messages.pofile import read_po

from services.auth.errors import SignInFailed
from services.auth.service import FOLDER
from services.auth.worker import SUBSCRIPTIONS
from shared.events import heard_by
from tests.auth.desk import Desk


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
    assert "Привязать Telegram" in (await browser.get("/me")).text
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
