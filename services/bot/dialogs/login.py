"""/login: a door to the person's page that opens once."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message

from services.bot import texts as words
from services.bot.auth import AuthClient, AuthRefused
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.start import invite
from services.bot.links import with_link
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="login")
    router.message.register(login, Command("login"))
    return router


async def login(
    message: Message, texts: Texts, auth: AuthClient, request_key: RequestKey, public_url: str
) -> SendMessage:
    """auth knows whose chat this is; the bot only carries the door."""
    try:
        path = await auth.open_door(message.chat.id, key=request_key())
    except AuthRefused:
        return invite(message, words.invitation(texts), texts, public_url)
    text, keyboard = with_link(words.door(texts), f"{public_url}{path}", words.open_page(texts))
    return message.answer(text, reply_markup=keyboard, protect_content=True)
