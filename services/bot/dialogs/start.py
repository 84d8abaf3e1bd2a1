"""/start: a greeting, an invitation, or the first half of linking an account."""

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message

from services.bot import texts as words
from services.bot.auth import AuthClient
from services.bot.dialogs import link
from services.bot.dialogs.request_key import RequestKey
from services.bot.links import with_link
from shared.people import Person
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="start")
    router.message.register(start, CommandStart())
    return router


async def start(
    message: Message,
    command: CommandObject,
    person: Person | None,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
    public_url: str,
) -> SendMessage:
    """Greet, invite, or offer the account that the code in the link belongs to."""
    if command.args:
        return await link.offer(message, command.args, texts, auth, request_key, public_url)
    if person is not None:
        return message.answer(words.greeting(texts, person.name, person.roles))
    return invite(message, words.invitation(texts), texts, public_url)


def invite(message: Message, text: str, texts: Texts, public_url: str) -> SendMessage:
    """Words with the way to the page where a chat is linked."""
    text, keyboard = with_link(text, f"{public_url}/me", words.open_page(texts))
    return message.answer(text, reply_markup=keyboard)
