"""The language that a chat without an account chose."""

from shared.db import Connection

FIND = "SELECT locale FROM chats WHERE chat_id = $1"

CHOOSE = """
INSERT INTO chats (chat_id, locale)
VALUES ($1, $2)
ON CONFLICT (chat_id) DO UPDATE SET locale = excluded.locale
"""


async def find(connection: Connection, chat_id: int) -> str | None:
    """What was chosen there; None: nothing yet."""
    locale: str | None = await connection.fetchval(FIND, chat_id)
    return locale


async def choose(connection: Connection, chat_id: int, locale: str) -> None:
    """From now on the chat is spoken to in this language, until somebody's account has it."""
    await connection.execute(CHOOSE, chat_id, locale)
