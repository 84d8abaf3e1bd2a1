"""/help: what the bot can do for this person."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message

from services.bot import texts as words
from services.bot.dialogs.menu import commands_for
from services.bot.dialogs.start import invite
from shared.people import Person
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="help")
    router.message.register(tell, Command("help"))
    return router


async def tell(
    message: Message, person: Person | None, texts: Texts, public_url: str
) -> SendMessage:
    """By role; below, the commands of their menu."""
    if person is None:
        text = "\n\n".join([words.help_unknown(texts), _list_commands(None, texts)])
        return invite(message, text, texts, public_url)
    parts = [
        words.about(texts, person.roles),
        words.help_works(texts, person.roles),
        words.help_notices(texts),
    ]
    if "administrator" in person.roles:
        parts.insert(2, words.help_administrator(texts, f"{public_url}/bot/feedback"))
    return message.answer("\n\n".join([*parts, _list_commands(person.roles, texts)]))


def _list_commands(roles: tuple[str, ...] | None, texts: Texts) -> str:
    """All but this one."""
    offered = commands_for(roles, texts).items()
    return "\n".join(f"/{name} — {what}" for name, what in offered if name != "help")
