"""One person and one video: the conversation with Boomstream that opens it, or closes it.

Each may be had again from its beginning, however far it came the last time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.sync.boomstream.answers import Buyer, Subscription
from services.sync.boomstream.client import Boomstream
from services.sync.boomstream.errors import AccessOver, AnswerUnreadable, BuyerNotFound
from shared.log import get_log

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to watch what. Without `media`: all that the subscription has."""

    subscription: str
    media: str | None
    code: str = field(repr=False)
    email: str = field(repr=False)
    name: str


async def open_for(client: Boomstream, wish: Wish, now: datetime) -> datetime | None:
    """Let somebody watch; gives until when, None is without end.

    A buyer who is there already, not activated or whose access has run out, is activated and
    prolonged, as Boomstream's own plugin for Moodle does it.

    Raises:
        AccessOver: there is nothing to prolong to.
        BoomstreamError: one of the tree in `errors.py`.
    """
    buyer = await client.add_buyer(
        wish.subscription, wish.code, media=wish.media, email=wish.email, name=wish.name
    )
    if buyer.hash != wish.code:
        raise AnswerUnreadable("it gave another code than ours")
    if buyer.is_active and not _has_run_out(buyer, now):
        return buyer.expires_at
    told = await client.find_subscription(wish.subscription, wish.code, email=wish.email)
    if not buyer.is_active and told.activation is not None:
        await client.activate_buyer(wish.subscription, wish.code, activation=told.activation)
    if not _has_run_out(buyer, now):
        return buyer.expires_at
    until = _end_of(told, now)
    await client.prolong_buyer(wish.subscription, wish.code, until=until)
    return until


async def close_for(client: Boomstream, subscription: str, code: str) -> None:
    """Let somebody watch no more, if they still may.

    Raises:
        BoomstreamError: one of the tree in `errors.py`.
    """
    try:
        await client.delete_buyer(subscription, code)
    except BuyerNotFound:
        log.info("buyer_was_gone", subscription=subscription)


def _has_run_out(buyer: Buyer, now: datetime) -> bool:
    return buyer.expires_at is not None and buyer.expires_at <= now


def _end_of(subscription: Subscription, now: datetime) -> datetime | None:
    """The subscription's own end, else so many days from now, else none where it has none."""
    until = subscription.expires_at
    if until is None and subscription.period_days is not None:
        until = now.replace(microsecond=0) + timedelta(days=subscription.period_days)
    if until is None and not subscription.is_endless:
        raise AccessOver("access has run out, and the subscription names no other end")
    if until is not None and until <= now:
        raise AccessOver("access has run out with the subscription")
    return until
