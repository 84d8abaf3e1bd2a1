"""In which language somebody is spoken to."""

from services.bot import texts as words
from services.bot.language import repository
from shared.db import Database
from shared.people import Person
from shared.texts import Texts


async def texts_of(
    database: Database, chat_id: int, person: Person | None, *, told: str | None
) -> Texts:
    """A person's own language; else what the chat chose; else what Telegram told of its user."""
    if person is not None:
        return words.catalogue().of(person.locale)
    async with database.acquire() as connection:
        chosen = await repository.find(connection, chat_id)
    return words.catalogue().of(chosen) if chosen else words.texts_for(told)
