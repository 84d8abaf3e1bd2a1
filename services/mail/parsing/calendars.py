"""Calendar parts: what takes place, when, where, and what the sender wants done about it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from services.mail.parsing import limits
from services.mail.parsing.bodies import read_bytes
from services.mail.parsing.charsets import clean, decode, one_line
from services.mail.parsing.letter import Invitation
from services.mail.parsing.mime import Part

_KINDS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_TEXT = 500
_LINES = 1_000
_ZONE_RULES = 12
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"(?:BEGIN|END|METHOD|STATUS|SUMMARY|LOCATION|DTSTART|DTEND|DURATION|ORGANIZER|TZID"
    r"|TZOFFSET(?:FROM|TO)|RRULE)[:;]",
    re.IGNORECASE,
)
_ZONE_RULE = re.compile(
    r"RRULE:FREQ=YEARLY(?:;(?:BYDAY|BYMONTH|BYMONTHDAY|UNTIL|INTERVAL|WKST)=[^;]{1,40})*",
    re.IGNORECASE,
)


def read_invitations(raw: bytes, root: Part) -> tuple[Invitation, ...]:
    """The events of a letter's calendar parts, each event once.

    Raises:
        ValueError: a calendar part could not be read.
    """
    found: dict[tuple[str, Any], Invitation] = {}
    parts = [part for part in root.walk() if is_calendar(part)]
    for part in parts[: limits.CALENDARS]:
        text = decode(
            read_bytes(raw, part, limits.CALENDAR_BYTES), part.parameters.get("charset", "")
        )
        for one in _read_calendar(text, part.parameters.get("method", "")):
            found.setdefault((one.summary, one.start_at), one)
    return tuple(found.values())[: limits.EVENTS]


def is_calendar(part: Part) -> bool:
    """Whether it is one, whatever it is called."""
    return part.kind in _KINDS or part.name.lower().endswith(".ics")


def _read_calendar(text: str, method: str) -> Iterator[Invitation]:
    from icalendar import Calendar  # slow to load, and few letters have one

    for calendar in Calendar.from_ical(_select_lines(text), multiple=True):
        asked = str(calendar.get("METHOD", "") or method)
        for event in calendar.walk("VEVENT")[: limits.EVENTS]:
            yield _read_event(event, _word(asked))


def _select_lines(text: str) -> str:
    """The lines that say what is asked here: unfolded, no more than a calendar has."""
    kept, rules = [], 0
    for line in _FOLD.sub("", text).splitlines():
        if not _LINE.match(line):
            continue
        if line[:5].upper() == "RRULE":
            rules += 1
            # A zone's rule is followed from 1601 on: one that fires each second takes for ever.
            if rules > _ZONE_RULES or not _ZONE_RULE.fullmatch(line):
                continue
        kept.append(clean(line))
        if len(kept) >= _LINES:
            break
    return "\r\n".join(kept) + "\r\n"


def _read_event(event: Any, method: str) -> Invitation:
    start_at = _moment(event.get("DTSTART"))
    end_at = _moment(event.get("DTEND"))
    length = getattr(event.get("DURATION"), "dt", None)
    if end_at is None and start_at is not None and isinstance(length, timedelta):
        end_at = start_at + length
    return Invitation(
        method=method,
        status=_word(str(event.get("STATUS", ""))),
        summary=one_line(str(event.get("SUMMARY", "")), _TEXT),
        location=one_line(str(event.get("LOCATION", "")), _TEXT),
        start_at=start_at,
        end_at=end_at,
        organizer=_address(str(event.get("ORGANIZER", ""))),
    )


def _moment(value: Any) -> datetime | date | None:
    """Its date or time; of several the first. A zone becomes the offset it has at that moment."""
    found = getattr(value[0] if isinstance(value, list) else value, "dt", None)
    if isinstance(found, datetime):
        offset = found.utcoffset()
        return found.replace(tzinfo=None if offset is None else timezone(offset))
    return found if isinstance(found, date) else None


def _word(text: str) -> str:
    return one_line(text, 20).upper()


def _address(text: str) -> str:
    return one_line(text, limits.ADDRESS_CHARACTERS).removeprefix("MAILTO:").removeprefix("mailto:")
