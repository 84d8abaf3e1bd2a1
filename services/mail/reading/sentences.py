"""A text laid out for reading: its words, its sentences and the marks of the tables on them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from services.mail.reading.lexicon import Lexicon, Mark
from services.mail.reading.tables import categories, places, requests, status, urgency
from services.mail.reading.words import Word, list_words, word_set

MOST_READ: Final = 20_000
"""Characters of a letter's own text that are read; facts stand before that."""

LONGEST_SENTENCE: Final = 1_500
BREAK: Final = re.compile(
    r"(?<![.!?…])[.!?…]{1,5}[\"»”)\]]{0,3}(?=\s)|\n[ \t]{0,8}(?=\n)"
    r"|\n(?=[ \t]{0,8}(?:[-*•–—▪]|\d{1,2}[.)])[ \t])"
)
SHORTENED: Final = word_set(
    """
    ул пр просп пер наб пл бул г гор д дом стр корп к кв оф каб ауд комн эт пос с дер ст м им
    тел вн доб т е п пп руб коп тыс млн чел мин час ч см рис гл проф доц зав зам ш mr mrs ms dr
    prof st rd ave ln no nr vs eg ie e.g i.e etc approx dept ext fig vol pp p.m a.m
    """
)
"""Words that are written short, with a dot that ends no sentence."""
ENDING_SHORTENED: Final = word_set(
    """
    г час ч руб etc p.m a.m мин коп тыс млн чел m no е п т эт
    """
)
"""Those of them that a sentence may end in."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a line of a list at `start`..`end`, its closing mark included."""

    start: int
    end: int
    text: str

    @property
    def is_question(self) -> bool:
        """Whether it ends in a question mark, whatever stands behind it."""
        return "?" in self.text[-4:]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with all that the rules ask of it."""

    value: str
    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...]
    marks: tuple[Mark, ...]

    def list_marks(self, *labels: str, within: Sentence | None = None) -> list[Mark]:
        """The marks with one of `labels`, of one sentence or of all of the text."""
        marks: Sequence[Mark] = self.marks
        if within is not None:
            first = bisect_left(self.marks, within.start, key=_start)
            marks = self.marks[first : bisect_left(self.marks, within.end, lo=first, key=_start)]
        return [mark for mark in marks if mark.label in labels]

    def has(self, *labels: str, within: Sentence | None = None) -> bool:
        """Whether there is such a mark."""
        return bool(self.list_marks(*labels, within=within))

    def find_sentence(self, at: int) -> Sentence | None:
        """The sentence that the character `at` stands in."""
        position = bisect_right(self.sentences, at, key=_start) - 1
        if position < 0 or at >= self.sentences[position].end:
            return None
        return self.sentences[position]


def _start(item: Mark | Sentence) -> int:
    return item.start


def lay_out(text: str) -> Text:
    """`text`, cut to what is read, with its words, sentences and marks."""
    cut = text[:MOST_READ]
    words = list_words(cut)
    return Text(
        value=cut,
        words=words,
        sentences=tuple(_list_sentences(cut)),
        marks=_lexicon().find(words),
    )


@cache
def _lexicon() -> Lexicon:
    return Lexicon((categories.TABLE, places.TABLE, requests.TABLE, status.TABLE, urgency.TABLE))


def _list_sentences(text: str) -> Iterable[Sentence]:
    start = 0
    for found in BREAK.finditer(text):
        if found.group().startswith(".") and _is_shortened(text, found.start()):
            continue
        yield from _cut(text, start, found.end())
        start = found.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, end: int) -> Iterable[Sentence]:
    """The sentence at `start`..`end` if it says a word; in pieces where it is beyond measure."""
    for at in range(start, end, LONGEST_SENTENCE):
        upto = min(at + LONGEST_SENTENCE, end)
        if stripped := text[at:upto].strip():
            yield Sentence(at, upto, stripped)


def _is_shortened(text: str, dot: int) -> bool:
    """Whether the dot closes a shortened word ("ул.") or a number in front of more ("5. мая")."""
    before = text[max(0, dot - 8) : dot].rsplit(None, 1)
    after = text[dot + 1 : dot + 12].lstrip()
    word = before[-1].lstrip('(«"').lower() if before else ""
    if word in SHORTENED:
        return not after[:1].isupper() or word not in ENDING_SHORTENED
    return bool(len(word) == 1 and word.isalpha() and after[:1].isupper())
