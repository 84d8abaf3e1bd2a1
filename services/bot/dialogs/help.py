"""/help: what the bot can do for this person."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message

from services.bot import texts as words
from services.bot.dialogs.start import invite
from shared.people import Person
from shared.texts import Texts

LOOKS_AT_WORKS = frozenset({"curator", "teacher", "administrator"})


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="help")
    router.message.register(tell, Command("help"))
    return router


async def tell(
    message: Message, person: Person | None, texts: Texts, public_url: str
) -> SendMessage:
    """By role."""
    if person is None:
        return invite(message, words.help_unknown(texts), texts, public_url)
    if LOOKS_AT_WORKS.intersection(person.roles):
        return message.answer(words.help_curator(texts))
    return message.answer(words.help_student(texts))
