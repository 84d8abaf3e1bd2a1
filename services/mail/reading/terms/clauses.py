"""Where the sentences of a text begin and end, its table rows and list items among them."""

from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import Tokens

_CLOSING = frozenset(".!?…")
_BULLETS = frozenset("-–—•*·▪►")
_SHORTENED = frozenset(
    listed(
        "г гг ул д стр корп каб ауд кв тел доб т е п пп др руб тыс млн им проф доц mr mrs ms "
        "dr prof no nr vs eg ie etc approx st м мин ч пр напр см рис гл янв фев февр мар апр "
        "авг сент окт нояб дек jan feb mar apr jun jul aug sept sep oct nov dec"
    )
)
_FARTHEST = 100
_LONGEST_LABEL = 5
_WRAPPED_AT = 76
_JOINS = frozenset((",", ":", "-", "–", "—", "("))


class Clauses:
    """The sentences of `tokens`; each knows its first token and the one after its last."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._sentence: list[int] = []
        self._starts: list[int] = []
        longest = max((len(line) for line in tokens.source.split("\n")), default=0)
        self._short = 0.7 * min(longest, _WRAPPED_AT)
        self._cut()

    def around(self, at: int) -> tuple[int, int]:
        """The sentence of the token at `at`: its first token, and the one after its last.

        Of a sentence without an end only what is near: nothing further away governs a moment.
        """
        number = self._sentence[at]
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._tokens)
        return max(start, at - _FARTHEST), min(end, at + _FARTHEST)

    def before(self, at: int) -> tuple[int, int] | None:
        """The sentence before that of the token at `at`."""
        start = self.around(at)[0]
        return self.around(start - 1) if start else None

    def after(self, at: int) -> tuple[int, int] | None:
        """The sentence after that of the token at `at`."""
        end = self.around(at)[1]
        return self.around(end) if end < len(self._tokens) else None

    def _cut(self) -> None:
        for at in range(len(self._tokens)):
            if not at or self._begins(at):
                self._starts.append(at)
            self._sentence.append(len(self._starts) - 1)

    def _begins(self, at: int) -> bool:
        token, last = self._tokens[at], self._tokens[at - 1]
        if token.breaks > 1:
            return True
        if token.breaks:
            return self._line_begins(at)
        if token.glued or last.text not in _CLOSING:
            return last.text == ";" and not token.glued
        if last.text != ".":
            return True
        return token.title and not self._is_shortened(at - 2)

    def _is_shortened(self, at: int) -> bool:
        """Whether the word before a dot is one that is written short: "ул.", "5 p.m." is not."""
        word = self._tokens[at]
        if word.text in _SHORTENED:
            return word.text not in ("г", "ч", "мин", "etc") or not self._tokens[at + 2].title
        return word.end - word.start == 1 and word.title

    def _line_begins(self, at: int) -> bool:
        token, last = self._tokens[at], self._tokens[at - 1]
        if last.text in _CLOSING and not (last.text == "." and self._is_shortened(at - 2)):
            return True
        if token.text in _BULLETS and not self._tokens[at + 1].glued:
            return True
        if token.value >= 0 and self._tokens.word(at + 1) in (".", ")"):
            numbered = not (self._tokens[at + 2].glued or self._tokens[at + 2].breaks)
            if numbered and self._tokens[at + 2].title:
                return True
        if last.text in _JOINS:
            return False
        if token.title and self._is_label(at):
            return True
        return self._line_length(at - 1) < self._short and (token.title or token.value >= 0)

    def _is_label(self, at: int) -> bool:
        """Whether a line begins with a few words and a colon: a row of a table."""
        for after in range(at + 1, at + 1 + _LONGEST_LABEL):
            token = self._tokens[after]
            if token.text == ":":
                return not self._tokens[after + 1].glued
            if token.breaks or not token.is_word:
                return False
        return False

    def _line_length(self, at: int) -> int:
        end = self._tokens[at].end
        return end - (self._tokens.source.rfind("\n", 0, end) + 1)
