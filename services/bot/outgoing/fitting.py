"""Texts that fit into a message: counted, split and cut as Telegram sees them, markup whole.

A text is read once into what is shown and, for each character of it, the tags around it. A piece
is then a stretch of characters, written anew with its tags opened and closed: no tag and no
reference can be cut, and what is malformed comes out well-formed, or as Telegram will refuse it.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from aiogram.methods import EditMessageText, SendMessage, TelegramMethod

LONGEST = 4096
"""UTF-16 units of a message, after its markup is read."""

TOKEN = re.compile(
    r"""
    <(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*+)(?:[^<>"']|"[^"]*+"|'[^']*+')*+>
    | (?P<last></\s*+>)
    | &(?:
        \#x(?P<hex>[0-9a-fA-F]{1,8})
        | \#(?P<decimal>[0-9]{1,8})
        | (?P<named>lt|gt|amp|quot)(?![a-z])
    );?
    """,
    re.VERBOSE,
)
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

BORDERS = (
    re.compile(r"(?=\n\s*\n)"),
    re.compile(r"(?=\n)"),
    re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'»”)\]]))(?=\s)"),
    re.compile(r"(?=\s)"),
)
"""Where a text is rather split: paragraphs, lines, sentences, words."""
WORDS = BORDERS[-1:]

JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_TAGS = range(0xE0020, 0xE0080)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """One opening of a tag, as it was written."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, and of each character the tags around it, outermost first.

    `units[n]` is how many UTF-16 units the first n characters take.
    """

    text: str
    tags: Sequence[tuple[Tag, ...]]
    units: Sequence[int]

    def strip(self, begin: int, end: int) -> tuple[int, int]:
        """The stretch without the white space at its borders, which Telegram drops too."""
        while begin < end and self.text[begin].isspace():
            begin += 1
        while end > begin and self.text[end - 1].isspace():
            end -= 1
        return begin, end

    def write(self, begin: int, end: int) -> str:
        """The stretch as markup, every tag opened and closed in it."""
        written: list[str] = []
        around: tuple[Tag, ...] = ()
        for at in range(begin, end):
            if self.tags[at] is not around:
                written.append(_change(around, self.tags[at]))
                around = self.tags[at]
            written.append(html.escape(self.text[at], quote=False))
        written.append(_change(around, ()))
        return "".join(written)


def length(markup: str) -> int:
    """UTF-16 units that Telegram counts: without tags and without white space around."""
    shown = _read(markup)
    begin, end = shown.strip(0, len(shown.text))
    return shown.units[end] - shown.units[begin]


def split(markup: str, units: int = LONGEST) -> list[str]:
    """The text as so many messages as it takes; what fits is left exactly as it is.

    A border between paragraphs is preferred to one between lines, that to one between sentences,
    and that to one between words, unless it leaves the message less than half full.
    """
    shown = _read(markup)
    begin, end = shown.strip(0, len(shown.text))
    if shown.units[end] - shown.units[begin] <= units:
        return [markup]
    pieces = []
    while begin < end:
        until = _find_end(shown, begin, end, units)
        pieces.append(shown.write(*shown.strip(begin, until)))
        begin, _ = shown.strip(until, end)
    return pieces


def cut(markup: str, units: int, more: str = "…") -> str:
    """The text, or as much of its beginning as fits with `more`, which may be marked up itself."""
    shown = _read(markup)
    begin, end = shown.strip(0, len(shown.text))
    if shown.units[end] - shown.units[begin] <= units:
        return markup
    room = units - _read(more).units[-1]
    if room <= 0:
        return cut(markup, units, "") if more else ""
    until = _find_end(shown, begin, end, room, among=WORDS)
    return shown.write(*shown.strip(begin, until)) + more


def fit(method: TelegramMethod[Any]) -> list[TelegramMethod[Any]]:
    """The method as so many as it takes: a long message is split, a long edit is cut.

    Only the first of several makes a sound, only the last has the buttons.
    """
    match method:
        case SendMessage():
            first, *others = split(method.text)
            if not others:
                return [method]
            buttons, method = method.reply_markup, method.model_copy(update={"reply_markup": None})
            quiet = method.model_copy(update={"disable_notification": True})
            *middle, last = [quiet.model_copy(update={"text": piece}) for piece in others]
            first_one = method.model_copy(update={"text": first})
            return [first_one, *middle, last.model_copy(update={"reply_markup": buttons})]
        case EditMessageText(text=str() as text):
            return [method.model_copy(update={"text": cut(text, LONGEST)})]
        case _:
            return [method]


def _read(markup: str) -> Shown:
    text: list[str] = []
    tags: list[tuple[Tag, ...]] = []
    around: tuple[Tag, ...] = ()
    at = 0
    for token in TOKEN.finditer(markup):
        plain = markup[at : token.start()]
        at = token.end()
        text.append(plain)
        tags += [around] * len(plain)
        if token["name"] is None and token["last"] is None:
            text.append(_character(token))
            tags += [around] * len(text[-1])
        elif token["end"] or token["last"]:
            around = _without(around, (token["name"] or "").lower())
        else:
            around = (*around, Tag(token["name"].lower(), token.group()))
    text.append(markup[at:])
    tags += [around] * len(text[-1])
    shown = "".join(text)
    units = [0, *accumulate(1 + (ord(character) > 0xFFFF) for character in shown)]
    return Shown(shown, tags, units)


def _character(reference: re.Match[str]) -> str:
    """What a reference stands for; itself where it stands for nothing."""
    if name := reference["named"]:
        return NAMED[name]
    code = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    is_one = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_one else reference.group()


def _without(around: tuple[Tag, ...], name: str) -> tuple[Tag, ...]:
    """After an end tag: one without a name ends the innermost, one that fits nothing is nothing."""
    for depth in range(len(around) - 1, -1, -1):
        if name in ("", around[depth].name):
            return around[:depth]
    return around


def _change(before: tuple[Tag, ...], after: tuple[Tag, ...]) -> str:
    """The tags that end one stretch and begin the next."""
    same = 0
    while same < min(len(before), len(after)) and before[same] is after[same]:
        same += 1
    ends = [f"</{tag.name}>" for tag in reversed(before[same:])]
    return "".join([*ends, *(tag.source for tag in after[same:])])


def _find_end(
    shown: Shown, begin: int, end: int, units: int, among: Sequence[re.Pattern[str]] = BORDERS
) -> int:
    """Where a piece that begins there ends, so that it takes no more than `units`."""
    most = bisect_right(shown.units, shown.units[begin] + units, begin, end + 1) - 1
    if most == end:
        return end
    half = begin + (most - begin) // 2
    for border in among:
        # What stands right behind the room shows whether a word ends with it.
        found = [one.end() for one in border.finditer(shown.text, half + 1, most + 2)]
        if fitting := [place for place in found if place <= most]:
            return fitting[-1]
    whole = most
    while whole > begin and _joins(shown.text, whole):
        whole -= 1
    # A single character of more than fits, or no room at all: it moves on by a code point.
    return whole if whole > begin else max(most, begin + 1)


def _joins(text: str, at: int) -> bool:
    """Whether the character there is a part of the one before: marks, emoji made of several."""
    here, before = text[at], text[at - 1]
    if JOINER in (here, before) or (before, here) == ("\r", "\n"):
        return True
    if unicodedata.category(here).startswith("M"):
        return True
    if ord(here) in SKIN_TONES or ord(here) in FLAG_TAGS:
        return True
    if ord(here) not in FLAG_LETTERS:
        return False
    letters = 0
    while letters < at and ord(text[at - 1 - letters]) in FLAG_LETTERS:
        letters += 1
    return letters % 2 == 1
