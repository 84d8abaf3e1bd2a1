"""What Boomstream remembers; the tree is written to the state file as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.boomstream.film_list import COLLECTION, SUBSCRIPTION, VIDEOS

BUYERS_KEPT = 500_000
FILMS_KEPT = 1_000
REFUSALS_KEPT = 100


@dataclass
class Subscription:
    """`expires_at`, `period_days`: its own end, or for how many days it is sold."""

    code: str
    title: str
    activation: str = "5"
    expires_at: datetime | None = None
    period_days: int | None = None
    is_foreign: bool = False
    """Another project's."""
    starts_inactive: bool = False
    """Its new buyers are yet to be activated."""


@dataclass
class Film:
    """A video, or a collection of all that its subscription has."""

    code: str
    title: str
    subscription: str
    is_collection: bool = False


@dataclass
class Buyer:
    """Who may watch. Without `media`: all that the subscription has."""

    subscription: str
    hash: str
    email: str
    name: str
    added_at: datetime
    media: str | None = None
    is_active: bool = True
    expires_at: datetime | None = None


@dataclass
class BoomstreamState:
    subscriptions: list[Subscription] = field(
        default_factory=lambda: [Subscription(SUBSCRIPTION, "Python from the desk")]
    )
    films: list[Film] = field(
        default_factory=lambda: [
            *(Film(code, title, SUBSCRIPTION) for code, title in VIDEOS),
            Film(*COLLECTION, SUBSCRIPTION, is_collection=True),
        ]
    )
    buyers: list[Buyer] = field(default_factory=list)
