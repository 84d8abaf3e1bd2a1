"""A person's page of notices: the same choices as in the chat, what is muted, what came last."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.bot import texts
from services.bot.cards import service as cards
from services.bot.me import pages as card
from services.bot.preferences import pages, repository
from services.bot.preferences.kinds import WORKS
from services.bot.preferences.planning import Preferences
from services.bot.service import FOLDER
from shared.identity import ANONYMOUS, Identity
from shared.pages import Pages
from shared.web import create_service_app
from tests.bot.choosing import choose, set_mode
from tests.bot.me_card import read_card
from tests.bot.playing import (
    CURATOR_ID,
    STUDENT_ID,
    Play,
    curator,
    person,
    submission,
)

pytestmark = pytest.mark.usefixtures("quick_chats")

PUBLIC = "http://localhost:8080"
ADMINISTRATOR_ID = UUID(int=3)


class Known:
    """A verifier for whom everybody is this person."""

    def __init__(self, person_id: UUID | None, locale: str = "en") -> None:
        self._person_id = person_id
        self._locale = locale

    async def identify(self, token: str | None) -> Identity:
        if self._person_id is None:
            return ANONYMOUS
        return Identity(person_id=self._person_id, locale=self._locale, csrf="right")


Browse = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def browse(idle: Play) -> AsyncIterator[Browse]:
    """Gives a client for a person: a browser behind the gateway, or a program."""
    await idle.know(person(), curator())
    clients = []

    def browse(
        person_id: UUID | None = STUDENT_ID, *, is_program: bool = False, locale: str = "en"
    ) -> httpx.AsyncClient:
        idle.service.verifier = Known(person_id, locale)  # type: ignore[assignment]
        headers = {} if is_program else {"Accept": "text/html", "Cookie": "s=1", "Origin": PUBLIC}
        transport = httpx.ASGITransport(app_of(idle))
        client = httpx.AsyncClient(transport=transport, base_url="http://bot", headers=headers)
        clients.append(client)
        return client

    yield browse
    for client in clients:
        await client.aclose()


def app_of(play: Play) -> Any:
    """The bot's pages over the test's own service."""
    return create_service_app(
        play.service,
        pages=Pages(FOLDER, texts.catalogue()),
        routers=[card.router, pages.router],
    )


async def chosen(play: Play, person_id: UUID = STUDENT_ID) -> Preferences:
    async with play.service.database.acquire() as connection:
        return await repository.find(connection, person_id)


def form(**changes: str) -> dict[str, str]:
    """A student's form, filled in."""
    filled = {
        "csrf": "right",
        "quiet_from": "22:30",
        "quiet_until": "08:00",
        "digest_at": "18:30",
        "mode.works": "hourly",
    }
    return {**filled, **changes}


def selected(page: str) -> dict[str, str]:
    """What each list of the page stands at."""
    lists = re.findall(r'<select id="([^"]+)".*?</select>', page, re.DOTALL)
    found = {}
    for name in lists:
        part = page.split(f'<select id="{name}"', 1)[1].split("</select>", 1)[0]
        values = re.findall(r'<option value="([^"]*)" selected', part)
        found[name] = values[0] if len(values) == 1 else f"{len(values)} of them"
    return found


async def test_a_stranger_is_sent_to_the_sign_in(browse: Browse) -> None:
    answer = await browse(None).get("/bot/settings")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fbot%2Fsettings"


async def test_who_chose_nothing_sees_the_defaults(browse: Browse) -> None:
    page = (await browse().get("/bot/settings")).text
    assert selected(page) == {
        "quiet_from": "",
        "quiet_until": "08:00",
        "digest_at": "09:00",
        "mode.works": "now",
        "mode.videos": "now",
    }
    assert "A permission stopped working" in page
    assert "Moscow, UTC+3" in page
    assert 'href="/me#settings"' in page


async def test_what_is_chosen_is_kept_and_shown(idle: Play, browse: Browse) -> None:
    client = browse()
    answer = await client.post("/bot/settings", data=form())
    assert (answer.status_code, answer.headers["location"]) == (303, "/bot/settings?saved=1")
    page = (await client.get("/bot/settings?saved=1")).text
    assert "Saved." in page
    assert selected(page) == {
        "quiet_from": "22:30",
        "quiet_until": "08:00",
        "digest_at": "18:30",
        "mode.works": "hourly",
        "mode.videos": "now",
    }
    stands = await chosen(idle)
    modes = {"works": "hourly", "videos": "now"}
    assert stands == Preferences(time(22, 30), time(8), time(18, 30), modes)


