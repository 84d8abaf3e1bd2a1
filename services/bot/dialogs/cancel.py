"""/cancel: leave what was begun, wherever one stands in it."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import Message

from services.bot.dialogs.steps import Steps
from services.bot.states import texts as words
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="cancel")
    router.message.register(cancel, Command("cancel"))
    return router


async def cancel(
    message: Message, state: FSMContext, raw_state: str | None, steps: Steps, texts: Texts
) -> SendMessage:
    """Say what was left, or that there was nothing."""
    if raw_state is None:
        return message.answer(words.nothing_to_cancel(texts))
    await state.clear()
    step = steps.get(raw_state)
    return message.answer(words.cancelled(texts, step.left(texts) if step else None))
