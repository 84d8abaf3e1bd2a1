"""A resource as an administrator enters it, in a form or in a file, read by the same rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args

from services.sync.access.conditions import Condition, names_of, to_json
from services.sync.access.errors import ResourceWrong
from services.sync.access.reading import ID, read_text
from services.sync.access.resources.repository import Kind, Resource, Row
from shared.db import storable
from shared.problems import N_, Place, Problems, quoted

KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_TITLE = 200
MOST_POSITION = 100_000
CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
WEST = timedelta(hours=12)
"""How long after Greenwich a day begins for the last of all people."""
NO_CODE = N_("“{key}” is what Boomstream calls it: up to 64 letters and digits, not “{value}”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A video or a collection. `subscription` None: that of the settings."""

    kind: Kind
    title: str
    code: str
    subscription: str | None = None
    lesson_id: int | None = None
    condition: Condition | None = None
    position: int = 0

    def row(self, now: datetime, *, archived: bool = False) -> Row:
        """As it is kept."""
        return Row(
            kind=self.kind,
            title=self.title,
            code=self.code,
            subscription=self.subscription,
            lesson_id=self.lesson_id,
            condition=to_json(self.condition) if self.condition else None,
            position=self.position,
            due_on=next_due(self.condition, now),
            archived=archived,
        )


def next_due(condition: Condition | None, now: datetime) -> date | None:
    """The first day that a condition names and that has not begun for everybody."""
    days = [day for day in names_of(condition).dates if begins_last(day) > now]
    return min(days, default=None)


def begins_last(day: date) -> datetime:
    """When a day begins where it begins last."""
    return datetime.combine(day, time(), UTC) + WEST


def read_entry(
    *,
    kind: str,
    title: str,
    code: str,
    subscription: str = "",
    lesson: str = "",
    condition: str = "",
    position: str = "",
) -> Entry:
    """What a form says; `condition` is YAML, empty where operators alone open it.

    Raises:
        ResourceWrong: something is wrong; all of it is named.
    """
    problems = Problems()
    texts = {"kind": kind, "title": title, "code": code}
    texts |= {"subscription": subscription, "lesson": lesson, "position": position}
    rule = read_text(condition, problems) if condition.strip() else None
    entry = read_values(texts, dict.fromkeys(texts, Place()), rule, problems)
    if entry is None or problems:
        raise ResourceWrong(problems)
    return entry


def read_values(
    texts: Mapping[str, str],
    places: Mapping[str, Place],
    condition: Condition | None,
    problems: Problems,
) -> Entry | None:
    """An entry of texts by key, each with its place; None where something is wrong."""
    before = problems.count
    texts = {key: storable(" ".join(text.split())) for key, text in texts.items()}
    kind = next((one for one in KINDS if one == texts["kind"]), None)
    if kind is None:
        words = N_("“{key}” is one of: {choices}")
        problems.add(places["kind"], words, key="kind", choices=", ".join(KINDS))
    title = texts["title"]
    if not 0 < len(title) <= LONGEST_TITLE:
        words = N_("a title has 1 to {most} characters")
        problems.add(places["title"], words, key="title", most=LONGEST_TITLE)
    for key in ("code", "subscription"):
        if not CODE.fullmatch(texts[key]) and (texts[key] or key == "code"):
            problems.add(places[key], NO_CODE, key=key, value=quoted(texts[key]))
    lesson_id = _number(texts, places, "lesson", 10**18 - 1, problems)
    position = _number(texts, places, "position", MOST_POSITION, problems)
    if kind is None or problems.count != before:
        return None
    return Entry(
        kind=kind,
        title=title,
        code=texts["code"],
        subscription=texts["subscription"] or None,
        lesson_id=lesson_id,
        condition=condition,
        position=position or 0,
    )


def _number(
    texts: Mapping[str, str], places: Mapping[str, Place], key: str, most: int, problems: Problems
) -> int | None:
    text = texts.get(key, "")
    if text in ("", "0"):
        return None
    if not ID.fullmatch(text) or int(text) > most:
        problems.add(
            places[key], N_("“{key}” is a whole number, not “{value}”"), key=key, value=quoted(text)
        )
        return None
    return int(text)


def entry_of(resource: Resource, condition: Condition | None) -> Entry:
    """A kept resource as it could be entered."""
    return Entry(
        kind=resource.kind,
        title=resource.title,
        code=resource.code,
        subscription=resource.subscription,
        lesson_id=resource.lesson_id,
        condition=condition,
        position=resource.position,
    )


def as_map(entry: Entry) -> dict[str, Any]:
    """An entry as a file has it: what says nothing is left out; its place is the file's order."""
    told: dict[str, Any] = {"kind": entry.kind, "code": entry.code, "title": entry.title}
    if entry.subscription is not None:
        told["subscription"] = entry.subscription
    if entry.lesson_id is not None:
        told["lesson"] = entry.lesson_id
    if entry.condition is not None:
        told["rule"] = to_json(entry.condition)
    return told
