"""The events that are measured: real ones, of 512 bytes each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

from shared.events import ReviewFound
from shared.message import Message

SIZE = 512
LISTENER = "school"
PUBLISHER = "sync"
PULLS = 5_000
"""As many keys: what belongs together is seldom side by side."""


def event(number: int) -> ReviewFound:
    """The nth; its pull request's address fills it up to the size."""
    bare = _event(number, "")
    return _event(number, "x" * (SIZE - len(bare.model_dump_json())))


@cache
def keyed_messages(count: int) -> Sequence[tuple[Message, str]]:
    """As the outbox would hold them, each with its key; made once for all measurements."""
    return [_message(number) for number in range(1, count + 1)]


def _message(number: int) -> tuple[Message, str]:
    told = event(number)
    message = Message(
        message_id=str(uuid4()),
        type=ReviewFound.type,
        body=told.model_dump_json().encode(),
        correlation_id=f"bench-{number}",
    )
    return message, told.key()


def _event(number: int, filling: str) -> ReviewFound:
    pull = number % PULLS
    return ReviewFound(
        review_id=number,
        state="commented",
        reviewer_id=42,
        reviewer_login="curator",
        commit_id="0" * 40,
        submitted_at=datetime(2026, 9, 1, tzinfo=UTC),
        url=f"https://github.com/student/work/pull/{pull}#review-{number}",
        repository_id=4711,
        repository="student/work",
        number=pull,
        pull_url=f"https://github.com/student/work/pull/{pull}{filling}",
    )
