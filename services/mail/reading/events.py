"""When the meeting, lesson or appointment of a letter takes place.

A calendar invitation says so itself. In text it is a moment beside the word for such a thing (or a
verb of meeting), its day and its hour often in two sentences; moments that are cancelled, replaced,
past, offered for choice, or of a journey, a delivery or a show are none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.mail.parsing.letter import Invitation, Letter
from services.mail.reading.dates.find import read_text
from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.reading import Event, Status
from services.mail.reading.terms.clauses import Clauses
from services.mail.reading.terms.gatherings import Cue, cue_of, cues_of, has_phrase

_TERM_LEADS = frozenset(("till", "latest", "within", "by", "since"))
_REFUSED = frozenset(("не", "not", "вместо", "than", "про"))
_OWN_DAYS = frozenset(("my", "your", "our", "his", "her", "their"))
_LINKS = frozenset(("или", "либо", "or"))
_FARTHEST_GUESS = timedelta(days=300)
_ENOUGH = 3
_SENTENCES_TO_THE_HOUR = 3


def find_event(
    letter: Letter, *, written_at: datetime, zone: ZoneInfo, status: Status
) -> Event | None:
    """When the letter's event begins; an attached invitation wins over the text."""
    if letter.invitations:
        return _invited(letter.invitations, written_at=written_at, zone=zone)
    text = letter.own_text
    if letter.subject and not (letter.is_reply or letter.is_forward):
        text = f"{letter.subject}\n\n{text}"
    return find_in_text(text, written_at=written_at, zone=zone)


def find_in_text(text: str, *, written_at: datetime, zone: ZoneInfo) -> Event | None:
    """The same of a text alone."""
    tokens, moments = read_text(text, written_at, zone)
    return _Search(tokens, moments, written_at.astimezone(zone)).find() if moments else None


def _invited(
    invitations: tuple[Invitation, ...], *, written_at: datetime, zone: ZoneInfo
) -> Event | None:
    starts = [
        _aware(invitation.start_at, zone)
        for invitation in invitations
        if invitation.start_at is not None
        and invitation.method != "CANCEL"
        and invitation.status != "CANCELLED"
    ]
    if not starts:
        return None
    first = min(starts, key=lambda start: _moment_of(start, zone))
    return Event(first, None, "calendar")


def _aware(start: datetime | date, zone: ZoneInfo) -> datetime | date:
    if isinstance(start, datetime):
        return start.replace(tzinfo=zone) if start.tzinfo is None else start.astimezone(zone)
    return start


