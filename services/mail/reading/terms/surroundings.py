"""What stands around a moment and makes it a term, or none: conditions, threats, quotations."""

from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.terms import english, russian
from services.mail.reading.terms.clauses import Clauses
from services.mail.reading.terms.gatherings import cue_of
from services.mail.reading.terms.role import Role, Verdict

_WRITERS = frozenset(("i", "we", "я", "мы"))
_PERSONS = frozenset(("я", "мы", "он", "она", "они", "i", "we", "he", "she", "they"))
_HEARING = ("hear", "receive", "get", "have", "получ", "услыш", "дожд", "увид")
_TERM_LEADS = frozenset(("till", "by", "within", "latest"))
_DENIALS = frozenset(("not", "don't", "haven't", "didn't", "doesn't", "isn't", "не", "нет", "no"))
_DENIALS |= frozenset(("nobody", "nothing", "no-one", "никто", "ничего"))
_THEN = frozenset(
    (before, then)
    for before in ("before", "by", "until", "до", "к")
    for then in ("that", "then", "этого", "этому", "того")
)
_PAYING = ("оплат", "поступ", "подтверд", "ответ", "продл", "получ", "внес", "погас", "верн", "сда")
_PREPARING = frozenset(
    ("read", "prepare", "learn", "solve", "прочитать", "прочитайте", "подготовить", "подготовьте",
     "выучить", "выучите", "решить", "решите", "сделать", "сделайте")
)  # fmt: skip
_OCCASIONS = frozenset(
    ("booking", "attendance", "stay", "place", "участие", "запись", "бронь", "явку", "присутствие")
)
_NOBODY = frozenset(("nobody", "cannot", "can't", "won't", "nothing", "нельзя", "невозможно"))
_TAKEN_IN = (
    "принима", "приним", "примем", "рассматрива", "изменить", "внести", "зачт", "учит",
    "accept", "consider", "added", "changes", "changed", "marked", "possible", "taken",
)  # fmt: skip
_STATES = frozenset(
    (
        "отпуск", "отпуске", "больничный", "больничном", "каникулы", "каникулах", "перерыв",
        "будет", "будут", "был", "была", "было", "были", "командировке", "праздники", "нет",
        "занят", "занята", "до", "от", "is", "was", "are", "were", "been", "ago", "away", "явка",
        "сбор", "вход", "посадка",
        "thanks", "thank", "wanted", "promised", "выезд", "заезд", "отъезд", "выезда", "заезда",
    )
) - {"до"}  # fmt: skip
_STOPS = frozenset((",", ";", ":"))
_SHORT_SENTENCE = 9
_AFTERTHOUGHT = 3
_LABEL = 7
_LONGEST_QUOTE = 60
_OPENING = 30
_QUOTING = frozenset(
    (
        "commented", "wrote", "mentioned", "replied", "said", "comment", "написал", "написала",
        "прокомментировал", "прокомментировала", "ответил", "ответила", "упомянул", "упомянула",
        "комментарий", "оставил", "оставила", "пишет", "writes",
    )
)  # fmt: skip


