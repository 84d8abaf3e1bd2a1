"""What failed and waits for the operator: events that services set aside, messages that Telegram
refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parta.operating import Lines, NothingFound, opened
from services.bot.refused import repository as refused
from shared import parked
from shared.clock import Clock

SENDER = "bot"
"""The service whose messages go to Telegram."""


@dataclass(frozen=True, slots=True)
class One:
    """One line of the list: a number alone is no name, for a message may have an event's."""

    service: str
    id: int
    is_message: bool = False

    def __str__(self) -> str:
        kind = "refused" if self.is_message else "parked"
        return f"{self.service} has no {kind} message {self.id}"


async def list_newest(url: str, services: Sequence[str], limit: int) -> Lines:
    """The newest of each source, service by service."""
    lines: Lines = []
    for service in services:
        async with opened(url, service) as one, one.acquire() as connection:
            lines += [_event(service, row) for row in await parked.list_newest(connection, limit)]
            if service == SENDER:
                lines += [_message(row) for row in await refused.list_newest(connection, limit)]
    return lines


async def show(url: str, which: One) -> dict[str, Any]:
    """One of them, with all it says.

    Raises:
        NothingFound: there is none.
    """
    async with opened(url, which.service) as one, one.acquire() as connection:
        if which.is_message:
            message = which.service == SENDER and await refused.find(connection, which.id)
            shown = {**_message(message), "body": message.payload} if message else None
        else:
            event = await parked.find(connection, which.id)
            shown = {**_event(which.service, event), "body": _body(event)} if event else None
    if shown is None:
        raise NothingFound(str(which))
    return shown


async def retry(url: str, which: One) -> None:
    """Let it be tried at once.

    Raises:
        NothingFound: there is none, or it can no longer be sent.
    """
    async with opened(url, which.service) as one, one.transaction() as connection:
        if which.is_message:
            done = which.service == SENDER and await refused.revive(connection, which.id)
        else:
            done = await parked.revive(connection, which.id, Clock().now())
    if not done:
        more = ", or its chat or card has moved on" if which.is_message else ""
        raise NothingFound(f"{which}{more}")


async def drop(url: str, which: One) -> None:
    """Give it up for good.

    Raises:
        NothingFound: there is none.
    """
    async with opened(url, which.service) as one, one.transaction() as connection:
        if which.is_message:
            done = which.service == SENDER and await refused.drop(connection, which.id)
        else:
            done = await parked.drop(connection, which.id)
    if not done:
        raise NothingFound(str(which))


def _body(event: parked.Parked) -> str:
    return event.message.body.decode("utf-8", "backslashreplace")


def _event(service: str, row: parked.Parked) -> dict[str, Any]:
    return {
        "service": service,
        "source": "event",
        "id": row.id,
        "state": "dead" if row.dead_at else "waiting",
        "type": row.message.type,
        "key": row.key,
        "attempts": row.attempts,
        "error": row.error,
        "message_id": row.message.message_id,
        "correlation_id": row.message.correlation_id,
        "parked_at": row.parked_at.isoformat(),
        "next_try_at": None if row.dead_at else row.next_try_at.isoformat(),
    }


def _message(row: refused.Refused) -> dict[str, Any]:
    return {
        "service": SENDER,
        "source": "message",
        "id": row.id,
        "state": "dead",
        "type": row.method,
        "key": str(row.chat_id),
        "attempts": row.attempts,
        "error": row.error,
        "message_id": None,
        "correlation_id": row.correlation_id,
        "parked_at": row.failed_at.isoformat(),
        "next_try_at": None,
    }
