"""Tables of words, and where they stand in a text.

A table is `{label: {weight: "phrase, phrase, …"}}`. Its words match in every form ("лекция" also
"лекции", "confirm" also "confirmed"; English ones are given in their base form); `=жду` only as it
is written; `*` is any one word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.mail.reading.words import CYRILLIC, Word, find_forms, fold

Table = Mapping[str, Mapping[float, str]]

ANY: Final = "*"
PREFIX: Final = 2
"""By so many first letters a word is passed over before its forms are asked for."""
OTHER_STEMS: Final = frozenset({"ед", "ше", "шл", "ид", "во", "бу", "зо", "бе", "лю", "де"})
"""Beginnings of forms that their dictionary form does not share: "едем" is of "ехать"."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase of a table found in a text: words `first`..`last` of it, characters `start`..`end`.

    `phrase` is as the table has it, so that a phrase found twice can be counted once.
    """

    label: str
    weight: float
    phrase: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    weight: float
    phrase: str
    words: tuple[frozenset[str] | None, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The entries that begin with one word: alone, or by the form of their second word."""

    alone: list[_Entry] = field(default_factory=list)
    longer: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))


class Lexicon:
    """Several tables made ready to be looked for in one pass."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._shelves: dict[str, _Shelf] = defaultdict(_Shelf)
        for table in tables:
            for entry in _list_entries(table):
                self._add(entry)
        self._prefixes = OTHER_STEMS | {word.lstrip("=")[:PREFIX] for word in self._shelves}

    def _add(self, entry: _Entry) -> None:
        for word in entry.words[0] or ():
            shelf = self._shelves[word]
            if len(entry.words) == 1:
                shelf.alone.append(entry)
            else:
                for second in entry.words[1] or (ANY,):
                    shelf.longer[second].append(entry)

    def find(self, words: Sequence[Word]) -> tuple[Mark, ...]:
        """Every phrase of the tables in `words`, in order of their first words."""
        marks: list[Mark] = []
        for index, word in enumerate(words):
            if word.lower[:PREFIX] in self._prefixes:
                found = {id(entry): entry for entry in self._list_at(words, index)}
                marks += [_make_mark(entry, words, index) for entry in found.values()]
        return tuple(marks)

    def _list_at(self, words: Sequence[Word], index: int) -> Iterable[_Entry]:
        """The entries that stand at word `index`; some more than once."""
        shelves = [
            shelf
            for key in find_forms(words[index].lower).keys
            if (shelf := self._shelves.get(key)) is not None
        ]
        for shelf in shelves:
            yield from shelf.alone
            if shelf.longer and index + 1 < len(words):
                for key in (*find_forms(words[index + 1].lower).keys, ANY):
                    for entry in shelf.longer.get(key, ()):
                        if _goes_on(entry, words, index):
                            yield entry


def _list_entries(table: Table) -> Iterable[_Entry]:
    for label, weights in table.items():
        for weight, phrases in weights.items():
            for phrase in phrases.replace("\n", " ").split(","):
                if words := phrase.split():
                    yield _Entry(label, weight, " ".join(words), tuple(map(_expect, words)))


def _expect(word: str) -> frozenset[str] | None:
    """The forms a table's word stands for; None for any."""
    if word == ANY:
        return None
    if word.startswith("="):
        return frozenset(("=" + fold(word[1:]),))
    folded = fold(word)
    return find_forms(folded).lemmas if CYRILLIC.search(folded) else frozenset((folded,))


def _goes_on(entry: _Entry, words: Sequence[Word], index: int) -> bool:
    """Whether the words from the third on stand there too."""
    if index + len(entry.words) > len(words):
        return False
    return all(
        expected is None or not expected.isdisjoint(find_forms(words[index + offset].lower).keys)
        for offset, expected in enumerate(entry.words[2:], start=2)
    )


def _make_mark(entry: _Entry, words: Sequence[Word], index: int) -> Mark:
    last = index + len(entry.words) - 1
    return Mark(
        label=entry.label,
        weight=entry.weight,
        phrase=entry.phrase,
        first=index,
        last=last,
        start=words[index].start,
        end=words[last].end,
    )
