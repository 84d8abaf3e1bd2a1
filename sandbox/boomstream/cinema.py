"""What Boomstream does when its API is asked, and who gets in at its player."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.boomstream.state import (
    BUYERS_KEPT,
    BoomstreamState,
    Buyer,
    Film,
    Subscription,
)

MOSCOW = ZoneInfo("Europe/Moscow")
FORMAT = "%Y-%m-%d %H:%M:%S"
NEVER = "0000-00-00 00:00:00"
EMAIL = re.compile(r"[^@\s]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
HASH = re.compile(r"[\x21-\x7e]{1,64}")

MEDIA_NOT_FOUND = "Media not found"
SUBSCRIPTION_NOT_FOUND = "Subscription not found"
BUYER_NOT_FOUND = "Buyer not found"
BAD_KEY = "Invalid API key"
ACCESS_DENIED = "Access denied"
BAD_EMAIL = "Email is not valid"
BAD_DATE = "Date is not valid"

Fields = Mapping[str, str]
Answer = dict[str, Any]


class Failed(Exception):
    """`Status: Failed`; the argument is its `Message`."""


@dataclass
class Refusal:
    """What the next `times` calls of a method are told, whatever they ask."""

    method: str | None
    message: str
    times: int


@dataclass
class Cinema:
    """Films, subscriptions and buyers. Buyers are kept by subscription and hash, as theirs are."""

    state: BoomstreamState
    key: str = field(repr=False)
    now: Callable[[], datetime]
    changed: Callable[[], None]
    page_size: int = 100
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_hash = {(buyer.subscription, buyer.hash): buyer for buyer in self.state.buyers}

    # --- the API

    def answer(self, method: str, fields: Fields) -> Answer:
        """What the method answers, without its `Status`.

        Raises:
            Failed: it will not.
        """
        self._refuse_as_told(method)
        key = fields.get("apikey", "")
        if not self.key or not secrets.compare_digest(key.encode(), self.key.encode()):
            raise Failed(BAD_KEY)
        subscription = self._subscription(fields.get("code", ""))
        return METHODS[method](self, subscription, fields)

    def add_buyer(self, subscription: Subscription, fields: Fields) -> Answer:
        """The same hash is the same buyer; another hash is another, whoever it is."""
        media = fields.get("media") or None
        if media is not None and self._video(media, subscription) is None:
            raise Failed(MEDIA_NOT_FOUND)
        if not EMAIL.fullmatch(fields.get("email", "")):
            raise Failed(BAD_EMAIL)
        code = fields.get("hash") or secrets.token_hex(8)
        if not HASH.fullmatch(code):
            raise Failed("Hash is not valid")
        buyer = self._by_hash.get((subscription.code, code))
        if buyer is None:
            buyer = self.admit(
                Buyer(
                    subscription=subscription.code,
                    hash=code,
                    email=fields["email"],
                    name=fields.get("name", ""),
                    added_at=self.now(),
                    media=media,
                    is_active=not subscription.starts_inactive,
                    expires_at=self._end(subscription, fields.get("access_expire")),
                )
            )
        return {
            "Hash": buyer.hash,
            "Recovery": int(buyer.is_active),
            "AccessExpirationDate": written(buyer.expires_at),
        }

    def tell_info(self, subscription: Subscription, fields: Fields) -> Answer:
        item: Answer = {
            "Code": subscription.code,
            "Title": subscription.title,
            "Activation": subscription.activation,
            "Period": subscription.period_days or "",
            "AccessExpirationDate": "",
        }
        if subscription.expires_at is not None or subscription.period_days is None:
            item["AccessExpirationDate"] = written(subscription.expires_at)
        return {"Items": {"Item": item}}

    def update_buyer(self, subscription: Subscription, fields: Fields) -> Answer:
        buyer = self._buyer(subscription, fields)
        if fields.get("activation"):
            buyer.is_active = True
        if fields.get("access_expire"):
            buyer.expires_at = read_date(fields["access_expire"])
        self.changed()
        return {}

    def delete_buyer(self, subscription: Subscription, fields: Fields) -> Answer:
        self.dismiss(self._buyer(subscription, fields))
        return {}

    def list_buyers(self, subscription: Subscription, fields: Fields) -> Answer:
        """Since version 1.1 in pages; before, all at once and without what they bought."""
        buyers = [one for one in self.state.buyers if one.subscription == subscription.code]
        if fields.get("ver", "1.0") == "1.0":
            return {"Items": {"Item": [{"Email": one.email, "Hash": one.hash} for one in buyers]}}
        page = int(fields["page"]) if fields.get("page", "").isdecimal() else 1
        begin = (max(page, 1) - 1) * self.page_size
        items = [
            {
                "Email": one.email,
                "Name": one.name,
                "Hash": one.hash,
                "Media": one.media or "",
                "AccessExpirationDate": written(one.expires_at),
            }
            for one in buyers[begin : begin + self.page_size]
        ]
        return {
            "Page": page,
            "PageCount": max(1, -(-len(buyers) // self.page_size)),
            # One alone is not in a list, as where XML was made into JSON.
            "Items": {"Item": items[0] if len(items) == 1 else items} if items else "",
        }

    # --- what people do there by hand

    def admit(self, buyer: Buyer) -> Buyer:
        if len(self.state.buyers) >= BUYERS_KEPT:
            raise Failed("Too many buyers")
        self.state.buyers.append(buyer)
        self._by_hash[buyer.subscription, buyer.hash] = buyer
        self.changed()
        return buyer

    def dismiss(self, buyer: Buyer) -> None:
        self.state.buyers.remove(buyer)
        self._by_hash.pop((buyer.subscription, buyer.hash), None)
        self.changed()

    def find_buyers(self, code: str) -> list[Buyer]:
        return [one for one in self.state.buyers if one.hash == code]

    def find_film(self, code: str) -> Film | None:
        return next((film for film in self.state.films if film.code == code), None)

    def find_subscription(self, code: str) -> Subscription | None:
        return next((one for one in self.state.subscriptions if one.code == code), None)

    def may_watch(self, film: Film, code: str) -> bool:
        """Whether somebody with this code gets in."""
        return any(self._admits(buyer, film) for buyer in self.find_buyers(code))

    def _admits(self, buyer: Buyer, film: Film) -> bool:
        is_over = buyer.expires_at is not None and buyer.expires_at <= self.now()
        is_theirs = buyer.media in (None, film.code) and buyer.subscription == film.subscription
        return is_theirs and buyer.is_active and not is_over

    # --- smaller things

    def _refuse_as_told(self, method: str) -> None:
        for refusal in self.refusals:
            if refusal.method in (None, method):
                refusal.times -= 1
                if refusal.times <= 0:
                    self.refusals.remove(refusal)
                raise Failed(refusal.message)

    def _subscription(self, code: str) -> Subscription:
        found = self.find_subscription(code)
        if found is None:
            raise Failed(SUBSCRIPTION_NOT_FOUND)
        if found.is_foreign:
            raise Failed(ACCESS_DENIED)
        return found

    def _video(self, code: str, subscription: Subscription) -> Film | None:
        film = self.find_film(code)
        is_there = film and film.subscription == subscription.code and not film.is_collection
        return film if is_there else None

    def _buyer(self, subscription: Subscription, fields: Fields) -> Buyer:
        buyer = self._by_hash.get((subscription.code, fields.get("hash", "")))
        if buyer is None:
            raise Failed(BUYER_NOT_FOUND)
        return buyer

    def _end(self, subscription: Subscription, told: str | None) -> datetime | None:
        if told:
            return read_date(told)
        if subscription.expires_at is not None or subscription.period_days is None:
            return subscription.expires_at
        return self.now() + timedelta(days=subscription.period_days)


METHODS: Mapping[str, Callable[[Cinema, Subscription, Fields], Answer]] = {
    "addbuyer": Cinema.add_buyer,
    "info": Cinema.tell_info,
    "updatebuyer": Cinema.update_buyer,
    "deletebuyer": Cinema.delete_buyer,
    "listbuyers": Cinema.list_buyers,
}


def written(moment: datetime | None) -> str:
    """A moment as Boomstream writes it: Moscow's; all zeros is never."""
    return moment.astimezone(MOSCOW).strftime(FORMAT) if moment else NEVER


def read_date(text: str) -> datetime | None:
    """As it is told: a day alone lasts to its end.

    Raises:
        Failed: it is none.
    """
    if text in (NEVER, NEVER[:10]):
        return None
    try:
        told = text if len(text) > 10 else f"{text} 23:59:59"
        return datetime.strptime(told, FORMAT).replace(tzinfo=MOSCOW)
    except ValueError:
        raise Failed(BAD_DATE) from None


def doubles(buyers: Iterable[Buyer]) -> int:
    """How many too many have the same e-mail for the same thing."""
    seen = [(one.subscription, one.media, one.email.casefold()) for one in buyers]
    return len(seen) - len(set(seen))
