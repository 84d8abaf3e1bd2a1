"""Text cut into tokens: words in lower case with ё as е, numbers, single marks."""

import re
from typing import NamedTuple

MOST_CHARACTERS = 20_000
"""A letter is read for dates only so far; what follows is lists and logs."""

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_")
_LONGEST_NUMBER = 4


class Token(NamedTuple):
    """A word, a number or a mark at `start`..`end` of the text.

    `text` is folded for look-up; `value` is a number's value, or -1 (also where it has more than
    four digits: no date has). `glued` says that nothing stands between it and the token before,
    `breaks` how many line ends do. `title` says that it begins with a capital.
    """

    text: str
    start: int
    end: int
    value: int
    glued: bool
    breaks: int
    title: bool

    @property
    def is_word(self) -> bool:
        """Whether it is a word."""
        return self.text[0].isalpha()


NO_TOKEN = Token("\n", 0, 0, -1, False, 2, False)
"""What stands past both ends of a text: nothing, after a blank line."""


_BEYOND = 32
"""So many empty tokens stand past the end; no rule looks further ahead, nor behind the start."""


class Tokens:
    """The tokens of a text; asked a little past an end it answers `NO_TOKEN`."""

    __slots__ = ("_count", "_texts", "_tokens", "source")

    def __init__(self, source: str) -> None:
        self.source = source[:MOST_CHARACTERS]
        tokens = _cut(self.source)
        self._count = len(tokens)
        self._tokens = tokens + [NO_TOKEN] * _BEYOND
        self._texts = [token.text for token in self._tokens]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Token:
        return self._tokens[index]

    def word(self, index: int) -> str:
        """The folded text of the token at `index`."""
        return self._texts[index]

    def words(self, start: int, end: int) -> list[str]:
        """The folded texts of the tokens at `start`..`end`."""
        return self._texts[max(start, 0) : end]

    def says(self, index: int, *words: str) -> bool:
        """Whether exactly these words begin at `index`."""
        return self._texts[index] == words[0] and self._texts[index : index + len(words)] == [
            *words
        ]


def _cut(text: str) -> list[Token]:
    folded = fold(text)
    if len(folded) != len(text):
        # A few letters of the world grow when made small; their text is folded letter by letter.
        folded = "".join(small if len(small := fold(mark)) == 1 else mark for mark in text)
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(folded):
        start, after = found.span()
        word = folded[start:after]
        gap = start - end
        plain = gap == 0 or (gap == 1 and text[end] == " ")
        breaks = 0 if plain else text.count("\n", end, start)
        first = word[0]
        value = -1
        if first.isdecimal() and after - start <= _LONGEST_NUMBER:
            value = int(word)
        title = text[start] != first and text[start].isupper()
        tokens.append(Token(word, start, after, value, gap == 0, breaks, title))
        end = after
    return tokens


def fold(word: str) -> str:
    """A word as the tables have it: lower case, ё as е, one kind of apostrophe."""
    return word.lower().replace("ё", "е").replace("’", "'")
