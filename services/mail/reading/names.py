"""Places and organisations by name in Russian text: natasha behind a small interface."""

from dataclasses import dataclass
from typing import Literal, Protocol

MOST_CHARACTERS = 4_000
"""Only so much of a letter is given to the tagger: its time grows with the text."""


@dataclass(frozen=True, slots=True)
class Span:
    """A name at `start`..`end` of the text: a place (LOC) or an organisation (ORG)."""

    start: int
    end: int
    kind: Literal["LOC", "ORG"]


class Names(Protocol):
    """Finds names in Russian text. May be slow; not called for letters in another language."""

    def list_places(self, text: str) -> list[Span]:
        """The places and organisations among the first `MOST_CHARACTERS`, in order."""
        ...


class NatashaNames:
    """natasha's news tagger, loaded once (some seconds, about 100 MB)."""

    def __init__(self) -> None:
        from natasha import (  # type: ignore[import-untyped]
            NewsEmbedding,
            NewsNERTagger,
        )

        self._tagger = NewsNERTagger(NewsEmbedding())

    def list_places(self, text: str) -> list[Span]:
        """See `Names`."""
        markup = self._tagger(text[:MOST_CHARACTERS])
        return [
            Span(found.start, found.stop, found.type)
            for found in markup.spans
            if found.type in {"LOC", "ORG"}
        ]
