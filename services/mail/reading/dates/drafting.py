"""The grammar of a moment: what may stand beside what, and how far one moment reaches."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.mail.reading.dates.calendar import day_of
from services.mail.reading.dates.clock import read_clock, with_part
from services.mail.reading.dates.closings import read_closing
from services.mail.reading.dates.days import Reader
from services.mail.reading.dates.draft import Draft
from services.mail.reading.dates.leads import read_lead
from services.mail.reading.dates.moment import Lead
from services.mail.reading.dates.month_days import Days
from services.mail.reading.dates.spans import (
    Stretch,
    counts_from_the_letter,
    is_term_adjective,
    read_adjective,
    read_stretch,
)
from services.mail.reading.dates.starts import (
    FIRST_PARTS,
    FIRST_WORDS,
    GIVEN,
    HARD_GLUE,
    KEPT,
    PARTS_OF_DAY,
    SOFT_GLUE,
    STARTS,
)
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.words import (
    DAY_PARTS,
    RELATIVE_DAYS,
)
from services.mail.reading.dates.zones import read_zone

_TERMS: frozenset[Lead] = frozenset(("till", "by", "latest"))
_LONGEST = 6
_SHORT_STRETCH = 120
"""Minutes; what is given for less is how long something takes."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Where the next part may begin, and what stands between it and the part before."""

    at: int
    lead: Lead = ""
    is_apart: bool = False
    opens_bracket: bool = False


