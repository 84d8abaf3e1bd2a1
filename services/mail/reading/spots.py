"""Which pieces of places make one spot, and whether it is one that the reader is to be at."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from services.mail.reading.pieces import Piece
from services.mail.reading.reading import Category, Place, Status
from services.mail.reading.sentences import Sentence, Text
from services.mail.reading.tables.names import COUNTRIES
from services.mail.reading.words import find_forms, fold

LABEL: Final = re.compile(
    r"(?:адрес[а-яё]{0,6}|место(?: проведения| встречи| сбора)?|где|откуда|куда"
    r"|отправление|прибытие|вылет|прил[её]т|"
    r"address|venue|location|where|place|from|to|departure|arrival|departs?|arrives?"
    r"|meeting point|pick-?up)"
    r"[^\n:]{0,30}:[ \t\n]{0,20}(?:[^\n]{0,60}, )?$",
    re.IGNORECASE,
)
CONNECTION: Final = re.compile(
    r"(?:[ \t\xa0]{0,3}[,(][ \t\xa0]{0,3}\n?[ \t]{0,4}|[ \t\xa0]{1,3}\n?|\n[ \t]{0,4}"
    r"|[ \t]{0,2}[–—-][ \t]{0,2}|[ \t]{0,2}/[ \t]{0,2})"
    r"(?:(?:в|во|на|по адресу:?|у|под|около|возле|in|on|at|of|the|in the|on the|of the"
    r"|at the|near)[ \t\n]{1,3})?",
)
HOUR: Final = re.compile(
    r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(?:am|pm|a\.m|p\.m)\b|\b(?:[вс]|at"
    r"|from) \d{1,2}\b|\b(?:noon|midday|полдень|утра|вечера)\b",
    re.IGNORECASE,
)
LED: Final = re.compile(
    r"(?:\b(?:in|at|to|from|outside|near|by|opposite|inside|into|on|via|behind|visit|в"
    r"|во|на|из|до|от|под|у|около|возле)"
    r"(?: the| our| my| your)?|[:,(–—-]|^)[ \t\n\xa0]{1,4}$|^$|\n$|\($",
    re.IGNORECASE,
)
APART: Final = frozenset({"security", "money", "notification"})
"""What systems write of these names towns where something happened, not where to be."""
MOST_PIECES: Final = 6
TAGGED: Final = re.compile(r"\bпо[ \n]{1,3}$")
"""What leads to a town where only its hour is meant: "19:00 по Москве"."""
WHENCE: Final = re.compile(r"\b(?:from|из|с|со|от)[ \n]{1,3}(?:the )?$")


def list_spots(
    text: Text, pieces: list[Piece], *, status: Status, category: Category
) -> Iterable[Place]:
    """The spots of `pieces` that the reader may have to be at, in order."""
    groups = [_trim_leaning(group) for group in _join(text.value, pieces)]
    is_addressed = any(_is_sure(group) for group in groups)
    for group in groups:
        if _is_to_be_at(text, group, status=status, category=category, is_addressed=is_addressed):
            yield _make_place(text.value, group)


def _make_place(text: str, group: Sequence[Piece]) -> Place:
    start, end = group[0].start, group[-1].end
    if text[start:end].count("(") > text[start:end].count(")"):
        end += text[end : end + 1] == ")"
    written = " ".join(text[start:end].split()).rstrip(".,;")
    source = next((piece.source for piece in group if piece.source == "grammar"), group[0].source)
    return Place(written, start, end, source)


def _join(text: str, pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Neighbours that say one spot together: a street and its town, a room and its building."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _belongs(text, groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _trim_leaning(group: list[Piece]) -> list[Piece]:
    """A group without leaning pieces where nothing is there to lean on but a town."""
    held = [piece for piece in group if not piece.leaning]
    if any(piece.level in {"street", "venue", "room", "house"} for piece in held):
        return group
    if group[-1].level == "house" and not group[0].leaning:
        return group
    return [piece for piece in group if piece in held or piece.level == "country"] or group


def _belongs(text: str, group: Sequence[Piece], piece: Piece) -> bool:
    between = text[group[-1].end : piece.start]
    if piece.level == "room" and group[-1].level == "town" and _is_led_whence(text, group[-1]):
        return False
    if not between.strip() and "\n" not in between:
        return _fits(text, group, piece, listed=piece.level in {"house", "venue"})
    if not (len(between) <= 20 and CONNECTION.fullmatch(between)):
        return False
    if between.strip(" \t\xa0") == "\n":
        return _fits(text, group, piece, listed=True)
    if re.search(r"[–—-]", between):
        return False
    return _fits(text, group, piece, listed=bool(re.search(r"[,(]|\bна\b", between)))


def _fits(text: str, group: Sequence[Piece], piece: Piece, *, listed: bool = False) -> bool:
    """Whether the spot has no piece of that kind yet, so that both are not two spots."""
    levels = {other.level for other in group}
    if len(group) == MOST_PIECES or _names_another(text, group, piece):
        return False
    if piece.level == "country" or _is_country(text[piece.start : piece.end]):
        return listed
    if piece.level == "town":
        return listed and ("town" not in levels or _is_town_told(text, piece))
    if piece.level in {"house", "street"} and piece.level in levels:
        return piece.level == "house" and "street" in levels
    if piece.level == "venue" and "venue" in levels:
        return listed and not group[-1].bare
    return True


def _is_town_told(text: str, piece: Piece) -> bool:
    """Whether it says of itself that it is one, as "г. Казань" behind a region."""
    return text[piece.start : piece.start + 1].islower()


def _names_another(text: str, group: Sequence[Piece], piece: Piece) -> bool:
    """Whether it is one more of the same kind: "Room 5, Room 6" are two."""
    kind = text[piece.start : piece.end].split()[0].lower()
    return piece.level == "room" and any(
        other.level == "room" and text[other.start : other.end].lower().startswith(kind)
        for other in group
    )


def _is_country(name: str) -> bool:
    return not find_forms(fold(name)).lemmas.isdisjoint(COUNTRIES)


def _is_to_be_at(
    text: Text, group: Sequence[Piece], *, status: Status, category: Category, is_addressed: bool
) -> bool:
    """Whether the reader may have to be there, by how sure its pieces are and what stands around.

    `is_addressed` says that the letter has an address, beside which "the pick-up point" is none.
    """
    first = group[0]
    sentence = text.find_sentence(first.start)
    if (
        sentence is None
        or all(piece.leaning for piece in group)
        or _is_no_place(text, first, sentence)
    ):
        return False
    if status == "automatic" and text.has("no place", within=sentence):
        return False
    if _is_sure(group):
        return True
    if text.has("no place", within=sentence) or (status == "automatic" and category in APART):
        return False
    if LABEL.search(text.value[max(0, first.start - 120) : first.start]):
        return True
    if all(piece.bare for piece in group):
        return _is_spot_to_be_at(text, sentence, group, is_addressed=is_addressed)
    if first.level == "town" and _is_led_whence(text.value, first):
        return text.has("travel", within=sentence)
    return _is_led(text.value, first) and _has_context(text, sentence, group)


def _is_no_place(text: Text, first: Piece, sentence: Sentence) -> bool:
    """What only sounds like one: "по Москве" of an hour, "from flat 9" of a neighbour."""
    before = text.value[max(0, first.start - 12) : first.start].lower()
    if first.source == "names" or first.level == "town":
        return bool(TAGGED.search(before)) or text.has("writer away", within=sentence)
    return (
        first.level == "room"
        and not first.bare
        and _is_led_whence(text.value, first)
        and not text.has("travel", within=sentence)
    )


def _is_led_whence(text: str, piece: Piece) -> bool:
    return bool(WHENCE.search(text[max(0, piece.start - 12) : piece.start].lower()))


def _is_sure(group: Sequence[Piece]) -> bool:
    """A numbered room, a street with its house, or two kinds that bear one another out."""
    named = [piece for piece in group if not piece.bare]
    if any(piece.sure for piece in named):
        return True
    levels = {piece.level for piece in named}
    return len(levels) > 1 and bool(levels & {"street", "room", "house"})


def _is_spot_to_be_at(
    text: Text, sentence: Sentence, group: Sequence[Piece], *, is_addressed: bool
) -> bool:
    """A spot without a name, "the library": where one gathers or collects, or at an hour."""
    if any(piece.sure for piece in group):
        return text.has("gathering", "being there", within=sentence) or bool(
            HOUR.search(sentence.text)
        )
    if is_addressed:
        return False
    if text.has("fetching", within=sentence):
        return True
    return text.has("gathering", within=sentence) and bool(HOUR.search(sentence.text))


def _is_led(text: str, piece: Piece) -> bool:
    """Whether a preposition or a mark leads to a name, which a sender's own name has not."""
    before = text[max(0, piece.start - 24) : piece.start]
    return piece.source == "names" or bool(LED.search(before))


def _has_context(text: Text, sentence: Sentence, group: Sequence[Piece]) -> bool:
    """Whether the words around it, not its own, speak of being there."""
    start, end = group[0].start, group[-1].end
    marks = text.list_marks("being there", within=sentence)
    return any(not start <= mark.start < end for mark in marks) or bool(HOUR.search(sentence.text))
