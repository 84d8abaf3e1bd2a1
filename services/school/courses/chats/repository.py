"""Where a course's, a stream's and a team's chat is kept, and by which version of its link."""

from typing import Literal
from uuid import UUID

from shared.db import Connection

# An older fact never overwrites a newer one. What an administrator entered by hand is cleared by no
# link's end; a link whose address nobody knows leaves it, but not what an earlier link gave.
LINK = {
    "course": """
UPDATE courses
SET chat_url = coalesce($3, nullif(chat_url, linked_chat_url)),
    linked_chat_url = $3,
    chat_version = $2
WHERE course_id = $1 AND chat_version < $2
""",
    "stream": """
UPDATE streams
SET chat_url = coalesce($3, nullif(chat_url, linked_chat_url)),
    linked_chat_url = $3,
    chat_version = $2
WHERE stream_id = $1 AND chat_version < $2
""",
    "team": """
UPDATE groups
SET chat_url = coalesce($3, nullif(chat_url, linked_chat_url)),
    linked_chat_url = $3,
    chat_version = $2
WHERE group_id = $1 AND chat_version < $2 AND kind = 'team'
""",
}


async def link(
    connection: Connection,
    place: Literal["course", "stream", "team"],
    place_id: UUID,
    *,
    version: int,
    url: str | None,
) -> None:
    """Keep the address of a place's chat, or (None) forget it, unless something newer is known."""
    await connection.execute(LINK[place], place_id, version, url)
