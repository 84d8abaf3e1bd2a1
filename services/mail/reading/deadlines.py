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
from services.mail.reading.dates.find import read_text
from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.reading import Deadline, Status
from services.mail.reading.terms.clauses import Clauses
from services.mail.reading.terms.role import Role, Verdict
from services.mail.reading.terms.surroundings import Surroundings

_TERM_LEADS = frozenset(("till", "by", "within", "latest"))
_OPENERS = frozenset((",", "и", "а", "но", "and", "but", "so", "then", "(", "—", "–"))
_PREFERRED = frozenset(("лучше", "preferably", "ideally", "желательно"))
_NAMED_OF = frozenset(("of", "dated", "от", "за", "since", "from", "№"))
_OCCASION = 30
_CLEAR_OF_A_GUESS = timedelta(days=200)
_ROUTINE_FROM, _ROUTINE_TO = 0, 4


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
    tokens, moments = read_text(text, written_at, zone)
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
        self._around = Surroundings(tokens, self._clauses)
        self._starts = [tokens[at].start for at in range(len(tokens))]

    def term(self, number: int) -> Moment | None:
        """The moment of that number if it is a term of the reader's, its day filled in."""
        moment = self._with_day(number)
        if moment.at < self._written_at or not self._may_be_term(moment):
            return None
        first = bisect_left(self._starts, moment.start)
        last = bisect_right(self._starts, moment.end - 1)
        if self._is_negated(first) or (
            self._status == "automatic" and self._around.is_quoted(first)
        ):
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

    def _verdict(self, first: int, last: int) -> Verdict | None:
        start, end = self._clauses.around(first)
        initial = first == start
        if self._around.is_condition(start, first, end):
            return Verdict(Role.ASK)
        before = self._tokens.word(first - 1)
        if initial and "wrote" in self._tokens.words(last, end):
            return Verdict(Role.OTHER)
        if initial or before in _OPENERS or before == ":":
            found = self._around.right(last, end, far=initial)
            if found is not None:
                return found
        found = self._around.left(start, first, end)
        if found is None:
            return self._around.right(self._around.past_so_that(last), end, far=False)
        named = found.role is Role.TERM and not found.hands_over
        if before == ":" and named:
            return Verdict(Role.TERM, hands_over=True)
        if before == ":" and found.role is Role.ASK:
            return Verdict(Role.ASK)
        return found

    def _accepts(self, moment: Moment, verdict: Verdict | None, first: int, last: int) -> bool:
        if moment.lead == "since" and not moment.is_range_end:
            return self._around.is_shut_after(first)
        if verdict is None:
            verdict = self._around.from_before(moment, first, last)
        if verdict is not None and verdict.role is Role.OTHER and self._around.stands_apart(first):
            return moment.lead in _TERM_LEADS
        if verdict is None:
            return moment.lead == "latest" or self._around.is_elliptic(moment, first, last)
        role = verdict.role
        if (
            moment.dated
            and role is not Role.ASK
            and (self._around.is_taken_up(last) or self._around.is_threat(last))
        ):
            return True
        if role is Role.COME:
            return moment.lead in ("till", "latest") and not moment.exact and moment.dated
        if role not in (Role.ASK, Role.TERM, Role.WINDOW):
            return False
        if moment.lead in _TERM_LEADS:
            return True
        if moment.is_range_end:
            named = role is Role.ASK and self._around.is_of_something(first)
            return (verdict.hands_over and not named) or role is Role.TERM
        return self._accepts_bare(moment, verdict, first)

    def _accepts_bare(self, moment: Moment, verdict: Verdict, first: int) -> bool:
        """A day without a preposition of terms: "the deadline is Friday", "send it tomorrow"."""
        if not verdict.hands_over or not moment.dated or moment.ends == "month":
            return False
        if self._tokens.word(first - 1) in _NAMED_OF or self._tokens.word(first - 1) in _PREFERRED:
            return False
        asked = verdict.role is Role.ASK
        if asked and (self._status == "bulk" or self._around.is_of_something(first)):
            return False
        return verdict.role is not Role.ASK or not moment.exact or moment.lead == "after"
