"""The places of a letter that its reader is to be at, as they are written, in order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from services.mail.reading import places_en, places_ru
from services.mail.reading.names import MOST_CHARACTERS, Names, Span
from services.mail.reading.pieces import Piece, drop_overlapping, list_pieces
from services.mail.reading.reading import Category, Place, Status
from services.mail.reading.scan import Scan
from services.mail.reading.sentences import Sentence, Text
from services.mail.reading.spots import list_spots
from services.mail.reading.tables.names import COUNTRIES, NO_NAMES
from services.mail.reading.words import find_forms, fold

ONLINE: Final = re.compile(
    r"https?://|zoom|teams|meet\.|webex|skype|online|онлайн|телемост|видео|telegram"
    r"|discord|по телефону|\bphone\b",
    re.IGNORECASE,
)
MOST_PLACES: Final = 20
RUSSIAN_LEAD: Final = re.compile(
    r"(?:\b(?:в|во|на|из|до|от|под|у|около|возле|через|к|ко|с|со|по)|[:,(–—-])[ \t\n\xa0]{1,3}$",
    re.IGNORECASE,
)
RUSSIAN_NAME: Final = re.compile(rf"(?<![\w-]){places_ru.NAME}(?: {places_ru.NAME})?(?![\w-])")


def find_places(
    scan: Scan, *, status: Status, category: Category, names: Names | None
) -> tuple[Place, ...]:
    """The places of the calendar part and of the text; each spot once."""
    found = _list_calendar(scan)
    if scan.letter.language == "ru":
        pieces = _list_russian(scan.body, names)
    else:
        pieces = _list_english(scan.body)
    told = list_spots(scan.body, pieces, status=status, category=category)
    for place in told:
        if len(found) < MOST_PLACES and not any(
            _is_same(place.text, other.text) for other in found
        ):
            found.append(place)
    return tuple(found)


def _list_calendar(scan: Scan) -> list[Place]:
    places: list[Place] = []
    for invitation in scan.letter.invitations[:1]:
        location = " ".join(invitation.location.split())
        if location and not ONLINE.search(location):
            places.append(Place(location, -1, -1, "calendar"))
    return places


def _is_same(one: str, other: str) -> bool:
    """Whether one of two says the other: "Room 4" and "Room 4, Main Building"."""
    first, second = set(_list_keys(one)), set(_list_keys(other))
    return first <= second or second <= first


def _list_keys(text: str) -> list[str]:
    return [word[:5] for word in re.findall(r"\w+", fold(text)) if len(word) > 2 or word.isdigit()]


def _list_english(text: Text) -> list[Piece]:
    return [
        _mark_country(text.value, trimmed)
        for piece in list_pieces(text.value, places_en.PATTERNS)
        if (trimmed := _trim_english(text.value, piece)) is not None
        and not ONLINE.search(text.value[piece.start : piece.end])
    ]


def _mark_country(text: str, piece: Piece) -> Piece:
    if piece.level == "town" and text[piece.start : piece.end].lower() in COUNTRIES:
        return replace(piece, level="country")
    return piece


def _trim_english(text: str, piece: Piece) -> Piece | None:
    """The piece without leading or closing words that are no names ("Friday Sports Hall")."""
    if piece.sure or piece.bare or piece.level == "room":
        return piece
    start, end = piece.start, piece.end
    words = list(re.finditer(r"\S+", text[start:end]))
    while words and words[0].group().lower().strip(".,'’") in NO_NAMES - {"the"}:
        words.pop(0)
    while words and words[-1].group().lower().strip(".,'’") in NO_NAMES:
        words.pop()
    if not words or (len(words) == 1 and words[0].group().lower() == "the"):
        return None
    return replace(piece, start=start + words[0].start(), end=start + words[-1].end())


def _list_russian(text: Text, names: Names | None) -> list[Piece]:
    pieces = list_pieces(text.value, places_ru.PATTERNS)
    towns = _list_names(text, names)
    pieces = [
        replace(piece, leaning=False)
        if piece.level == "street" and any(_overlap(piece, town) for town in towns)
        else piece
        for piece in pieces
    ]
    held = [piece for piece in pieces if piece.sure or piece.level in {"street", "country"}]
    return drop_overlapping(
        [*pieces, *(town for town in towns if not any(_overlap(town, piece) for piece in held))]
    )


def _overlap(one: Piece, other: Piece) -> bool:
    return one.start < other.end and other.start < one.end


def _list_names(text: Text, names: Names | None) -> list[Piece]:
    """Towns by name: what the tagger finds, or else what the dictionary knows to be one."""
    candidates = [
        found
        for found in RUSSIAN_NAME.finditer(text.value[:MOST_CHARACTERS])
        if _may_be_place(text.value, found) and text.value[found.start() - 1 : found.start()] != "«"
    ]
    known = [
        Piece(found.start(), found.end(), "town", sure=False, source="names")
        for found in candidates
        if _is_geographic(found.group())
    ]
    if names is None:
        return known
    tagged = _tag(text, names, [found.start() for found in candidates])
    return drop_overlapping([*tagged, *known])


def _may_be_place(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 14) : found.start()]
    return bool(RUSSIAN_LEAD.search(before)) or _is_geographic(found.group())


def _is_geographic(name: str) -> bool:
    """Whether the dictionary has it as a place, and not as somebody's name too."""
    moods = find_forms(fold(name.split()[0])).moods
    return "Geox" in moods and moods.isdisjoint({"Name", "Surn"})


def _tag(text: Text, names: Names, candidates: Sequence[int]) -> Iterable[Piece]:
    """The tagger's names in the sentences that have a candidate; it is slow on the others too."""
    sentences = dict.fromkeys(text.find_sentence(at) for at in candidates)
    for sentence in sentences:
        if sentence is None:
            continue
        told = text.value[sentence.start : min(sentence.end, MOST_CHARACTERS)]
        for span in names.list_places(told):
            if text.value[sentence.start + span.start - 1] != "«":
                yield _make_named(sentence, span)


def _make_named(sentence: Sentence, span: Span) -> Piece:
    """A name of the tagger; an organisation is a place only beside the street that it is in."""
    is_organisation = span.kind == "ORG"
    return Piece(
        sentence.start + span.start,
        sentence.start + span.end,
        "venue" if is_organisation else "town",
        sure=False,
        source="names",
        leaning=is_organisation,
    )
