"""Every moment of a text, in Russian or English: leads, days, hours and zones put together."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.mail.reading.dates.draft import Draft, finish
from services.mail.reading.dates.drafting import Drafting
from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.numeric import writes_month_first
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.zones import SHORT_ZONES, read_zone

_CLOCK_WORDS = frozenset(listed("время времени time times clock указано указаны"))
_PLAIN_ZONES = frozenset(listed("utc gmt мск msk по время времени aoe anywhere"))


def find_moments(text: str, *, written_at: datetime, zone: ZoneInfo) -> list[Moment]:
    """The moments that `text` names, in its order, as a letter of `written_at` (aware) means them.

    Days and hours are those of `zone`, the reader's, unless the text names another. What cannot be
    a moment (the thirty-first of June, a year past the calendar's end) is left out; nothing raises.
    """
    return list_moments(Tokens(text), written_at=written_at, zone=zone)


@lru_cache(1)
def read_text(text: str, written_at: datetime, zone: ZoneInfo) -> tuple[Tokens, list[Moment]]:
    """A text's tokens and moments; the last one's are kept, for a letter is asked more than once.

    Neither may be changed by who gets them.
    """
    tokens = Tokens(text)
    return tokens, list_moments(tokens, written_at=written_at, zone=zone)


def list_moments(tokens: Tokens, *, written_at: datetime, zone: ZoneInfo) -> list[Moment]:
    """The same of a text already cut into tokens."""
    now = written_at.astimezone(zone)
    month_first = writes_month_first(tokens.source, written_at, zone)
    drafting = Drafting(tokens, _day_of(written_at, now), month_first=month_first)
    drafts: list[Draft] = []
    zones: list[tzinfo] = []
    apart = False
    at = 0
    while at < len(tokens):
        draft = drafting.read(at)
        if draft is not None:
            drafts.append(draft)
            if draft.zone is not None:
                zones.append(draft.zone)
            at = draft.end
            continue
        found = _zone_of_all(tokens, at)
        if found is not None:
            zones.append(found[0])
            apart = True
            at = found[1]
            continue
        at += 1
    common = zones[0] if zones and all(_same(zones[0], other, now) for other in zones) else None
    moments = (
        finish(draft, tokens, now=now, common=common, days_too=apart and common is not None)
        for draft in drafts
    )
    return [moment for moment in moments if moment is not None]


def _day_of(written_at: datetime, now: datetime) -> date:
    """The day that the writer calls today: by the offset of the letter's own date.

    Machines date in UTC wherever they stand: then it is the reader's day.
    """
    return written_at.date() if written_at.utcoffset() else now.date()


def _zone_of_all(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    """A zone that stands apart from any hour: "все время московское", "all times are CET"."""
    word = tokens.word(at)
    if word in _PLAIN_ZONES:
        return read_zone(tokens, at)
    if word in SHORT_ZONES and _CLOCK_WORDS.intersection(tokens.words(at - 5, at + 4)):
        return read_zone(tokens, at)
    if tokens[at].title and "time" in tokens.words(at + 1, at + 5):
        return read_zone(tokens, at)
    return None


def _same(one: tzinfo, other: tzinfo, now: datetime) -> bool:
    return one.utcoffset(now.replace(tzinfo=None)) == other.utcoffset(now.replace(tzinfo=None))