class Drafting:
    """Reads the drafts of one text; see `Draft`."""

    def __init__(self, tokens: Tokens, today: date, *, month_first: bool) -> None:
        self._tokens = tokens
        self._today = today
        self._reader = Reader(tokens, today, month_first)

    def read(self, at: int) -> Draft | None:
        """The draft that begins at `at`, its governing words included, if one does."""
        token = self._tokens[at]
        if token.value < 0 and token.text not in FIRST_WORDS:
            return None
        led = read_lead(self._tokens, at)
        lead, start = led if led is not None else ("", at)
        if not self._may_start(start):
            return None
        if self._tokens[start].breaks > 1 and led is not None:
            return None
        found = self._counted(at, start, lead)
        if found is None:
            found = self._named(at, start, lead)
        return found if found is None else self._with_tail(found)

    def _may_start(self, at: int) -> bool:
        token = self._tokens[at]
        return token.value >= 0 or token.text in STARTS or is_term_adjective(token.text)

    def _counted(self, at: int, start: int, lead: Lead) -> Draft | None:
        """A stretch of time counted from the letter: через, within, "5 days left"."""
        if lead == "on":
            return self._in_a_term(at, start)
        if lead not in ("within", "after", "", "latest"):
            return None
        counted = lead in ("within", "after")
        if lead == "within" and self._tokens.word(start) == "дня":
            return Draft(at, start + 1, lead, Days(self._today, self._today))
        found = read_stretch(self._tokens, start, may_be_one=lead != "latest")
        if found is None:
            return None
        stretch, end = found
        if lead == "latest" and (stretch.unit == "minute" or start + 1 == end):
            return None
        if not counted and lead != "latest":
            kind = self._uncued(at, end)
            if kind is None or (stretch.unit == "minute" and stretch.count < _SHORT_STRETCH):
                return None
            lead = kind
        elif not counts_from_the_letter(self._tokens, end):
            return None
        if lead == "latest" and not counts_from_the_letter(self._tokens, end):
            return None
        return self._from_letter(at, end, "within" if lead == "latest" else lead, stretch)

    def _in_a_term(self, at: int, start: int) -> Draft | None:
        """в трёхдневный срок, в 10-дневный срок; "kept for seven days"."""
        if self._tokens.word(at) == "for":
            kept = KEPT.intersection(self._tokens.words(at - 9, at))
            found = read_stretch(self._tokens, start, may_be_one=True) if kept else None
            return None if found is None else self._from_letter(at, found[1], "within", found[0])
        found = read_adjective(self._tokens, start)
        return None if found is None else self._from_letter(at, found[1], "within", found[0])

    def _uncued(self, at: int, end: int) -> Lead | None:
        """Whether a stretch with nothing before it is given to the reader: 5 days left."""
        after = self._tokens.word(end)
        if after == "from" and self._tokens.word(end + 1) in ("now", "today"):
            return "after"
        if after in ("left", "remaining") or GIVEN.intersection(self._tokens.words(at - 2, at)):
            return "within"
        return None

    def _from_letter(self, at: int, end: int, lead: Lead, stretch: Stretch) -> Draft | None:
        if self._tokens.says(end, "from", "now") or self._tokens.says(end, "from", "today"):
            end += 2
        if stretch.unit == "minute":
            return Draft(at, end, lead, stretch=stretch)
        try:
            day = stretch.day(self._today)
        except (OverflowError, ValueError):
            return None
        return self._more(Draft(at, end, lead, Days(day, day), stretch=stretch), None)

    def _named(self, at: int, start: int, lead: Lead) -> Draft | None:
        """A day, an hour, or both in either order, with their zone."""
        part = "evening" if self._tokens.word(start) == "tonight" else None
        if self._tokens.word(start) in FIRST_PARTS:
            part = DAY_PARTS.get(self._tokens.word(start))
            start += 1
            while self._tokens.word(start) in ("of", "в", "во", "on", ","):
                start += 1
            if not self._may_start(start):
                return self._this_day(at, lead)
            first = self._days_part(start, Draft(at, start), True)
        else:
            first = self._part(start, lead, Draft(at, start))
        if first is None:
            return self._this_day(at, lead)
        draft = self._more(replace(first, lead=lead), part)
        if draft.days is None and draft.clock is not None and not draft.clock.is_sure:
            told = lead in _TERMS or lead == "on" or draft.clock.last is not None
            return draft if told else None
        return draft

    def _this_day(self, at: int, lead: Lead) -> Draft | None:
        """до вечера, к утру, до обеда: a part of this day, or of the next if it is the morning."""
        led = read_lead(self._tokens, at)
        word = self._tokens.word(led[1]) if led is not None else ""
        if lead not in _TERMS or led is None or word not in FIRST_PARTS:
            return None
        day = self._today + timedelta(days=DAY_PARTS.get(word) == "morning")
        return self._more(Draft(at, led[1] + 1, lead, Days(day, day)), None)

    def _part(self, at: int, lead: Lead, draft: Draft) -> Draft | None:
        led = (bool(lead) and self._tokens.word(at - 1) != "for") or draft.days is not None
        dated = draft.days is not None and (bool(lead) or not draft.days.is_weekday)
        hours_first = dated or self._tokens.word(at - 1) in ("в", "at", "@")
        if hours_first:
            return self._clock_part(at, draft, led) or self._days_part(at, draft, bool(lead))
        return self._days_part(at, draft, bool(lead)) or self._clock_part(at, draft, led)

    def _days_part(self, at: int, draft: Draft, led: bool) -> Draft | None:
        if not self._may_start(at):
            return None
        led = led or (draft.days is not None and draft.days.is_weekday)
        found = read_closing(self._tokens, at, self._today) or self._reader.read(at, led=led)
        if found is None:
            return None
        days = found[0] if draft.days is None else _same_day(draft.days, found[0])
        return None if days is None else replace(draft, days=days, end=found[1])

    def _clock_part(self, at: int, draft: Draft, led: bool) -> Draft | None:
        if draft.clock is not None or not self._may_start(at):
            return None
        found = read_clock(self._tokens, at, led=led)
        return None if found is None else replace(draft, clock=found[0], end=found[1])

    def _more(self, draft: Draft, part: str | None) -> Draft:
        """The draft with all that goes on with it: hours after a day, a day after hours, zones."""
        for _ in range(_LONGEST):
            word = self._tokens.word(draft.end)
            if (
                word in PARTS_OF_DAY
                and draft.days is not None
                and not self._tokens[draft.end].breaks > 1
            ):
                part = DAY_PARTS[word]
                draft = replace(draft, end=draft.end + 1)
                continue
            longer = self._zone_part(draft) or self._next_part(draft)
            if longer is None:
                break
            draft = longer
        if part is not None and draft.clock is not None and draft.clock.first.hour < 12:
            return replace(draft, clock=with_part(draft.clock, part))
        return draft

    def _zone_part(self, draft: Draft) -> Draft | None:
        own = self._own_clock(draft.end) if draft.clock is not None else None
        if own is not None:
            return replace(draft, end=own)
        if draft.zone is not None or (draft.days is None and draft.clock is None):
            return None
        at = draft.end
        brackets = self._tokens.word(at) in ("(", ",")
        found = read_zone(self._tokens, at + 1 if brackets else at)
        if found is None or self._tokens[at].breaks > 1:
            return None
        zone, end = found
        if brackets and self._tokens.word(end) == ")":
            end += 1
        return replace(draft, zone=zone, end=end)

    def _own_clock(self, at: int) -> int | None:
        """Where "your time", "local time", "по местному времени" ends: the reader's own clock."""
        for words in (("your", "time"), ("local", "time"), ("по", "местному", "времени")):
            if self._tokens.says(at, *words):
                return at + len(words)
        return None

    def _next_part(self, draft: Draft) -> Draft | None:
        step = self._step(draft.end)
        if step is None:
            return None
        if step.lead not in ("", "on", "since", *_TERMS):
            return None
        outer = draft.lead in _TERMS
        closed = draft.days is not None and draft.days.is_close
        if step.is_apart and outer and (step.lead == "on" or (step.lead and closed)):
            return None
        longer = self._part(step.at, step.lead, draft)
        if longer is None or not self._goes_together(draft, longer, step):
            return None
        lead = step.lead if step.lead in _TERMS and draft.lead in ("", "on") else draft.lead
        end = longer.end
        if step.opens_bracket and self._tokens.word(end) == ")":
            end += 1
        return replace(longer, lead=lead, end=end)

    def _goes_together(self, draft: Draft, longer: Draft, step: _Step) -> bool:
        if longer.clock is not draft.clock:
            if draft.stretch is not None and step.lead != "on":
                return False
            sure = longer.clock is not None and longer.clock.is_sure
            return sure or bool(step.lead)
        if step.lead not in ("", "on") or longer.days is None:
            return False
        if draft.days is None and step.is_apart and draft.lead in _TERMS:
            return self._tokens.word(step.at) not in RELATIVE_DAYS
        return True

    def _step(self, at: int) -> _Step | None:
        """Over commas, brackets and small words to where a next part may begin."""
        apart = bracket = False
        for _ in range(3):
            if self._tokens[at].breaks > 1:
                return None
            word = self._tokens.word(at)
            if word in HARD_GLUE:
                apart, bracket = True, bracket or word == "("
            elif word not in SOFT_GLUE:
                break
            at += 1
        if self._tokens[at].breaks > 1:
            return None
        led = read_lead(self._tokens, at)
        if led is None:
            return _Step(at, "", apart, bracket)
        return _Step(led[1], led[0], apart, bracket)

    def _with_tail(self, draft: Draft) -> Draft:
        """With "включительно", "inclusive", "at the latest" after it."""
        at = draft.end
        if self._tokens.word(at) in (",", "(", "-", "–"):
            at += 1
        word = self._tokens.word(at)
        if word in ("включительно", "inclusive", "включ"):
            lead: Lead = "latest" if draft.lead in ("till", "by", "latest") else draft.lead
            return replace(draft, end=at + 1, lead=lead)
        if self._tokens.says(at, "at", "the", "latest"):
            return replace(draft, end=at + 3, lead="latest")
        if word == "latest" or self._tokens.says(at, "самое", "позднее"):
            return replace(draft, end=at + (1 if word == "latest" else 2), lead="latest")
        return draft


def _same_day(one: Days, other: Days) -> Days | None:
    """One day named twice, by its weekday and by its date; None if they are two days."""
    if one.unit != "day" or other.unit != "day" or one.is_weekday == other.is_weekday == False:  # noqa: E712
        return None
    if one.is_weekday and other.is_weekday:
        return one if one.last.weekday() == other.last.weekday() else None
    dated, named = (other, one) if one.is_weekday else (one, other)
    weekday = named.last.weekday()
    if dated.last.weekday() == weekday:
        return dated
    if dated.other is not None and dated.other.weekday() == weekday:
        return replace(dated, first=dated.other, last=dated.other, other=None)
    before = day_of(dated.last.year - 1, dated.last.month, dated.last.day)
    if dated.is_guessed and before is not None and before.weekday() == weekday:
        return replace(dated, first=before, last=before)
    return dated
