"""/cancel, and other commands and messages in the middle of a dialogue."""

from typing import Any

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Update

from services.bot.dialogs.standing import StandingDialogs
from services.bot.dialogs.steps import Step
from services.bot.feedback import dialog as feedback
from services.bot.feedback import texts as words
from services.bot.states.repository import Dialog
from services.bot.states.storage import HeldStorage
from services.bot.texts import catalogue
from tests.bot.playing import SECOND, Play, message_update, person, press_update

pytestmark = pytest.mark.usefixtures("quick_chats")


async def in_feedback(play: Play, **facts: Any) -> None:
    """A known person whose text is awaited; the bot has said one thing."""
    await play.know(person(**facts))
    await play.say("/feedback Lesson hours")
    await play.told(1)


async def states(play: Play) -> list[str | None]:
    return [row[0] for row in await play.rows("SELECT state FROM dialogs")]


async def test_cancel_leaves_what_was_begun_and_says_what_became_of_it(play: Play) -> None:
    await in_feedback(play)
    await play.say("/cancel")
    cancelled = (await play.told(2))[-1]["text"]
    assert cancelled.startswith("Nothing was sent to the administrators.")
    assert "/help" in cancelled
    assert await states(play) == []
    await play.say("Text that came too late")
    await play.told(3)
    assert await play.value("SELECT count(*) FROM feedback") == 0


@pytest.mark.parametrize("text", ["/cancel", "/cancel now", "/cancel@parta_test_bot"])
async def test_nothing_to_cancel_is_said_kindly(play: Play, text: str) -> None:
    await play.know(person())
    await play.say(text)
    (message,) = await play.told(1)
    assert message["text"].startswith("There is nothing to cancel")


async def test_a_stranger_who_cancels_hears_the_same(play: Play) -> None:
    await play.say("/cancel", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("There is nothing to cancel")


async def test_a_command_in_the_middle_is_carried_out_and_the_dialogue_goes_on(
    play: Play,
) -> None:
    await in_feedback(play)
    await play.say("/login")
    _, door, word = await play.told(3)
    assert "within 10 minutes" in door["text"]
    assert word["text"].startswith("I am waiting for your message to the administrators")
    assert "/cancel" in word["text"]
    await play.say("The text")
    assert (await play.told(4))[-1]["text"].startswith("Thank you!")


async def test_an_unknown_command_in_the_middle_is_no_answer(play: Play) -> None:
    await in_feedback(play)
    await play.say("/nonsense")
    _, unknown, word = await play.told(3)
    assert unknown["text"].startswith("I do not know this command")
    assert word["text"].startswith("I am waiting for your message")
    assert await play.value("SELECT count(*) FROM feedback") == 0


async def test_the_same_dialogue_is_begun_anew_without_more_words(play: Play) -> None:
    await in_feedback(play)
    await play.say("/feedback")
    await play.told(2)
    await play.say("/feedback")
    await play.told(3)
    await play.settled()
    messages = await play.told(3)
    assert messages[-1]["text"].startswith("You are writing to the administrators")
    assert await states(play) == ["feedback.1:topic"]


async def test_another_dialogue_takes_its_place_and_the_person_is_told() -> None:
    step = Step(feedback.TEXT, awaited=words.awaited_text, left=words.left)
    around = StandingDialogs(frozenset({step.state.state or ""}), {step.state.state: step})
    storage = HeldStorage(None)  # type: ignore[arg-type]
    state = FSMContext(storage, StorageKey(bot_id=1, chat_id=2, user_id=2))

    async def begin(event: Any, data: dict[str, Any]) -> None:
        await data["state"].set_state("other.1:word")

    with storage.hold() as held:
        held.dialogs[state.key] = Dialog()
        told = await around(
            begin,
            Update.model_validate(message_update(1, "/other")),
            {
                "state": state,
                "raw_state": step.state.state,
                "texts": catalogue().of("en"),
                "held": held,
            },
        )
    assert [reply.text for reply in told] == ["Nothing was sent to the administrators."]


@pytest.mark.parametrize(
    "text", ["/", "/ not a command", "/path/to/file is wrong", "5 /cancel", "/очень"]
)
async def test_what_only_begins_like_a_command_is_an_answer(play: Play, text: str) -> None:
    await in_feedback(play)
    update = message_update(9001)
    update["message"]["text"] = text
    await play.insert(update)
    assert (await play.told(2))[-1]["text"].startswith("Thank you!")
    assert await play.value("SELECT text FROM feedback") == text


async def test_a_press_in_the_middle_leaves_the_dialogue_standing(play: Play) -> None:
    await in_feedback(play)
    await play.insert(press_update(900, 5, "nobody:knows"))
    await play.settled()
    assert await states(play) == ["feedback.1:text"]
    assert len(await play.told(1)) == 1


async def test_in_russian_too(play: Play) -> None:
    await in_feedback(play, locale="ru")
    await play.say("/cancel")
    assert (await play.told(2))[-1]["text"].startswith("Администраторам ничего не отправлено")