class Surroundings:
    """The words around the moments of one text; a moment stands at its tokens `first`..`last`."""

    def __init__(self, tokens: Tokens, clauses: Clauses) -> None:
        self._tokens = tokens
        self._clauses = clauses

    def is_quoted(self, first: int) -> bool:
        """Whether a notification quotes somebody there: in quotation marks, or after "wrote:"."""
        opened = not _QUOTING.isdisjoint(self._tokens.words(0, min(first, _OPENING)))
        labelled = self._tokens.word(first - 1) == ":"
        if opened and not (labelled and first - self._clauses.around(first)[0] <= _LABEL):
            return True
        start = max(0, first - _LONGEST_QUOTE)
        words = self._tokens.words(start, first)
        for at in range(len(words) - 1, -1, -1):
            if words[at] not in _QUOTING:
                continue
            after = words[at:]
            if ":" in after[:_LABEL] or after.count("«") > after.count("»"):
                return True
            if after.count("“") > after.count("”") or after.count('"') % 2:
                return True
        return False

    def past_so_that(self, at: int) -> int:
        """ "48 часов, чтобы подтвердить": the comma parts nothing."""
        return at + 1 if self._tokens.word(at + 1) in ("чтобы", "чтоб") else at

    def is_condition(self, start: int, first: int, end: int) -> bool:
        """ "If we do not hear from you by Friday", "если до пятницы ответа не будет"."""
        left = self._tokens.words(start, first)
        for number, word in enumerate(left):
            if word == "unless":
                return True
            if word in ("if", "если"):
                rest = left[number:] if word == "if" else self._clause(start + number, end)
                return not _DENIALS.isdisjoint(rest) and not _is_own(rest)
        return False

    def _clause(self, start: int, end: int) -> list[str]:
        words = self._tokens.words(start, end)
        stops = [words.index(mark) for mark in _STOPS if mark in words]
        return words[: min(stops, default=len(words))]

    def left(self, start: int, at: int, end: int) -> Verdict | None:
        """What the words `start`..`at` say, in the language of the sentence that ends at `end`."""
        if self._is_russian(start, end):
            return russian.verdict_at(self._tokens, start, at)
        return english.verdict_at(self._tokens, start, at)

    def right(self, at: int, end: int, *, far: bool) -> Verdict | None:
        """What the words after say: to the next comma, or further where nothing stands before."""
        stop = at
        while stop < end:
            begin = stop
            while stop < end and self._tokens.word(stop) not in _STOPS:
                stop += 1
            found = self.left(begin, stop, end) if stop > begin else None
            if found is not None or not far:
                return found
            stop += 1
        return None

    def _is_russian(self, start: int, end: int) -> bool:
        return any("а" <= word[0] <= "я" for word in self._tokens.words(start, end))

    def is_elliptic(self, moment: Moment, first: int, last: int) -> bool:
        """ "Slides by Thursday", "отчёт — завтра до 12": a thing and its term, no verb."""
        start, end = self._clauses.around(first)
        if not first > start or _PERSONS.intersection(self._tokens.words(start, first)):
            return False
        if _STATES.intersection(self._tokens.words(start, end)):
            return False
        if not self._is_russian(start, end):
            return moment.lead == "by" and not english.tells(self._tokens.words(start, first))
        short = end - start - (last - first) <= _SHORT_SENTENCE
        told = russian.has_verb(self._tokens.words(start, end))
        return moment.lead in ("till", "by") and short and not told

    def stands_apart(self, first: int) -> bool:
        """ "Взносы подняли, деньги Тамаре до пятницы": a clause of its own, without a verb."""
        start, _ = self._clauses.around(first)
        begin = first
        while begin > start and self._tokens.word(begin - 1) not in (",", ":", "—"):
            begin -= 1
        words = self._tokens.words(begin, first)
        if begin == start or not words or not self._is_russian(begin, first):
            return False
        own = _STATES.union(_WRITERS).intersection(words)
        return 2 <= len(words) <= 5 and not own and not russian.has_verb(words)

    def is_taken_up(self, last: int) -> bool:
        """ "I order on Friday, so add what you need before that": the act is the reader's."""
        start, end = self._clauses.around(last - 1)
        for begin, first, stop in ((start, last, end), (end, end, self._end_after(last))):
            words = self._tokens.words(first, stop)
            for at in range(len(words) - 1):
                if (words[at], words[at + 1]) in _THEN:
                    found = self.left(begin if begin == end else first, first + at, stop)
                    return found is not None and found.role is Role.ASK
        return False

    def _end_after(self, last: int) -> int:
        after = self._clauses.after(last - 1)
        return last if after is None else after[1]

    def is_shut_after(self, first: int) -> bool:
        """ "После 25 ноября заявки не принимаются", "nobody can be added after Friday"."""
        words = self._tokens.words(*self._clauses.around(first))
        denied = not _DENIALS.isdisjoint(words) or not _NOBODY.isdisjoint(words)
        return denied and any(word.startswith(_TAKEN_IN) for word in words)

    def is_threat(self, last: int) -> bool:
        """ "Suspended on 25 November unless paid": what the reader does not do has its price."""
        words = self._tokens.words(last, self._clauses.around(last - 1)[1])
        if "unless" in words[:6]:
            return True
        if "if" in words[:4]:
            return not _DENIALS.isdisjoint(words)
        near = words[:8]
        if "если" not in near or "не" not in near:
            return False
        return any(word.startswith(_PAYING) for word in near[near.index("не") :])

    def is_of_something(self, first: int) -> bool:
        """ "Confirm the booking for 5 May", "participation in the seminar on": that thing's day."""
        start, _ = self._clauses.around(first)
        near = self._tokens.words(max(start, first - 3), first)
        lead = self._tokens.word(first)
        if lead in ("for", "на") and _PREPARING.isdisjoint(self._tokens.words(start, first)):
            return True
        return any(cue_of(word) == "event" or word in _OCCASIONS for word in near)

    def from_before(self, moment: Moment, first: int, last: int) -> Verdict | None:
        """Where a sentence is little more than the moment, the one before says what it is."""
        start, end = self._clauses.around(first)
        before = self._clauses.before(first)
        if before is None or end - start - (last - first) > _AFTERTHOUGHT:
            return None
        breaks = self._tokens[start].breaks
        labelled = before[1] - before[0] <= _LABEL and breaks == 1
        if moment.lead not in _TERM_LEADS and not labelled:
            return None
        return self.left(before[0], before[1], before[1])


def _is_own(words: list[str]) -> bool:
    """ "If I don't finish by Friday" is the writer's own; "if we don't hear from you" is not."""
    return not _WRITERS.isdisjoint(words) and not any(word.startswith(_HEARING) for word in words)
