"""What school does with what others tell of courses."""

from services.school.courses.chats import repository as chats
from services.school.courses.links import read_link
from services.school.errors import LinkWrong
from shared.clock import Clock
from shared.db import Connection
from shared.events import ChatLinked


async def link_chat(connection: Connection, event: ChatLinked, clock: Clock) -> None:
    """Show a course's, a stream's or a team's chat to those who learn in it."""
    try:
        url = read_link(event.url or "")
    except LinkWrong:
        # What no administrator could enter is not shown either.
        url = None
    await chats.link(
        connection,
        event.place,
        event.place_id,
        version=event.version,
        url=url if event.linked else None,
    )
