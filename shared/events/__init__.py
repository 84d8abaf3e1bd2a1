"""The contracts: what each service tells, in one file for each that publishes.

An event is a fact in the past tense. It is never changed, only added to; a break is a `v2`, told
beside `v1` until nobody listens. `docs/events.md` is made from these classes.
"""

from shared.events.auth import PersonChanged, RightEnded
from shared.events.bot import ChatLinked, FeedbackGiven
from shared.events.contract import SERVICES, Event, UnknownEvent
from shared.events.school import GroupChanged, SubmissionChanged, WeekOpened
from shared.events.sync import (
    AccessClosed,
    AccessOpened,
    ProgressChanged,
    PullChanged,
    PullLost,
    ReviewFound,
)

EVENTS: tuple[type[Event], ...] = (
    PersonChanged,
    RightEnded,
    PullChanged,
    PullLost,
    ReviewFound,
    ProgressChanged,
    AccessOpened,
    AccessClosed,
    SubmissionChanged,
    WeekOpened,
    GroupChanged,
    FeedbackGiven,
    ChatLinked,
)
"""Every contract, by publisher."""

BY_TYPE: dict[str, type[Event]] = {event.type: event for event in EVENTS}


def told_by(service: str) -> tuple[type[Event], ...]:
    """What a service publishes."""
    return tuple(event for event in EVENTS if event.publisher() == service)


def heard_by(service: str) -> tuple[type[Event], ...]:
    """What names a service among its listeners."""
    return tuple(event for event in EVENTS if service in event.listeners)


__all__ = [
    "BY_TYPE",
    "EVENTS",
    "SERVICES",
    "AccessClosed",
    "AccessOpened",
    "ChatLinked",
    "Event",
    "FeedbackGiven",
    "GroupChanged",
    "PersonChanged",
    "ProgressChanged",
    "PullChanged",
    "PullLost",
    "ReviewFound",
    "RightEnded",
    "SubmissionChanged",
    "UnknownEvent",
    "WeekOpened",
    "heard_by",
    "told_by",
]
