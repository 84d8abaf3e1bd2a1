"""Which moment of a letter is its reader's deadline, with the words that prove it.

Every moment is judged by the words that govern it: its preposition, and the nearest predicate of
its sentence, to the left first unless the moment opens its clause. That predicate says whether the
reader is asked, a term is named, or somebody else's plans, an offer or opening hours are told.
"""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.mail.parsing.letter import Letter
from services.mail.reading.dates.find import list_moments
from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.reading import Deadline, Status
from services.mail.reading.terms import english, russian
from services.mail.reading.terms.clauses import Clauses
from services.mail.reading.terms.gatherings import cue_of
from services.mail.reading.terms.role import Role, Verdict

_WRITERS = frozenset(("i", "we", "я", "мы"))
_PERSONS = frozenset(("я", "мы", "он", "она", "они", "i", "we", "he", "she", "they"))
_HEARING = ("hear", "receive", "get", "have", "получ", "услыш", "дожд", "увид")
_TERM_LEADS = frozenset(("till", "by", "within", "latest"))
_OPENERS = frozenset((",", "и", "а", "но", "and", "but", "so", "then", "(", "—", "–"))
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
_PREFERRED = frozenset(("лучше", "preferably", "ideally", "желательно"))
_NAMED_OF = frozenset(("of", "dated", "от", "за", "since", "from", "№"))
_SHORT_SENTENCE = 9
_AFTERTHOUGHT = 3
_LABEL = 7
_LONGEST_QUOTE = 60
_OPENING = 30
_OCCASION = 30
_CLEAR_OF_A_GUESS = timedelta(days=200)
_ROUTINE_FROM, _ROUTINE_TO = 0, 4
_QUOTING = frozenset(
    (
        "commented", "wrote", "mentioned", "replied", "said", "comment", "написал", "написала",
        "прокомментировал", "прокомментировала", "ответил", "ответила", "упомянул", "упомянула",
        "комментарий", "оставил", "оставила", "пишет", "writes",
    )
)  # fmt: skip


def find_deadline(
    letter: Letter, *, written_at: datetime, zone: ZoneInfo, status: Status
) -> Deadline | None:
    """The earliest moment by which the reader must act; `written_at` (aware) is the clock.

    The subject is read too, unless it was made for another letter of the thread.
    """
    text = letter.own_text
    if letter.subject and not (letter.is_reply or letter.is_forward):
        text = f"{letter.subject}\n\n{text}"
    return find_in_text(text, written_at=written_at, zone=zone, status=status)


def find_in_text(
    text: str, *, written_at: datetime, zone: ZoneInfo, status: Status
) -> Deadline | None:
    """The same of a text alone."""
    tokens = Tokens(text)
    moments = list_moments(tokens, written_at=written_at, zone=zone)
    if not moments:
        return None
    judge = _Judge(tokens, moments, written_at, status)
    terms = [term for at in range(len(moments)) if (term := judge.term(at)) is not None]
    if not terms:
        return None
    first = min(terms, key=lambda moment: moment.at)
    return Deadline(first.at, " ".join(first.quote.split()))


