"""The labelled letters: what a person, by the definitions, says that each letter says.

`work/` is there to be looked at while the reader is improved. `held/` is opened for its figures
only: whoever reads its letters while changing the reader takes their worth away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import yaml

from tests.mail.letters.raw import Source, raw_letter

FOLDER = Path(__file__).parent
FOLDERS = ("work", "held")
LANGUAGES = ("ru", "en")
ZONES = {"ru": "Europe/Moscow", "en": "Europe/London"}
"""The reader's zone, where a letter names no other."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a letter says; `event_at` is a date where the letter names no hour."""

    status: Literal["person", "automatic", "bulk"]
    category: str
    deadline: datetime | None
    quote: str | None
    event_at: datetime | date | None
    places: tuple[str, ...]
    urgent: Literal["deadline", "words", "alert"] | None
    awaits_answer: bool


@dataclass(frozen=True, slots=True)
class LabelledLetter:
    """A letter as it came, its reader's zone, and its labels."""

    id: str
    folder: str
    language: str
    zone: str
    received: str | None
    """When it came, in ISO 8601: of letters without a date of their own only."""
    source: Source = field(repr=False)
    labels: Labels

    @property
    def raw(self) -> bytes:
        """The letter's bytes."""
        return raw_letter(self.source)

    @property
    def written_at(self) -> datetime:
        """The moment that its days and hours are counted from."""
        return datetime.fromisoformat(self.received or self.source["date"])


def list_letters(folder: str) -> list[LabelledLetter]:
    """Every letter of `work` or `held`."""
    return [letter for path in sorted((FOLDER / folder).glob("*.yaml")) for letter in _read(path)]


def _read(path: Path) -> Iterator[LabelledLetter]:
    language = path.name[:2]
    # Every value stays the text that it is: `no`, 12:30 and dates mean nothing to the base loader.
    for source in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader):  # noqa: S506
        yield LabelledLetter(
            id=source["id"],
            folder=path.parent.name,
            language=language,
            zone=source.get("zone", ZONES[language]),
            received=source.get("received"),
            source=source,
            labels=_labels(source),
        )


def _labels(source: Source) -> Labels:
    deadline, event_at = source.get("deadline"), source.get("event_at")
    return Labels(
        status=source["status"],
        category=source["category"],
        deadline=datetime.fromisoformat(deadline) if deadline else None,
        quote=source.get("quote"),
        event_at=moment_or_day(event_at) if event_at else None,
        places=tuple(source.get("places", ())),
        urgent=None if source["urgent"] == "no" else source["urgent"],
        awaits_answer=_yes_or_no(source["awaits_answer"]),
    )


def moment_or_day(text: str) -> datetime | date:
    """A moment, or a day where the text (ISO 8601) has no hour."""
    is_day = len(text) == len("2026-12-01")
    return date.fromisoformat(text) if is_day else datetime.fromisoformat(text)


def _yes_or_no(word: Any) -> bool:
    return {"yes": True, "no": False}[word]
