"""Pieces of places: a town, a street with its house, a venue, a room, each by its own grammar."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from services.mail.reading.reading import Source

Level = Literal["country", "town", "street", "house", "venue", "room"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece at `start`..`end`. One that is not `sure` is a place only where words around say so.

    `bare` is a room or venue without a name or number of its own ("the library"); what is
    `leaning` is one only beside another piece, as the town behind a street.
    """

    start: int
    end: int
    level: Level
    sure: bool
    source: Source = "grammar"
    bare: bool = False
    leaning: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one kind of piece is written; the group `place` is the piece without what leads to it."""

    level: Level
    sure: bool
    expression: re.Pattern[str]
    bare: bool = False
    leaning: bool = False


GAP: Final = r"(?:[ \t\n\xa0]{1,4})"


def make_pattern(
    level: Level, expression: str, *, sure: bool = True, bare: bool = False, leaning: bool = False
) -> Pattern:
    """A pattern in which a space stands for any short white space, a line's end included.

    Where one space and nothing else is meant (in a set, behind the place), it is `\\x20`.
    """
    return Pattern(level, sure, re.compile(expression.replace(" ", GAP)), bare, leaning)


def list_pieces(text: str, patterns: Sequence[Pattern]) -> list[Piece]:
    """All that the patterns find; of those that overlap, the better one."""
    found = [
        Piece(
            match.start("place"),
            match.end("place"),
            pattern.level,
            pattern.sure,
            bare=pattern.bare,
            leaning=pattern.leaning,
        )
        for pattern in patterns
        for match in pattern.expression.finditer(text)
    ]
    return drop_overlapping(found)


def drop_overlapping(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces in order; of two that overlap the surer, then the longer, then the earlier."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        while kept and piece.start < kept[-1].end and _rank(piece) > _rank(kept[-1]):
            kept.pop()
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _rank(piece: Piece) -> tuple[bool, bool, int]:
    return not piece.leaning, piece.sure, piece.end - piece.start