class _Judge:
    """Judges the moments of one text."""

    def __init__(
        self, tokens: Tokens, moments: list[Moment], written_at: datetime, status: Status
    ) -> None:
        self._tokens = tokens
        self._moments = moments
        self._written_at = written_at.replace(second=0, microsecond=0)
        self._status = status
        self._clauses = Clauses(tokens)
        self._starts = [tokens[at].start for at in range(len(tokens))]

    def term(self, number: int) -> Moment | None:
        """The moment of that number if it is a term of the reader's, its day filled in."""
        moment = self._with_day(number)
        if moment.at < self._written_at or not self._may_be_term(moment):
            return None
        first = bisect_left(self._starts, moment.start)
        last = bisect_right(self._starts, moment.end - 1)
        if self._is_negated(first) or (self._status == "automatic" and self._is_quoted(first)):
            return None
        verdict = self._verdict(first, last)
        return moment if self._accepts(moment, verdict, first, last) else None

    def _may_be_term(self, moment: Moment) -> bool:
        if not moment.dated and moment.is_range_end:
            return False
        if moment.lead == "since" and not (moment.is_range_end and moment.ends == "day"):
            return moment.dated and moment.quote.lower().startswith(("after", "после"))
        if moment.is_range_end and moment.dated and self._is_routine(moment):
            return False
        far = moment.at - self._written_at > _CLEAR_OF_A_GUESS
        return not (far and moment.is_guessed and moment.lead in ("", "on"))

    def _is_routine(self, moment: Moment) -> bool:
        """Monday to Friday: office hours, no dates."""
        return (
            not moment.is_guessed
            and moment.first.weekday() == _ROUTINE_FROM
            and moment.at.weekday() >= _ROUTINE_TO
            and not any(mark.isdigit() for mark in moment.quote)
        )

    def _with_day(self, number: int) -> Moment:
        """An hour alone is of the day named before it in the same sentence."""
        moment = self._moments[number]
        if moment.quote.endswith(("'s", "’s")) and number + 1 < len(self._moments):
            return self._with_hour(moment, self._moments[number + 1])
        if moment.dated or not number or moment.lead not in _TERM_LEADS:
            return moment
        day = self._moments[number - 1]
        if not day.dated or day.exact or day.is_range_end or day.ends != "day":
            return moment
        here = bisect_left(self._starts, moment.start)
        if day.start < self._tokens[self._clauses.around(here)[0]].start:
            return moment
        at = moment.at.replace(year=day.at.year, month=day.at.month, day=day.at.day)
        return replace(moment, at=at, dated=True)

    def _with_hour(self, moment: Moment, hour: Moment) -> Moment:
        """ "Before Thursday's stand-up at 9:30": the hour of what is on that day."""
        near = hour.start - moment.end < _OCCASION and hour.exact and not hour.dated
        if not near:
            return moment
        at = hour.at.replace(year=moment.at.year, month=moment.at.month, day=moment.at.day)
        return replace(moment, at=at, exact=True)

    def _is_negated(self, first: int) -> bool:
        return self._tokens.word(first - 1) in ("не", "not") and first > 0

    def _is_quoted(self, first: int) -> bool:
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

    def _verdict(self, first: int, last: int) -> Verdict | None:
        start, end = self._clauses.around(first)
        initial = first == start
        if self._is_condition(start, first, end):
            return Verdict(Role.ASK)
        before = self._tokens.word(first - 1)
        if initial and "wrote" in self._tokens.words(last, end):
            return Verdict(Role.OTHER)
        if initial or before in _OPENERS or before == ":":
            found = self._right(last, end, far=initial)
            if found is not None:
                return found
        found = self._left(start, first, end)
        if found is None:
            return self._right(self._past_so_that(last), end, far=False)
        named = found.role is Role.TERM and not found.hands_over
        if before == ":" and named:
            return Verdict(Role.TERM, hands_over=True)
        if before == ":" and found.role is Role.ASK:
            return Verdict(Role.ASK)
        return found

    def _past_so_that(self, at: int) -> int:
        """ "48 часов, чтобы подтвердить": the comma parts nothing."""
        return at + 1 if self._tokens.word(at + 1) in ("чтобы", "чтоб") else at

    def _is_condition(self, start: int, first: int, end: int) -> bool:
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

    def _left(self, start: int, at: int, end: int) -> Verdict | None:
        if self._is_russian(start, end):
            return russian.verdict_at(self._tokens, start, at)
        return english.verdict_at(self._tokens, start, at)

    def _right(self, at: int, end: int, *, far: bool) -> Verdict | None:
        """What the words after say: to the next comma, or further where nothing stands before."""
        stop = at
        while stop < end:
            begin = stop
            while stop < end and self._tokens.word(stop) not in _STOPS:
                stop += 1
            found = self._left(begin, stop, end) if stop > begin else None
            if found is not None or not far:
                return found
            stop += 1
        return None

    def _is_russian(self, start: int, end: int) -> bool:
        return any("а" <= word[0] <= "я" for word in self._tokens.words(start, end))

    def _accepts(self, moment: Moment, verdict: Verdict | None, first: int, last: int) -> bool:
        if moment.lead == "since" and not moment.is_range_end:
            return self._is_shut_after(first)
        if verdict is None:
            verdict = self._from_before(moment, first, last)
        if verdict is not None and verdict.role is Role.OTHER and self._stands_apart(first):
            return moment.lead in _TERM_LEADS
        if verdict is None:
            return moment.lead == "latest" or self._is_elliptic(moment, first, last)
        role = verdict.role
        if (
            moment.dated
            and role is not Role.ASK
            and (self._is_taken_up(last) or self._is_threat(last))
        ):
            return True
        if role is Role.COME:
            return moment.lead in ("till", "latest") and not moment.exact and moment.dated
        if role not in (Role.ASK, Role.TERM, Role.WINDOW):
            return False
        if moment.lead in _TERM_LEADS:
            return True
        if moment.is_range_end:
            named = role is Role.ASK and self._is_of_something(first)
            return (verdict.hands_over and not named) or role is Role.TERM
        return self._accepts_bare(moment, verdict, first)

    def _accepts_bare(self, moment: Moment, verdict: Verdict, first: int) -> bool:
        """A day without a preposition of terms: "the deadline is Friday", "send it tomorrow"."""
        if not verdict.hands_over or not moment.dated or moment.ends == "month":
            return False
        if self._tokens.word(first - 1) in _NAMED_OF or self._tokens.word(first - 1) in _PREFERRED:
            return False
        asked = verdict.role is Role.ASK
        if asked and (self._status == "bulk" or self._is_of_something(first)):
            return False
        return verdict.role is not Role.ASK or not moment.exact or moment.lead == "after"

    def _is_elliptic(self, moment: Moment, first: int, last: int) -> bool:
        """ "Slides by Thursday", "отчёт — завтра до 12": a thing and its term, no verb."""
        start, end = self._clauses.around(first)
        if not first > start or _PERSONS.intersection(self._tokens.words(start, first)):
            return False
        if _STATES.intersection(self._tokens.words(start, end)):
            return False
        if not self._is_russian(start, end):
            return moment.lead == "by" and not english.tells(self._tokens.words(start, end))
        short = end - start - (last - first) <= _SHORT_SENTENCE
        told = russian.has_verb(self._tokens.words(start, end))
        return moment.lead in ("till", "by") and short and not told

    def _stands_apart(self, first: int) -> bool:
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

    def _is_taken_up(self, last: int) -> bool:
        """ "I order on Friday, so add what you need before that": the act is the reader's."""
        start, end = self._clauses.around(last - 1)
        for begin, first, stop in ((start, last, end), (end, end, self._end_after(last))):
            words = self._tokens.words(first, stop)
            for at in range(len(words) - 1):
                if (words[at], words[at + 1]) in _THEN:
                    found = self._left(begin if begin == end else first, first + at, stop)
                    return found is not None and found.role is Role.ASK
        return False

    def _end_after(self, last: int) -> int:
        after = self._clauses.after(last - 1)
        return last if after is None else after[1]

    def _is_shut_after(self, first: int) -> bool:
        """ "После 25 ноября заявки не принимаются", "nobody can be added after Friday"."""
        words = self._tokens.words(*self._clauses.around(first))
        denied = not _DENIALS.isdisjoint(words) or not _NOBODY.isdisjoint(words)
        return denied and any(word.startswith(_TAKEN_IN) for word in words)

    def _is_threat(self, last: int) -> bool:
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

    def _is_of_something(self, first: int) -> bool:
        """ "Confirm the booking for 5 May", "participation in the seminar on": that thing's day."""
        start, _ = self._clauses.around(first)
        near = self._tokens.words(max(start, first - 3), first)
        lead = self._tokens.word(first)
        if lead in ("for", "на") and _PREPARING.isdisjoint(self._tokens.words(start, first)):
            return True
        return any(cue_of(word) == "event" or word in _OCCASIONS for word in near)

    def _from_before(self, moment: Moment, first: int, last: int) -> Verdict | None:
        """Where a sentence is little more than the moment, the one before says what it is."""
        start, end = self._clauses.around(first)
        before = self._clauses.before(first)
        if before is None or end - start - (last - first) > _AFTERTHOUGHT:
            return None
        breaks = self._tokens[start].breaks
        labelled = before[1] - before[0] <= _LABEL and breaks == 1
        if moment.lead not in _TERM_LEADS and not labelled:
            return None
        return self._left(before[0], before[1], before[1])


def _is_own(words: list[str]) -> bool:
    """ "If I don't finish by Friday" is the writer's own; "if we don't hear from you" is not."""
    return not _WRITERS.isdisjoint(words) and not any(word.startswith(_HEARING) for word in words)
