"""Hours said in words: half past six, в половине седьмого, noon, end of business."""

from dataclasses import replace

from services.mail.reading.dates.hours import (
    CLOSE_OF_BUSINESS,
    END_OF_DAY,
    HOUR_WORDS,
    Clock,
    apply_half,
    make_clock,
    read_bare,
    read_half,
    read_hours_and_minutes,
    read_oclock,
)
from services.mail.reading.dates.tokens import Token, Tokens
from services.mail.reading.dates.words import (
    CARDINALS,
    MIDNIGHT,
    NOON,
    ORDINALS,
)

_CLOSING_WORDS = frozenset(("eod", "cob", "eob", "cop"))


def read_in_words(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    word = tokens.word(at)
    if word in NOON:
        return make_clock(12, 0, at + 1)
    if word in MIDNIGHT:
        return Clock(END_OF_DAY), at + 1
    closing = _closing(tokens, at)
    if closing is not None:
        return Clock(CLOSE_OF_BUSINESS, is_close=True), closing
    return _past_or_to(tokens, at) or (_said_hour(tokens, at) if led else None)


def _past_or_to(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """half past six, quarter to five, в половине седьмого, без четверти пять."""
    word, middle = tokens.word(at), tokens.word(at + 1)
    if word == "a":
        return _past_or_to(tokens, at + 1)
    if word in ("half", "quarter") and middle in ("past", "to"):
        hour = _hour_number(tokens[at + 2])
        if hour is None:
            return None
        minute = 30 if word == "half" else 15 if middle == "past" else 45
        return _said(tokens, hour - (middle == "to"), minute, at + 3)
    if word in ("половине", "половина", "половины"):
        hour = ORDINALS.get(middle)
        return None if hour is None or hour > 12 else _said(tokens, hour - 1, 30, at + 2)
    if word.startswith("пол") and word[3:] in ORDINALS:
        return _said(tokens, ORDINALS[word[3:]] - 1, 30, at + 1)
    if word == "без" and middle == "четверти":
        hour = _hour_number(tokens[at + 2])
        return None if hour is None else _said(tokens, hour - 1, 45, at + 3)
    return None


def _said(tokens: Tokens, hour: int, minute: int, end: int) -> tuple[Clock, int] | None:
    hour = hour % 12
    half = read_half(tokens, end)
    if half is not None:
        return make_clock(apply_half(hour, half[0]), minute, half[1])
    found = make_clock(hour, minute, end)
    return None if found is None else (replace(found[0], is_bare=True), end)


def _said_hour(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """в шесть вечера, в час дня, at six, к девяти часам."""
    hour = _hour_number(tokens[at])
    if hour is None:
        return None
    end = at + 1
    if tokens.word(end) in HOUR_WORDS and tokens.word(at) != "час":
        return read_hours_and_minutes(tokens, hour, end)
    if tokens.word(end) == "o'clock":
        return read_oclock(tokens, hour, end + 1)
    half = read_half(tokens, end)
    if half is not None:
        return make_clock(apply_half(hour, half[0]), 0, half[1])
    return read_bare(tokens, at, hour, end)


def _hour_number(token: Token) -> int | None:
    if token.text in ("час", "часу"):
        return 1
    hour = CARDINALS.get(token.text, token.value)
    return hour if 1 <= hour <= 12 and token.text not in ("пара", "пару", "couple") else None


def _closing(tokens: Tokens, at: int) -> int | None:
    """Where "EOD", "close of business", "end of the working day", "конца рабочего дня" ends."""
    word = tokens.word(at)
    if word in _CLOSING_WORDS and tokens.source[tokens[at].start : tokens[at].end].isupper():
        return at + 1
    if word in ("close", "end") and tokens.says(at + 1, "of"):
        return _closing_english(tokens, at + 2)
    if word in ("конца", "концу", "конце", "окончания", "окончанию"):
        day = (
            at + 2
            if tokens.word(at + 1) in ("рабочего", "этого", "текущего", "учебного")
            else (at + 1)
        )
        return day + 1 if tokens.word(day) == "дня" else None
    return None


def _closing_english(tokens: Tokens, at: int) -> int | None:
    if tokens.word(at) in ("the", "this", "my", "our", "your"):
        at += 1
    if tokens.word(at) in ("business", "play"):
        return at + 2 if tokens.word(at + 1) == "day" else at + 1
    if tokens.word(at) in ("working", "work") and tokens.word(at + 1) == "day":
        return at + 2
    return at + 1 if tokens.word(at) == "day" else None
