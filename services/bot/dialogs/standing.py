"""What holds for every dialogue that stands, whichever handler an update goes to."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import TelegramObject, Update

from services.bot.dialogs.answers import is_command
from services.bot.dialogs.reply import Replies, read_replies
from services.bot.dialogs.steps import Steps, dialogue_of
from services.bot.errors import DialogUnreadable
from services.bot.states import texts as words
from shared.log import get_log
from shared.texts import Texts

log = get_log(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class StandingDialogs(BaseMiddleware):
    """A command is carried out wherever a dialogue stands, and the person hears what of it.

    One that this version does not know, or whose data it cannot read, ends; the person is told so,
    and a command or a press is carried out all the same.
    """

    def __init__(self, known: frozenset[str], steps: Steps) -> None:
        self._known = known
        self._steps = steps

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Around one update, whose chat's state is read already."""
        state: FSMContext | None = data.get("state")
        if state is None or data["raw_state"] is None or not isinstance(event, Update):
            return await handler(event, data)
        if data["raw_state"] not in self._known:
            return await _end(handler, event, data, state)
        try:
            replies = read_replies(await handler(event, data))
        except DialogUnreadable as error:
            log.warning("dialog_unreadable", state=data["raw_state"], error=str(error))
            return await _end(handler, event, data, state)
        return await self._with_word(event, replies, data, state)

    async def _with_word(
        self, event: Update, replies: Replies, data: dict[str, Any], state: FSMContext
    ) -> Replies:
        """What another dialogue took the place of; after a command, what is still awaited."""
        before, after = data["raw_state"], await state.get_state()
        texts: Texts = data["texts"]
        step = self._steps.get(before)
        if after is not None and dialogue_of(after) != dialogue_of(before):
            left = step.left(texts) if step else None
            return [_say(state, words.replaced(texts, left)), *replies]
        is_aside = event.message is not None and is_command(event.message)
        if is_aside and after == before and not data["held"].has_written(state.key):
            awaited = step.awaited(texts) if step else None
            return [*replies, _say(state, words.still(texts, awaited))]
        return replies


async def _end(handler: Handler, event: Update, data: dict[str, Any], state: FSMContext) -> Replies:
    """Clear what stands and say so; what else the person asked for is done."""
    log.info("dialog_ended", state=data["raw_state"])
    await state.clear()
    over = _say(state, words.over(data["texts"]))
    if event.message is not None and not is_command(event.message):
        return [over]
    return [over, *read_replies(await handler(event, {**data, "raw_state": None}))]


def _say(state: FSMContext, text: str) -> SendMessage:
    return SendMessage(chat_id=state.key.chat_id, text=text)