def _moment_of(start: datetime | date, zone: ZoneInfo) -> datetime:
    if isinstance(start, datetime):
        return start
    return datetime(start.year, start.month, start.day, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A moment of the text, where it stands in its tokens, and how much speaks for it."""

    moment: Moment
    first: int
    last: int
    score: int


class _Search:
    """Looks through the moments of one text."""

    def __init__(self, tokens: Tokens, moments: list[Moment], now: datetime) -> None:
        self._tokens = tokens
        self._clauses = Clauses(tokens)
        self._now = now
        starts = [tokens[at].start for at in range(len(tokens))]
        self._placed = [
            (moment, bisect_left(starts, moment.start), bisect_right(starts, moment.end - 1))
            for moment in moments
        ]

    def find(self) -> Event | None:
        """The first in time of those that enough speaks for."""
        found = [candidate for candidate in self._candidates() if candidate.score >= _ENOUGH]
        if not found or self._is_choice(found):
            return None
        timed = [(self._begins(candidate), candidate) for candidate in found]
        ahead = [(begins, candidate) for begins, candidate in timed if not self._is_past(begins)]
        if not ahead:
            return None
        begins, candidate = min(ahead, key=lambda entry: _order(entry[0]))
        return Event(begins, " ".join(candidate.moment.quote.split()))

    def _is_past(self, begins: datetime | date) -> bool:
        if isinstance(begins, datetime):
            return begins < self._now
        return begins < self._now.date()

    def _candidates(self) -> Iterator[_Candidate]:
        for moment, first, last in self._placed:
            if self._may_be(moment, first):
                score = self._score(moment, first, last)
                yield _Candidate(self._after_move(moment, first), first, last, score)

    def _may_be(self, moment: Moment, first: int) -> bool:
        hours = moment.is_range_end and moment.lead == "since"
        awaited = moment.lead == "by" and moment.exact and self._is_awaited(first)
        if moment.lead in _TERM_LEADS and not hours and not awaited:
            return False
        if moment.ends in ("week", "month") or moment.is_close:
            return False
        far = moment.at - self._now > _FARTHEST_GUESS
        if moment.is_guessed and far:
            return False
        before = self._tokens.words(first - 2, first)
        if before and before[-1] in _OWN_DAYS and not moment.exact:
            return False
        return _REFUSED.isdisjoint(before) and before[-2:] != ["instead", "of"]

    def _is_awaited(self, first: int) -> bool:
        """ "Ждём вас к девяти": by then one is to be there."""
        return has_phrase(self._tokens.words(self._clauses.around(first)[0], first))

    def _after_move(self, moment: Moment, first: int) -> Moment:
        """ "Moved from Monday to Wednesday" is Wednesday."""
        if moment.lead != "since" or not moment.is_range_end:
            return moment
        start, _ = self._clauses.around(first)
        if "moved" in self._cues(start, first):
            return replace(moment, first=moment.at if moment.exact else moment.at.date())
        return moment

    def _score(self, moment: Moment, first: int, last: int) -> int:
        start, end = self._clauses.around(first)
        cues = self._cues(start, end)
        words = self._tokens.words(start, end)
        if "cancelled" in cues and "moved" not in cues and not self._is_instead(start, first):
            return 0
        if "travel" in cues or "past" in cues or _is_denied(words) or self._tells_of_past(first):
            return 0
        if "hours" in cues and not moment.dated:
            return 0
        score = 3 * ("event" in cues) + 2 * ("verb" in cues) + 2 * has_phrase(words)
        score += ("start" in cues) + moment.exact + ("moved" in cues)
        score += moment.exact and moment.dated
        if score < _ENOUGH and (moment.dated or "start" in cues):
            near = self._neighbours(first)
            score += 2 * ("event" in near) + ("verb" in near)
        return score

    def _is_instead(self, start: int, first: int) -> bool:
        """ "The class on Monday is cancelled, the make-up is on Friday": named after the word."""
        words = self._tokens.words(start, first)
        for at in range(len(words) - 1, -1, -1):
            if words[at][0].isalpha() and cue_of(words[at]) == "cancelled":
                return "event" in cues_of(words[at + 1 :])
        return False

    def _tells_of_past(self, at: int) -> bool:
        """Whether a day named before in the sentence lies behind: "taxi on 3 March, dinner on"."""
        start, _ = self._clauses.around(at)
        return any(
            start <= first < at
            and moment.dated
            and (
                moment.at < self._now
                or (moment.is_guessed and moment.at - self._now > _FARTHEST_GUESS)
            )
            for moment, first, _ in self._placed
        )

    def _neighbours(self, at: int) -> set[Cue]:
        before, after = self._clauses.before(at), self._clauses.after(at)
        cues: set[Cue] = set()
        for bounds in (before, after):
            if bounds is not None:
                cues |= self._cues(*bounds)
        return cues

    def _cues(self, start: int, end: int) -> set[Cue]:
        return cues_of(self._tokens.words(start, end))

    def _is_choice(self, found: list[_Candidate]) -> bool:
        """Whether several moments are offered: "either Monday or Tuesday, which suits you?"."""
        starts = {candidate.first for candidate in found}
        for (_, one, last), (_, other, _) in pairwise(self._placed):
            between = self._tokens.words(last, other)
            close = len(between) < 5 and not _LINKS.isdisjoint(between)
            if close and not starts.isdisjoint((one, other)):
                return True
        asked = any("choice" in self._cues(*self._clauses.around(one.first)) for one in found)
        dated = sum(moment.dated for moment, _, _ in self._placed)
        if len(found) > 1 and asked:
            return True
        return dated > 2 and "choice" in self._cues(0, len(self._tokens)) and len(found) > 1

    def _begins(self, candidate: _Candidate) -> datetime | date:
        """The day with its hour, which may stand in another sentence."""
        moment = candidate.moment
        if not moment.dated:
            day = self._day_before(candidate)
            return _on(moment.first, self._now.date() if day is None else day)
        if moment.exact:
            return moment.first
        hour = self._hour_after(candidate)
        return moment.first if hour is None else _on(hour.first, moment.first)

    def _day_before(self, candidate: _Candidate) -> date | None:
        days = [
            moment.first
            for moment, first, _ in self._placed
            if moment.dated and not moment.exact and moment.ends == "day"
            if first < candidate.first and moment.lead not in _TERM_LEADS
        ]
        if not days:
            return None
        day = days[-1]
        return None if day < self._now.date() else day

    def _hour_after(self, candidate: _Candidate) -> Moment | None:
        """The first hour without a day that follows, no other day between."""
        limit = candidate.first
        for _ in range(_SENTENCES_TO_THE_HOUR):
            limit = min(self._clauses.around(limit)[1], len(self._tokens) - 1)
        for moment, first, _ in self._placed:
            if first <= candidate.first:
                continue
            if first > limit or (moment.dated and moment.first != candidate.moment.first):
                return None
            hours = moment.lead not in _TERM_LEADS or moment.is_range_end
            if not moment.dated and moment.exact and hours and self._may_be(moment, first):
                return moment
        return None


def _order(begins: datetime | date) -> tuple[date, bool, float]:
    """By day; of one day the hour named, the earliest first."""
    if isinstance(begins, datetime):
        return begins.date(), False, begins.timestamp()
    return begins, True, 0.0


def _on(hour: datetime | date, day: date) -> datetime | date:
    if not isinstance(hour, datetime):
        return day
    return hour.replace(year=day.year, month=day.month, day=day.day)


def _is_denied(words: list[str]) -> bool:
    """ "Лекции не будет", "there will be no class"."""
    for at, word in enumerate(words):
        if word == "не" and words[at + 1 : at + 2] in (["будет"], ["состоится"], ["проводим"]):
            return True
        if word == "no" and words[at + 1 : at + 2] and cue_of(words[at + 1]) == "event":
            return True
        if word in ("won't", "not") and words[at + 1 : at + 3] in (
            ["take", "place"],
            ["be", "held"],
        ):
            return True
    return False
