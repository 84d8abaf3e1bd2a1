"""Whatever else a person writes or presses: a kind word and the next step."""

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from services.bot import texts as words
from services.bot.dialogs.answers import is_command
from services.bot.dialogs.start import invite
from services.bot.dialogs.steps import Steps
from services.bot.states import texts as state_words
from shared.people import Person
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own; this one comes last."""
    router = Router(name="other")
    router.message.register(hint)
    router.callback_query.register(hint_for_press)
    return router


async def hint(
    message: Message,
    person: Person | None,
    texts: Texts,
    public_url: str,
    steps: Steps,
    raw_state: str | None = None,
) -> SendMessage:
    """Text, stickers, voices, commands of other bots; in a dialogue, what it waits for."""
    if raw_state is not None and not is_command(message):
        step = steps.get(raw_state)
        awaited = step.awaited(texts) if step else None
        return message.answer(state_words.not_an_answer(texts, awaited))
    if person is None:
        return invite(message, words.not_understood(texts, is_known=False), texts, public_url)
    if is_command(message):
        return message.answer(words.command_unknown(texts))
    return message.answer(words.not_understood(texts, is_known=True))


async def hint_for_press(
    callback: CallbackQuery, person: Person | None, texts: Texts
) -> AnswerCallbackQuery:
    """A button of a message that this version knows nothing of."""
    return callback.answer(words.button_unknown(texts, is_known=person is not None))
