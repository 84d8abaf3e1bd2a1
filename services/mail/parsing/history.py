"""Where a text stops being its writer's: what is quoted, what is forwarded, and their headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_FORWARD = re.compile(
    r"^[\s>*_-]*(?:begin forwarded message|forwarded (?:message|by|letter)"
    r"|start of forwarded message"
    r"|пересылаемое (?:сообщение|письмо)|пересланн?ое (?:сообщение|письмо)"
    r"|переадресованное сообщение|перенаправленное сообщение"
    r"|начало (?:пере(?:адресованного|направленного|сылаемого|сланного)) (?:сообщения|письма)"
    r")\b[^.!?]{0,80}$",
    re.IGNORECASE,
)
_FORWARD_END = re.compile(
    r"^[\s>*_-]*(?:end of forwarded message|конец (?:пере\w+) (?:сообщения|письма))[\s*_-]*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[\s>]*[-_=*]{2,}\s*(?:original (?:message|appointment)|reply message"
    r"|исходное (?:сообщение|письмо)|(?:первоначальное|оригинальное) сообщение)"
    r"\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*\*?(?P<name>from|sent|date|to|cc|bcc|subject|reply-to|importance"
    r"|от|от кого|отправитель|отправлено|дата|кому|копия|тема|когда|получатель)"
    r"\s*\*?\s*:\*?(?:\s|$)",
    re.IGNORECASE,
)
_FIRST_HEADERS = frozenset({"from", "от", "от кого", "отправитель"})
_DATE_HEADERS = frozenset({"sent", "date", "отправлено", "дата", "когда"})
_RULE = re.compile(r"^\s*[_-]{10,}\s*$")
_ADDRESS = r"<?(?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,200}>?"
_WROTE = r"(?:wrote|writes|said|писал(?:а|и)?(?:\(а\))?|пишет|написал(?:а|и)?(?:\(а\))?|пишу)"
_STAMP = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\b(?:19|20)\d{2}\b|\d{1,2}:\d{2})"
_ATTRIBUTION = re.compile(
    # On …, somebody wrote: / 12.03.2026 10:15, somebody пишет: / somebody writes:
    rf"^(?:(?=.{{0,300}}{_STAMP}).{{0,300}}\b{_WROTE}\b.{{0,80}}:"
    rf"|.{{0,100}}{_ADDRESS}\W{{0,3}}\s*{_WROTE}\b.{{0,60}}:"
    # 12.03.2026, 10:15, "somebody" <address>: as web mail of Russia writes it
    rf"|(?=.{{0,60}}{_STAMP}).{{0,200}}{_ADDRESS}\"?\s*:)\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_END = re.compile(rf"(?:{_WROTE}\b.{{0,60}}|@[^\s<>@]{{1,200}}>?\"?\s*):\s*$", re.I)
_ATTRIBUTION_LINES = 3
_ATTRIBUTION_CHARACTERS = 400

Kind = Literal["reply", "forward", "headers"]


@dataclass(frozen=True, slots=True)
class History:
    """What is not the writer's: lines `start`..`end`, of them `body`..`end` without its headers."""

    kind: Kind
    start: int
    body: int
    end: int


def is_quoted(line: str) -> bool:
    """Whether a line bears the mark of a quotation."""
    return line.lstrip()[:1] == ">"


def find_history(lines: Sequence[str]) -> History | None:
    """The first stretch that somebody else wrote, beyond the lines marked as quoted."""
    for number, line in enumerate(lines):
        if is_quoted(line) or not line.strip():
            continue
        if _FORWARD.match(line) and _looks_like_mark(lines, number):
            return _forwarded(lines, number)
        if _ORIGINAL.match(line):
            return History("reply", number, _after_headers(lines, number + 1), len(lines))
        if found := _headers_at(lines, number):
            return found
        if length := _attribution_at(lines, number):
            return _attributed(lines, number, number + length)
    return None


def _looks_like_mark(lines: Sequence[str], number: int) -> bool:
    """Whether the words are set off by hyphens or a colon, or headers follow."""
    line = lines[number].strip()
    return (
        line[:2] == "--"
        or line[-1:] in ":-"
        or bool(_after_headers(lines, number + 1) > number + 1)
    )


def _forwarded(lines: Sequence[str], number: int) -> History:
    body = _after_headers(lines, number + 1)
    for end in range(body, len(lines)):
        if _FORWARD_END.match(lines[end]):
            return History("forward", number, body, end + 1)
    return History("forward", number, body, len(lines))


def _headers_at(lines: Sequence[str], number: int) -> History | None:
    """The headers of another letter that stand in the text, as Outlook puts them there."""
    found = _HEADER.match(lines[number])
    if found is None or found["name"].lower() not in _FIRST_HEADERS:
        return None
    names = {
        match["name"].lower()
        for line in lines[number : number + 8]
        if (match := _HEADER.match(line))
    }
    if len(names) < 3 and not (len(names) == 2 and names & _DATE_HEADERS):
        return None
    start = number
    while start and not lines[start - 1].strip():
        start -= 1
    start = start - 1 if start and _RULE.match(lines[start - 1]) else number
    return History("headers", start, _after_headers(lines, number), len(lines))


def _after_headers(lines: Sequence[str], number: int) -> int:
    """Behind the headers, their continuations and the blank lines around them."""
    at, last = number, number
    while at < len(lines) and at < number + 40:
        line = lines[at].lstrip("> ")
        if _HEADER.match(line):
            last = at = at + 1
        elif not line.strip():
            if last > number:
                break
            at += 1
        elif last > number and at - last < 3 and (line != lines[at] or "@" in line):
            last = at = at + 1
        else:
            break
    if last == number:
        return number
    while last < len(lines) and not lines[last].strip("> "):
        last += 1
    return last


def _attribution_at(lines: Sequence[str], number: int) -> int:
    """How many lines from here say who wrote what follows, and when; 0 if none."""
    joined = ""
    for count, line in enumerate(lines[number : number + _ATTRIBUTION_LINES], 1):
        if not line.strip() or is_quoted(line):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _ATTRIBUTION_CHARACTERS:
            return 0
        if joined[-1:] == ":" and _ATTRIBUTION_END.search(joined):
            if _ATTRIBUTION.match(joined):
                return count
            return 0
    return 0


def _attributed(lines: Sequence[str], start: int, body: int) -> History:
    """To the end where nothing is marked as quoted; else the attribution alone, marks say more."""
    following = next((line for line in lines[body:] if line.strip()), "")
    return History("reply", start, body, body if is_quoted(following) else len(lines))
