"""What cannot be read of what somebody uploaded: each with its place, all of them at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.texts import Texts

SHOWN = 50
LONGEST_QUOTE = 60


def N_(text: str) -> str:  # noqa: N802 - gettext's own name: a text that is translated later
    """The text itself."""
    return text


def quoted(text: str) -> str:
    """What stands there, short enough to be repeated in a sentence."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST_QUOTE])
    return shown if len(text) <= LONGEST_QUOTE else f"{shown}…"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file. Lines and columns are counted from 1, as editors do; 0: nowhere in it."""

    line: int = 0
    column: int = 0
    file: str = ""

    def tell(self, texts: Texts) -> str:
        """In the reader's words; empty for what concerns the whole."""
        words = [self.file] if self.file else []
        if self.line and self.column:
            words.append(texts("line {line}, column {column}", line=self.line, column=self.column))
        elif self.line:
            words.append(texts("line {line}", line=self.line))
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: an English source text, and what fills its places."""

    place: Place
    text: str
    values: dict[str, object] = field(default_factory=dict)

    def words(self, texts: Texts) -> str:
        """In the reader's words."""
        return texts(self.text, **self.values)


class Problems:
    """All that is wrong with one upload: the first are kept, the rest are counted."""

    def __init__(self, most: int = SHOWN) -> None:
        self._most = most
        self._kept: list[Problem] = []
        self.count = 0

    def add(self, place: Place, text: str, **values: object) -> None:
        """Take a problem down."""
        self.count += 1
        if len(self._kept) < self._most:
            self._kept.append(Problem(place, text, values))

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._kept, key=lambda one: (one.place.file, one.place.line)))

    @property
    def more(self) -> int:
        """How many are not kept."""
        return self.count - len(self._kept)


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as it is shown."""

    place: str
    problem: str


def tell(problems: Iterable[Problem], texts: Texts) -> list[Told]:
    """Problems in the reader's words."""
    return [Told(one.place.tell(texts), one.words(texts)) for one in problems]
