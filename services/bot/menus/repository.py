"""Which menu of commands each chat was given."""

from asyncpg import Record

from shared.db import Connection

# A chat that was not heard of, or cannot be reached, is given none.
FIND = """
SELECT
    chats.menu,
    chats.locale AS chosen,
    people.locale,
    people.roles
FROM chats
LEFT JOIN people ON people.telegram_id = chats.chat_id AND NOT people.deleted
WHERE chats.chat_id = $1 AND chats.unreachable_at IS NULL
LIMIT 1
"""

KEEP = "UPDATE chats SET menu = $2 WHERE chat_id = $1"


async def find(connection: Connection, chat_id: int) -> Record | None:
    """The menu that the chat has, and what its next one is made of."""
    return await connection.fetchrow(FIND, chat_id)


async def keep(connection: Connection, chat_id: int, menu: str | None) -> None:
    """Remember what the chat was given."""
    await connection.execute(KEEP, chat_id, menu)
