"""Words to the administrators: what may be sent, how often, and that they hear of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.bot.errors import FeedbackEmpty, FeedbackTooLong, FeedbackTooOften
from services.bot.feedback import repository
from services.bot.feedback.repository import Feedback
from services.bot.texts import UNSHOWABLE
from shared import outbox
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import PRUNED_AT_ONCE
from shared.events import FeedbackGiven
from shared.people import Person

LONGEST_TOPIC = 100
LONGEST_TEXT = 3000
MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
PAGE = 50
USERNAME = re.compile(r"[A-Za-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was written, counted from 1."""

    rows: list[Feedback]
    number: int
    has_next: bool


def read_topic(written: str) -> str:
    """A topic of one line.

    Raises:
        FeedbackEmpty, FeedbackTooLong: it cannot be one.
    """
    return _read(" ".join(written.split()), LONGEST_TOPIC)


def read_text(written: str) -> str:
    """The text as it was written.

    Raises:
        FeedbackEmpty, FeedbackTooLong: it cannot be sent.
    """
    return _read(written, LONGEST_TEXT)


def read_username(said: str | None) -> str | None:
    """What Telegram calls a person, where it is fit for a link."""
    return said if said and USERNAME.fullmatch(said) else None


def _read(written: str, limit: int) -> str:
    text = UNSHOWABLE.sub("", written).strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise FeedbackEmpty
    if len(text) > limit:
        raise FeedbackTooLong(len(text), limit)
    return text


async def check_pace(connection: Connection, person_id: UUID, now: datetime) -> None:
    """See that a person may write.

    Raises:
        FeedbackTooOften: they did so five times within the hour.
    """
    then = await repository.find_nth_last(connection, person_id, MOST_AN_HOUR)
    if then is not None and then + HOUR > now:
        raise FeedbackTooOften(then + HOUR - now)


async def give(
    connection: Connection,
    clock: Clock,
    *,
    person: Person,
    username: str | None,
    topic: str,
    text: str,
    public_url: str,
) -> None:
    """Keep it, and tell."""
    feedback_id, now = uuid4(), clock.now()
    await repository.record(
        connection,
        feedback_id,
        person_id=person.person_id,
        username=username,
        topic=topic,
        text=text,
        now=now,
    )
    event = FeedbackGiven(
        feedback_id=feedback_id,
        person_id=person.person_id,
        name=person.name,
        username=username,
        topic=topic,
        text=text,
        given_at=now,
        page_url=f"{public_url}/bot/feedback#f{feedback_id}",
    )
    await outbox.record(connection, event)


async def list_page(connection: Connection, number: int) -> Page:
    """What was written, the newest first."""
    rows = await repository.list_newest(connection, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return Page(rows[:PAGE], number, len(rows) > PAGE)


async def prune(database: Database, clock: Clock) -> int:
    """Forget what is a year old."""
    async with database.transaction() as connection:
        return await repository.prune(
            connection, before=clock.now() - repository.KEPT, limit=PRUNED_AT_ONCE
        )
