"""Events that keep to their contract and still hold what no handler expects: each service has its
effect of one, or gives it up with a cause, and goes on."""

import importlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, product
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Database
from shared.events import (
    AccessClosed,
    AccessOpened,
    ChatLinked,
    Event,
    FeedbackGiven,
    GroupChanged,
    PersonChanged,
    PullChanged,
    PullLost,
    ReviewFound,
    RightEnded,
    SubmissionChanged,
    WeekOpened,
    heard_by,
)
from shared.events.sync import OpenedResource
from shared.message import Message
from shared.metrics import Metrics
from tests.support.house import message_of, person, pull

AT = datetime(2026, 9, 1, tzinfo=UTC)
SOMEBODY = UUID(int=1)
# As each would be if all were well, with a key of its own.
WELL: dict[type[Event], Callable[[int], Event]] = {
    PersonChanged: person,
    PullChanged: pull,
    ReviewFound: lambda number: ReviewFound(
        review_id=number,
        state="approved",
        reviewer_id=2,
        reviewer_login="curator",
        commit_id="c0ffee",
        submitted_at=AT,
        url="https://github.test/review",
        repository_id=1,
        repository="school/parta",
        number=number,
        pull_url="https://github.test/pull/1",
    ),
    FeedbackGiven: lambda number: FeedbackGiven(
        feedback_id=UUID(int=number),
        person_id=SOMEBODY,
        name="Vera",
        topic="Lessons",
        text="Could we begin later?",
        given_at=AT,
    ),
    PullLost: lambda number: PullLost(
        repository_id=1, repository="school/parta", number=number, reason="gone", lost_at=AT
    ),
    WeekOpened: lambda number: WeekOpened(
        stream_id=UUID(int=number),
        version=1,
        course_id=UUID(int=1),
        course="Python",
        title="First steps",
        page_url="https://school.test/week",
        opened_on=AT.date(),
    ),
    ChatLinked: lambda number: ChatLinked(
        place="team",
        place_id=UUID(int=number),
        version=1,
        chat_id=-1,
        title="Team",
        linked_at=AT,
    ),
    RightEnded: lambda number: RightEnded(
        right_id=UUID(int=number),
        version=1,
        person_id=SOMEBODY,
        right="mail.read",
        issuer="google",
        label="s•••t@example.org",
        reason="refused",
        ended_at=AT,
    ),
    GroupChanged: lambda number: GroupChanged(
        group_id=UUID(int=number), version=1, title="Team", member_ids=(SOMEBODY,)
    ),
    AccessOpened: lambda number: AccessOpened(
        person_id=UUID(int=number),
        version=1,
        resources=(OpenedResource(resource_id=UUID(int=1), title="Loops"),),
        opened=1,
        page_url="https://school.test/sync/videos",
        opened_at=AT,
    ),
    AccessClosed: lambda number: AccessClosed(
        person_id=UUID(int=number),
        version=1,
        resource_id=UUID(int=1),
        title="Loops",
        reason="By mistake",
        page_url="https://school.test/sync/videos",
        closed_at=AT,
    ),
    SubmissionChanged: lambda number: SubmissionChanged(
        submission_id=UUID(int=number),
        version=1,
        status="review",
        title="Search",
        pull_url="https://github.test/pull/1",
        student_id=SOMEBODY,
        curator_id=SOMEBODY,
        changed_at=AT,
    ),
}
VALUES: tuple[Any, ...] = (
    *(10**30, -(2**63) - 1, 2**31, 0, -1),
    *(
        "",
        "a\0b",
        "x" * 5_000,
        "'; DROP TABLE outbox; --",
        "<b>&amp;",
        "\u202e",
        "../../etc",
        "{0}",
    ),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *([], ["a\0b"], ["x"] * 1_000, None, True),
)


def hostile(service: str) -> Iterator[Message]:
    """What a service hears, with each field in turn holding each value that its contract takes."""
    numbers = count(1)
    for contract in heard_by(service):
        for field, value in product(contract.model_fields, VALUES):
            body = {**json.loads(WELL[contract](next(numbers)).model_dump_json()), field: value}
            try:
                event = contract.model_validate_json(json.dumps(body))
            except ValidationError:
                continue
            yield message_of(event, body=json.dumps(body).encode())


@pytest.mark.parametrize("service", ["sync", "mail", "school", "bot"])
async def test_a_service_has_its_effect_of_hostile_events_or_gives_them_up_with_a_cause(
    service: str, database_url: str
) -> None:
    clock = Clock()
    database = Database(database_url, service)
    await database.open()
    try:
        consumer = Consumer(
            database=database,
            clock=clock,
            subscriptions=importlib.import_module(f"services.{service}.worker").SUBSCRIPTIONS,
            ladder=(1,),
            metrics=Metrics(),
        )
        messages = list(hostile(service))
        await consumer.handle(messages)
        for _ in range(3):  # those of one key go one behind the other
            clock.advance(timedelta(seconds=2))
            while await consumer.retry_parked():
                pass
        async with database.acquire() as connection:
            claimed = await connection.fetchval("SELECT count(*) FROM inbox")
            given_up = await connection.fetch("SELECT error, dead_at FROM parked")
            handled = await connection.fetchval("SELECT count(*) FROM inbox WHERE ms IS NOT NULL")
    finally:
        await database.close()
    assert claimed == len(messages) == handled + len(given_up)
    assert handled > len(given_up) > 0
    for row in given_up:
        assert row["dead_at"] is not None
        assert "Error" in row["error"]