async def test_quiet_hours_are_taken_away_whatever_their_end_says(
    idle: Play, browse: Browse
) -> None:
    client = browse()
    await client.post("/bot/settings", data=form())
    await client.post("/bot/settings", data=form(quiet_from=""))
    stands = await chosen(idle)
    assert (stands.quiet_from, stands.quiet_until) == (None, None)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quiet_until", "22:30", "Choose an end that differs from the beginning."),
        ("quiet_until", "", "Choose one of the hours of the list."),
        ("quiet_from", "24:00", "Choose one of the hours of the list."),
        ("quiet_from", "<b>", "Choose one of the hours of the list."),
        ("digest_at", "18:15", "Choose one of the hours of the list."),
        ("digest_at", "٠٩:٠٠", "Choose one of the hours of the list."),
        ("mode.works", "sometimes", "Choose one of the list."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    idle: Play, browse: Browse, field: str, value: str, says: str
) -> None:
    answer = await browse().post("/bot/settings", data=form(**{field: value}))
    assert answer.status_code == 422
    assert "Nothing was saved yet." in answer.text
    assert f'<p class="wrong" id="{field}-wrong">{says}</p>' in answer.text
    others = {name: one for name, one in form().items() if name not in (field, "csrf")}
    assert selected(answer.text).items() >= others.items()
    assert "<b>" not in answer.text
    assert await chosen(idle) == Preferences()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode.rights", "never"),
        ("mode.to_review", "now"),
        ("mode.nothing", "now"),
        ("mode.", "now"),
    ],
)
async def test_a_kind_that_is_not_the_persons_to_switch_is_refused(
    idle: Play, browse: Browse, field: str, value: str
) -> None:
    answer = await browse().post("/bot/settings", data=form(**{field: value}))
    assert answer.status_code == 422
    assert await chosen(idle) == Preferences()


async def test_a_form_from_elsewhere_is_refused(idle: Play, browse: Browse) -> None:
    for changes in ({"csrf": "wrong"}, {"csrf": ""}):
        answer = await browse().post("/bot/settings", data=form(**changes))
        assert answer.status_code == 403
    assert await chosen(idle) == Preferences()


async def test_a_curator_has_a_list_for_each_kind_of_theirs(browse: Browse) -> None:
    page = (await browse(CURATOR_ID).get("/bot/settings")).text
    modes = {name for name in selected(page) if name.startswith("mode.")}
    assert modes == {"mode.works", "mode.to_review", "mode.recorded", "mode.videos"}


async def test_an_administrator_is_offered_what_people_write(idle: Play, browse: Browse) -> None:
    await idle.know(person(ADMINISTRATOR_ID, telegram_id=None, roles=("administrator",)))
    page = (await browse(ADMINISTRATOR_ID).get("/bot/settings")).text
    assert "mode.feedback" in selected(page)


async def test_modes_of_a_role_that_was_lost_stay_for_its_return(
    idle: Play, browse: Browse
) -> None:
    client = browse(CURATOR_ID)
    await client.post("/bot/settings", data=form(**{"mode.to_review": "daily"}))
    await idle.know(curator(version=2, roles=("student",)))
    assert (await client.post("/bot/settings", data=form())).status_code == 303
    assert (await chosen(idle, CURATOR_ID)).modes == {
        "works": "hourly",
        "to_review": "daily",
        "recorded": "now",
        "videos": "now",
    }


async def test_programs_read_and_change_the_same(idle: Play, browse: Browse) -> None:
    client = browse(is_program=True)
    told = (await client.get("/bot/settings")).json()
    assert told == {
        "zone": "Europe/Moscow",
        "quiet_from": None,
        "quiet_until": None,
        "digest_at": "09:00",
        "kinds": [
            {"name": "works", "title": "News of my works", "mode": "now", "is_critical": False},
            {"name": "videos", "title": "Videos", "mode": "now", "is_critical": False},
            {
                "name": "rights",
                "title": "A permission stopped working",
                "mode": "now",
                "is_critical": True,
            },
        ],
        "muted": [],
        "recent": [],
    }
    answer = await client.post("/bot/settings", data={"quiet_from": "23:00"})
    assert answer.status_code == 200
    assert (answer.json()["quiet_from"], answer.json()["digest_at"]) == ("23:00", "09:00")
    assert answer.json()["quiet_until"] == "08:00"
    answer = await client.post("/bot/settings", data={"mode.works": "never"})
    assert answer.json()["kinds"][0]["mode"] == "never"
    assert (await chosen(idle)).quiet_from == time(23)


async def test_a_program_is_told_which_field_is_wrong(browse: Browse) -> None:
    answer = await browse(is_program=True).post("/bot/settings", data={"digest_at": "soon"})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "Unprocessable",
        "detail": "Please check what you entered",
        "fields": {"digest_at": "Choose one of the hours of the list."},
    }


async def test_no_settings_are_of_somebody_else(idle: Play, browse: Browse) -> None:
    await browse(CURATOR_ID).post("/bot/settings", data=form())
    assert await chosen(idle) == Preferences()


