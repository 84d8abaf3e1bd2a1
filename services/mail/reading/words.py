"""Words of a text and their dictionary forms: pymorphy3 for Russian, endings for English.

A form may belong to several words ("стекла"); all are kept, since a table of words asks only
whether one of its own is among them. What was looked up is remembered, within bounds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

LONGEST_WORD: Final = 30
REMEMBERED: Final = 40_000
ASKED_MOODS: Final = frozenset(
    {"impr", "INFN", "1per", "2per", "past", "futr", "Geox", "Name", "Surn"}
)

WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)

IRREGULAR: Final = {
    "sent": "send", "told": "tell", "came": "come", "paid": "pay", "chosen": "choose",
    "chose": "choose", "met": "meet", "meeting": "meeting", "held": "hold", "children": "child",
    "gave": "give", "given": "give", "wrote": "write", "written": "write", "heard": "hear",
    "said": "say", "made": "make", "left": "leave", "bought": "buy", "brought": "bring",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `start`..`end`; `lower` is in small letters, ё as е, the apostrophe straight."""

    start: int
    end: int
    lower: str


@dataclass(frozen=True, slots=True)
class Forms:
    """The dictionary forms a word may come from and, of Russian words, what else is known.

    `keys` are what tables know it by: its forms, and itself behind "=". `moods` are those of
    `ASKED_MOODS` that one of its readings has.
    """

    lemmas: frozenset[str]
    moods: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()


def list_words(text: str) -> tuple[Word, ...]:
    """The words of `text` in order; numbers are words too, hyphens and apostrophes stay inside."""
    return tuple(
        Word(found.start(), found.end(), fold(found.group())) for found in WORD.finditer(text)
    )


def word_set(words: str) -> frozenset[str]:
    """The words of a table, written one after another."""
    return frozenset(words.split())


def fold(word: str) -> str:
    """`word` as it is compared."""
    return word.lower().replace("ё", "е").replace("’", "'")


@lru_cache(maxsize=REMEMBERED)
def find_forms(word: str) -> Forms:
    """What a folded word may be a form of; always itself too."""
    if len(word) > LONGEST_WORD:
        return _make_forms(word, {word})
    if CYRILLIC.search(word):
        return _find_russian(word)
    return _make_forms(word, _list_english(word))


def _make_forms(word: str, lemmas: set[str], moods: Iterable[str] = ()) -> Forms:
    return Forms(frozenset(lemmas), frozenset(moods), (*lemmas, "=" + word))


def _find_russian(word: str) -> Forms:
    parses = _morphology().parse(word)
    lemmas = {word} | {fold(parse.normal_form) for parse in parses}
    moods = {
        mood
        for parse in parses
        if "incl" not in parse.tag.grammemes  # "let us": it asks nothing of the reader
        for mood in parse.tag.grammemes & ASKED_MOODS
    }
    return _make_forms(word, lemmas, moods)


@cache
def _morphology() -> Any:
    from pymorphy3 import MorphAnalyzer  # type: ignore[import-untyped]

    return MorphAnalyzer(lang="ru")


def _list_english(word: str) -> set[str]:
    """The word without the endings it may carry: "replies" → reply, "choosing" → choose."""
    base = word.removesuffix("'s")
    forms = {word, base, IRREGULAR.get(base, base)}
    if len(base) < 4:
        return forms
    if base.endswith("ies"):
        forms.add(base[:-3] + "y")
    if base.endswith("es"):
        forms.add(base[:-2])
    if base.endswith("s") and not base.endswith("ss"):
        forms.add(base[:-1])
    if base.endswith("ied"):
        forms.add(base[:-3] + "y")
    for ending in ("ed", "ing"):
        if base.endswith(ending) and len(base) > len(ending) + 2:
            stem = base.removesuffix(ending)
            forms |= {stem, stem + "e"}
            if stem[-1] == stem[-2]:
                forms.add(stem[:-1])
    return forms
