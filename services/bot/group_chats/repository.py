"""Group chats: which stands for which course, stream or team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.bot.school import PlaceKind
from shared.db import Connection, from_row

LOCK = "SELECT * FROM group_chats WHERE place_id = $1 FOR UPDATE"
LOCK_OF_CHAT = "SELECT * FROM group_chats WHERE chat_id = $1 ORDER BY place_id FOR UPDATE"
LIST_OF_CHAT = "SELECT * FROM group_chats WHERE chat_id = $1 ORDER BY name, place_id"

KEEP = """
INSERT INTO group_chats (
    place, place_id, name, stream_id, chat_id, title, url, locale, version, changed_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
ON CONFLICT (place_id) DO UPDATE
SET place = excluded.place,
    name = excluded.name,
    stream_id = excluded.stream_id,
    chat_id = excluded.chat_id,
    title = excluded.title,
    url = excluded.url,
    locale = excluded.locale,
    version = group_chats.version + 1,
    changed_at = excluded.changed_at
RETURNING *
"""

SET_CHAT = """
UPDATE group_chats
SET chat_id = $2,
    url = CASE WHEN $2::bigint IS NULL THEN NULL ELSE url END,
    version = version + 1,
    changed_at = $3
WHERE place_id = $1
RETURNING *
"""

# A chat that stands for a course and its stream hears of a week once.
LIST_FOR_STREAM = """
SELECT DISTINCT ON (group_chats.chat_id) group_chats.chat_id, group_chats.locale
FROM group_chats
LEFT JOIN chats ON chats.chat_id = group_chats.chat_id
WHERE group_chats.chat_id IS NOT NULL
    AND (group_chats.place_id = $1 OR group_chats.place_id = $2 OR group_chats.stream_id = $1)
    AND chats.unreachable_at IS NULL
ORDER BY group_chats.chat_id, group_chats.changed_at DESC
"""


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A place and its chat. `chat_id` None: it had one; `url`: how one joins it, where known."""

    place: PlaceKind
    place_id: UUID
    name: str
    stream_id: UUID | None
    chat_id: int | None
    title: str
    url: str | None
    locale: str
    version: int
    changed_at: datetime


async def lock(connection: Connection, place_id: UUID) -> GroupChat | None:
    """A place's row, locked to the end of the transaction."""
    row = await connection.fetchrow(LOCK, place_id)
    return from_row(GroupChat, row) if row else None


async def lock_of_chat(connection: Connection, chat_id: int) -> list[GroupChat]:
    """The places that a chat stands for, locked."""
    return [from_row(GroupChat, row) for row in await connection.fetch(LOCK_OF_CHAT, chat_id)]


async def list_of_chat(connection: Connection, chat_id: int) -> Sequence[GroupChat]:
    """The places that a chat stands for."""
    return [from_row(GroupChat, row) for row in await connection.fetch(LIST_OF_CHAT, chat_id)]


async def keep(
    connection: Connection,
    *,
    place: PlaceKind,
    place_id: UUID,
    name: str,
    stream_id: UUID | None,
    chat_id: int,
    title: str,
    url: str | None,
    locale: str,
    now: datetime,
) -> GroupChat:
    """From now on this chat stands for the place; gives the row in its next version."""
    row = await connection.fetchrow(
        KEEP, place, place_id, name, stream_id, chat_id, title, url, locale, now
    )
    assert row is not None  # noqa: S101 - it was just written
    return from_row(GroupChat, row)


async def set_chat(
    connection: Connection, place_id: UUID, chat_id: int | None, *, now: datetime
) -> GroupChat:
    """The chat has another number, or the place has none any more; gives the next version."""
    row = await connection.fetchrow(SET_CHAT, place_id, chat_id, now)
    assert row is not None  # noqa: S101 - it is locked by the caller
    return from_row(GroupChat, row)


async def list_for_stream(
    connection: Connection, stream_id: UUID, course_id: UUID
) -> list[tuple[int, str]]:
    """The chats, each with its language, of a stream, its course and its teams."""
    rows = await connection.fetch(LIST_FOR_STREAM, stream_id, course_id)
    return [(row["chat_id"], row["locale"]) for row in rows]
