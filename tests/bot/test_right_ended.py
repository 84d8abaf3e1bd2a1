"""A permission that stopped working: its person is told once, with a button to give it anew."""

import pytest

from services.bot import texts as words
from services.bot.cards.composing import compose
from services.bot.notices.table import BY_NAME
from services.bot.outgoing.fitting import LONGEST
from tests.bot.me_card import read_card
from tests.bot.playing import RIGHTS_PAGE, STUDENT_ID, Play, person, right_ended, submission


@pytest.fixture
async def known(play: Play) -> Play:
    """A student whose chat is known."""
    await play.know(person())
    return play


async def test_the_person_is_told_what_stopped_and_has_a_button_to_mend_it(known: Play) -> None:
    await known.tell(right_ended())
    (message,) = await known.told(1)
    assert message["text"].startswith("🔌 a•••n@example.org\nI can no longer read this mailbox")
    assert [[(one["text"], one["url"]) for one in row] for row in message["buttons"]] == [
        [("Connect again", RIGHTS_PAGE), ("⋯", None)]
    ]


async def test_however_often_it_is_delivered_it_is_told_once(known: Play) -> None:
    messages = await known.tell(right_ended())
    await known.service.consumer.handle(messages)
    await known.tell(right_ended())
    await known.settled()
    await known.told(1)


async def test_granted_anew_and_ended_again_it_is_told_again(known: Play) -> None:
    await known.tell(right_ended(), right_ended(version=2))
    await known.told(2)


async def test_who_took_it_back_themselves_is_told_nothing(known: Play) -> None:
    await known.tell(right_ended(reason="taken_back"))
    await known.settled()
    assert await known.texts() == []


async def test_a_right_that_this_bot_does_not_know_is_told_in_general_words(known: Play) -> None:
    await known.tell(right_ended(right="drive.read", grant_url=None, label="<b>x</b>"))
    (message,) = await known.told(1)
    assert "<b>x</b>\nThe permission that you gave" in message["text"]
    assert [[one["text"] for one in row] for row in message["buttons"]] == [["⋯"]]


async def test_who_had_no_chat_is_told_when_there_is_one_beside_other_news(play: Play) -> None:
    await play.tell(right_ended(), submission("approved"))
    await play.know(person(locale="ru"))
    first, second = await play.told(2)
    assert "Я больше не могу читать этот ящик" in first["text"]
    assert first["buttons"][0][0]["text"] == "Подключить снова"
    assert "принята" in second["text"]


async def test_the_card_says_why_it_came(known: Play) -> None:
    await known.tell(right_ended())
    await known.settled()
    assert "You had given the permission that ended." in await read_card(known, STUDENT_ID)


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("right", ["mail.read", "another"])
def test_the_notice_fits_a_message_whatever_the_label(locale: str, right: str) -> None:
    event = right_ended(right=right, label="<&😀" * 3000)
    message = compose(BY_NAME["right_refused"], event, words.catalogue().of(locale), 1)
    assert len(message.text.encode("utf-16-le")) // 2 <= LONGEST
