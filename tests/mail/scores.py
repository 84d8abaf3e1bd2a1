"""Right or wrong, field by field: what `parta read` said of a letter beside its labels."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.mail.letters.labelled import Labels, moment_or_day

Answer = Mapping[str, Any]
"""One line that `parta read --json` printed."""

GOALS = {
    "deadline": 0.90,
    "event": None,
    "places": 0.80,
    "category": 0.85,
    "status": None,
    "urgent": 0.90,
    "awaits answer": 0.85,
    "deadline's words": None,
}
"""The fields that are measured, and what they are to reach on letters that nobody here has seen."""
BY_ACCURACY = {"category", "status", "deadline's words"}
"""Fields that every letter has: the share of right ones is all that there is to say."""
MARKS = string.punctuation + string.whitespace + "«»„“”‘’…–—"


@dataclass(frozen=True, slots=True)
class Score:
    """How many the labels name, how many were found, how many of those are right."""

    labelled: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.labelled + other.labelled, self.found + other.found, self.right + other.right
        )

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """How much of what is there was found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Both in one: the harmonic mean."""
        both = self.labelled + self.found
        return 2 * self.right / both if both else 0.0

    @property
    def is_clean(self) -> bool:
        """Nothing missed, nothing invented."""
        return self.labelled == self.found == self.right


def score(labels: Labels, answer: Answer) -> dict[str, Score]:
    """One letter's scores, by the names of `GOALS`."""
    deadline = answer["deadline"]
    at = datetime.fromisoformat(deadline["at"]) if deadline else None
    event_at = moment_or_day(answer["event_at"]) if answer["event_at"] else None
    scores = {
        "deadline": _same(_minute(labels.deadline), _minute(at)),
        "event": _same(_minute(labels.event_at), _minute(event_at)),
        "places": _shared(labels.places, answer["places"]),
        "category": _same(labels.category, answer["category"]),
        "status": _same(labels.status, answer["sender"]["status"]),
        "urgent": _same(labels.urgent is not None or None, answer["urgent"] or None),
        "awaits answer": _same(labels.awaits_answer or None, answer["awaits_answer"] or None),
    }
    if scores["deadline"].right:
        scores["deadline's words"] = _overlapping(labels.quote or "", deadline["quote"] or "")
    return scores


def _same(labelled: object, found: object) -> Score:
    right = labelled is not None and type(labelled) is type(found) and labelled == found
    return Score(int(labelled is not None), int(found is not None), int(right))


def _minute(moment: Any) -> Any:
    return moment.replace(second=0, microsecond=0) if isinstance(moment, datetime) else moment


def _shared(labelled: Iterable[str], found: Iterable[str]) -> Score:
    named, told = {plain_place(one) for one in labelled}, {plain_place(one) for one in found}
    return Score(len(named), len(told), len(named & told))


def plain_place(place: str) -> str:
    """A place without what does not change it: case, marks around it, an article before it."""
    return " ".join(place.casefold().split()).strip(MARKS).removeprefix("the ")


def _overlapping(labelled: str, found: str) -> Score:
    one, other = _plain_words(labelled), _plain_words(found)
    return Score(1, int(bool(other)), int(bool(other) and (one in other or other in one)))


def _plain_words(text: str) -> str:
    return " ".join(text.casefold().split()).strip(MARKS)
