"""What people press on cards, and /why."""

from datetime import datetime, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, Filter
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message, ReplyParameters

from services.bot.cards import repository, service
from services.bot.cards import texts as words
from services.bot.cards.composing import CardPress, menu
from services.bot.cards.explaining import explain
from services.bot.cards.pressed import find_told, own_buttons, set_buttons
from services.bot.cards.repository import Card
from services.bot.dialogs.reply import Reply, Write
from services.bot.dialogs.start import invite
from services.bot.history import repository as history
from services.bot.history.repository import Seen
from services.bot.preferences import repository as preferences
from shared.clock import Clock
from shared.db import Connection, Database
from shared.people import Person
from shared.texts import Texts

MOST_EXPLAINED = 3
HOUR, SOME_HOURS = timedelta(hours=1), timedelta(hours=3)


class OwnCard(Filter):
    """Lets a press pass that is on a card of the presser's; what a button says may be made up.

    Gives the handler `card`, and `seen`: what the pressed message tells, None once forgotten.
    """

    async def __call__(
        self,
        callback: CallbackQuery,
        callback_data: CardPress,
        person: Person | None,
        database: Database,
    ) -> bool | dict[str, Any]:
        """Whether it is one."""
        if person is None or not 0 < callback_data.card_id < 2**63:
            return False
        async with database.acquire() as connection:
            card = await repository.find(connection, callback_data.card_id)
            if card is None or card.person_id != person.person_id:
                return False
            return {"card": card, "seen": await find_told(connection, callback, card)}


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="cards")
    press = router.callback_query.register
    press(open_menu, CardPress.filter(F.do == "menu"), OwnCard())
    press(close_menu, CardPress.filter(F.do == "back"), OwnCard())
    press(tell_why, CardPress.filter(F.do == "why"), OwnCard())
    press(mute, CardPress.filter(F.do.in_({"mute", "unmute"})), OwnCard())
    press(snooze, CardPress.filter(F.do.in_({"hour", "hours", "tomorrow", "awake"})), OwnCard())
    press(not_yours, CardPress.filter())
    router.message.register(why, Command("why"))
    return router


async def open_menu(callback: CallbackQuery, card: Card, texts: Texts) -> list[Reply]:
    """What can be done with the card, in the place of its buttons."""
    return [callback.answer(), *set_buttons(callback, menu(texts, card))]


async def close_menu(
    callback: CallbackQuery, card: Card, seen: Seen | None, texts: Texts
) -> list[Reply]:
    """The card's own buttons again."""
    return [callback.answer(), *own_buttons(callback, card, seen, texts)]


async def tell_why(
    callback: CallbackQuery, card: Card, seen: Seen | None, person: Person, texts: Texts
) -> list[Reply]:
    """Why the card came, below it."""
    if seen is None:
        return [await not_yours(callback, texts)]
    return [callback.answer(), _answer_to(callback, explain(seen, card, person, texts))]


async def mute(
    callback: CallbackQuery, callback_data: CardPress, card: Card, seen: Seen | None, texts: Texts
) -> list[Reply]:
    """No more calls of this matter, or calls again."""
    is_muted = callback_data.do == "mute"

    async def write(connection: Connection, clock: Clock) -> None:
        await service.set_muted(connection, card.card_id, card.person_id, is_muted, clock)

    told = words.muted(texts) if is_muted else words.unmuted(texts)
    answer = callback.answer(told, show_alert=is_muted)
    return [Write(write), answer, *own_buttons(callback, card, seen, texts)]


async def snooze(
    callback: CallbackQuery,
    callback_data: CardPress,
    card: Card,
    seen: Seen | None,
    person: Person,
    texts: Texts,
    database: Database,
    clock: Clock,
) -> list[Reply]:
    """Show it again later, or do not."""
    until = await _find_moment(callback_data, person, database, clock.now())

    async def write(connection: Connection, clock: Clock) -> None:
        await repository.set_snoozed(connection, card.card_id, card.person_id, until)

    told = words.snoozed(texts, until, person.zone) if until else words.awoken(texts)
    return [Write(write), callback.answer(told), *own_buttons(callback, card, seen, texts)]


async def not_yours(callback: CallbackQuery, texts: Texts) -> AnswerCallbackQuery:
    """A card of somebody else, or of nobody any more."""
    return callback.answer(words.not_yours(texts), show_alert=True)


async def why(
    message: Message, person: Person | None, texts: Texts, database: Database, public_url: str
) -> SendMessage:
    """Of the message that is answered with it, or of the last notice."""
    if person is None:
        return invite(message, words.why_unknown(texts), texts, public_url)
    async with database.acquire() as connection:
        if message.reply_to_message is not None:
            seen = await history.list_by_message(
                connection,
                person.person_id,
                message.chat.id,
                message.reply_to_message.message_id,
                MOST_EXPLAINED,
            )
        else:
            last = await history.find_last_told(connection, person.person_id)
            seen = [last] if last else []
        explained = [
            await _explain(connection, one, person, texts)
            for one in reversed(seen)  # as a summary has them
        ]
    if not explained:
        is_reply = message.reply_to_message is not None
        return message.answer(words.nothing_to_explain(texts, is_reply=is_reply))
    return message.answer("\n\n".join(explained))


async def _explain(connection: Connection, seen: Seen, person: Person, texts: Texts) -> str:
    card = await repository.find(connection, seen.card_id) if seen.card_id is not None else None
    return explain(seen, card, person, texts)


async def _find_moment(
    pressed: CardPress, person: Person, database: Database, now: datetime
) -> datetime | None:
    match pressed.do:
        case "hour":
            return now + HOUR
        case "hours":
            return now + SOME_HOURS
        case "tomorrow":
            async with database.acquire() as connection:
                chosen = await preferences.find(connection, person.person_id)
            return service.tomorrow(now, person.zone, chosen)
        case _:
            return None


def _answer_to(callback: CallbackQuery, text: str) -> SendMessage:
    answered = (
        ReplyParameters(message_id=callback.message.message_id, allow_sending_without_reply=True)
        if callback.message is not None
        else None
    )
    return SendMessage(chat_id=callback.from_user.id, text=text, reply_parameters=answered)