# What is muted, and what came


async def muted_card(idle: Play) -> int:
    """A matter that the student muted in the chat."""
    await idle.tell(submission("correction", title="Maps <b>"))
    query = "SELECT card_id FROM cards WHERE person_id = $1"
    card_id = int(await idle.value(query, STUDENT_ID))
    async with idle.service.database.transaction() as connection:
        assert await cards.set_muted(connection, card_id, STUDENT_ID, True, idle.clock)
    return card_id


async def test_a_muted_matter_is_listed_and_unmuted(idle: Play, browse: Browse) -> None:
    card_id = await muted_card(idle)
    client = browse()
    page = (await client.get("/bot/settings")).text
    assert "Maps &lt;b&gt;" in page
    assert f'action="/bot/muted/{card_id}/unmute"' in page
    answer = await client.post(f"/bot/muted/{card_id}/unmute", data={"csrf": "right"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/bot/settings#muted")
    assert "unmute" not in (await client.get("/bot/settings")).text
    query = "SELECT muted_at FROM cards WHERE card_id = $1"
    assert await idle.value(query, card_id) is None


@pytest.mark.parametrize("card_id", ["0", "-1", "99999999", str(2**63), "x"])
async def test_a_card_that_is_not_there_cannot_be_unmuted(browse: Browse, card_id: str) -> None:
    client = browse()
    answer = await client.post(f"/bot/muted/{card_id}/unmute", data={"csrf": "right"})
    assert answer.status_code == 404


async def test_nobody_unmutes_a_card_of_another(idle: Play, browse: Browse) -> None:
    card_id = await muted_card(idle)
    client = browse(CURATOR_ID, is_program=True)
    answer = await client.post(f"/bot/muted/{card_id}/unmute")
    assert (answer.status_code, answer.json()["error"]) == (404, "CardNotFound")
    assert await idle.value("SELECT muted_at FROM cards WHERE card_id = $1", card_id) is not None


async def test_what_came_last_is_listed_with_what_became_of_it(idle: Play, browse: Browse) -> None:
    client = browse()
    await idle.tell(submission("correction", title="Maps"))
    await idle.execute("UPDATE outgoing SET told_at = now(), sent_at = now()")
    await choose(idle, set_mode(STUDENT_ID, WORKS, "daily"))
    await idle.tell(submission("approved", title="Atlas", submission_id=UUID(int=78)))
    await choose(idle, set_mode(STUDENT_ID, WORKS, "hourly"))
    page = (await client.get("/bot/settings")).text
    recent = page.split('id="recent"')[1]
    assert recent.index("Atlas") < recent.index("Maps")
    assert "Held: it comes once an hour, as you chose." in recent
    assert "Sent: " in recent
    told = (await browse(is_program=True).get("/bot/settings")).json()["recent"]
    assert [(one["about"], one["kind"], one["waits_for"]) for one in told] == [
        ("Atlas", "works", "hourly"),
        ("Maps", "works", None),
    ]


async def test_a_notice_of_a_rule_that_is_gone_breaks_nothing(idle: Play, browse: Browse) -> None:
    await idle.tell(submission("correction"))
    await idle.execute("UPDATE notices SET rule = 'of_old'")
    assert (await browse().get("/bot/settings")).status_code == 200
    assert (await browse(is_program=True).get("/bot/settings")).json()["recent"][0]["about"] == "…"
    assert "Last notice" not in await read_card(idle, STUDENT_ID)


# The card on /me


async def test_the_card_tells_quiet_hours_and_leads_to_the_page(idle: Play, browse: Browse) -> None:
    assert "Quiet hours: none." in await read_card(idle, STUDENT_ID)
    await browse().post("/bot/settings", data=form())
    card = await read_card(idle, STUDENT_ID)
    assert "Quiet hours: from 22:30 to 08:00." in card
    assert 'href="/bot/settings"' in card


async def test_the_card_tells_what_became_of_the_last_notice(idle: Play, browse: Browse) -> None:
    await idle.tell(submission("approved", title="<b>Maps</b>"))
    card = await read_card(idle, STUDENT_ID)
    assert "Last notice: &lt;b&gt;Maps&lt;/b&gt;." in card
    assert "On its way." in card
    await choose(idle, set_mode(STUDENT_ID, WORKS, "never"))
    await idle.tell(submission("correction", submission_id=UUID(int=78)))
    assert "Not sent: you switched this kind off." in await read_card(idle, STUDENT_ID)


async def test_page_and_card_speak_russian_too(idle: Play, browse: Browse) -> None:
    page = (await browse(locale="ru").get("/bot/settings")).text
    for words in ("Уведомления", "Тихие часы", "Новости моих работ", "раз в день", "Сохранить"):
        assert words in page
