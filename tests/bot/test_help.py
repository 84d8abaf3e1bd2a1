"""/start and /help: what is said of Parta, by role and language."""

import pytest

from services.bot import texts as words
from services.bot.outgoing.fitting import LONGEST
from shared.texts import LOCALES
from tests.bot.playing import SECOND, STUDENT, Play, person

pytestmark = pytest.mark.usefixtures("quick_chats")


async def helped(play: Play, *roles: str, locale: str = "en") -> str:
    """What somebody with these roles is told."""
    await play.know(person(roles=roles, locale=locale))
    await play.say("/help")
    (message,) = await play.told(1)
    return str(message["text"])


async def test_a_greeting_tells_where_quiet_hours_are_chosen(play: Play) -> None:
    await play.know(person())
    await play.say("/start")
    (message,) = await play.told(1)
    assert "What comes, and when it should be quiet, you choose in /settings." in message["text"]


@pytest.mark.parametrize("role", ["student", "curator", "teacher", "administrator"])
async def test_who_looks_at_works_is_greeted_with_other_words_than_who_sends_them(
    play: Play, role: str
) -> None:
    await play.know(person(roles=(role,)))
    await play.say("/start")
    (message,) = await play.told(1)
    assert ("I write when your work is accepted" in message["text"]) is (role == "student")
    assert ("a student sends you a work" in message["text"]) is (role != "student")


async def test_an_administrator_is_told_of_what_people_write_and_where(play: Play) -> None:
    text = await helped(play, "administrator")
    assert "What people write with /feedback comes to you as well; all of it is on a page: " in text
    assert "http://localhost:8080/bot/feedback\n" in text
    assert "/login — Open my page and the school's people" in text


@pytest.mark.parametrize("roles", [(), ("student",), ("curator",), ("teacher",)])
async def test_nobody_else_is(play: Play, roles: tuple[str, ...]) -> None:
    text = await helped(play, *roles)
    assert "What people write" not in text
    assert "/login — Open my page without a password" in text


async def test_help_tells_what_can_be_done_about_a_piece_of_news(play: Play) -> None:
    text = await helped(play, "student", locale="ru")
    assert "Кнопка «⋯» под новостью расскажет, почему она пришла" in text
    assert "/why — Почему пришла последняя новость" in text


async def test_a_stranger_is_not_told_of_what_needs_an_account(play: Play) -> None:
    await play.say("/help", SECOND)
    (message,) = await play.told(1, SECOND)
    for command in ("/login", "/settings", "/why", "/feedback", "/timezone"):
        assert command not in message["text"]
    assert message["text"].endswith("/me")


async def test_what_was_not_understood_is_answered_with_the_next_step(play: Play) -> None:
    await play.know(person(locale="en"))
    await play.say("when is the lesson?", STUDENT)
    (message,) = await play.told(1)
    assert "do not hold conversations" not in message["text"]
    assert "/help" in message["text"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_word_in_passing_is_short_enough_for_telegram(locale: str, is_known: bool) -> None:
    texts = words.catalogue().of(locale)
    assert len(words.button_unknown(texts, is_known=is_known)) <= 200
    assert len(words.not_yours(texts)) <= 200
    assert len(words.greeting(texts, "я" * 5000, ("curator",))) < LONGEST
