"""The words of the letter's own writer, and whether it answers or forwards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.mail.parsing import limits
from services.mail.parsing.closing import cut_closing
from services.mail.parsing.history import find_history, is_quoted

_FORWARD_SUBJECT = re.compile(
    r"^\s*(?:re|на|отв|ответ)?[:\s]*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|пересл|пер|переслано|вл)\s*:",
    re.IGNORECASE,
)
_REPLY_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|отв|ответ|на)(?:\[\d+\])?\s*:", re.I
)
_MARKS = re.compile(r"^(?:\s*>)+ ?")


@dataclass(frozen=True, slots=True)
class OwnText:
    """`text` is what is to be read for facts; `is_forwarded`: it is another's, handed on whole."""

    text: str
    is_forward: bool
    is_forwarded: bool


def is_forward_subject(subject: str) -> bool:
    """Whether a subject says that the letter is handed on."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_reply_subject(subject: str) -> bool:
    """Whether a subject says that the letter answers one."""
    return bool(_REPLY_SUBJECT.match(subject))


def find_own_text(text: str, *, is_forward: bool) -> OwnText:
    """What the writer wrote; where a forwarded letter has no word of theirs, that letter's own."""
    lines = text.split("\n")
    own, is_marked, handed_on = _divide(lines, is_forward=is_forward)
    is_forward = is_forward or is_marked
    if own or not is_forward:
        return OwnText(own, is_forward, is_forwarded=False)
    for _ in range(limits.FORWARDS):
        found, is_marked, within = _divide(handed_on, is_forward=True)
        if found or not within:
            return OwnText(found, is_forward, is_forwarded=bool(found))
        handed_on = within
    return OwnText("", is_forward, is_forwarded=False)


def _divide(lines: Sequence[str], *, is_forward: bool) -> tuple[str, bool, list[str]]:
    """Own words, whether a mark says "forwarded", and the lines of what is handed on."""
    own: list[str] = []
    handed_on: list[str] = []
    is_marked = False
    rest = list(lines)
    while found := find_history(rest):
        own += rest[: found.start]
        if found.kind == "forward" or (is_forward and found.end > found.body):
            is_marked = is_marked or found.kind == "forward"
            handed_on = handed_on or [_MARKS.sub("", line) for line in rest[found.body : found.end]]
        rest = rest[found.end :]
    own += rest
    quoted = [_MARKS.sub("", line) for line in own if is_quoted(line)]
    if is_forward and not handed_on:
        handed_on = quoted
    return _join([line for line in own if not is_quoted(line)]), is_marked, handed_on


def _join(lines: list[str]) -> str:
    text = "\n".join(cut_closing(lines))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[: limits.OWN_CHARACTERS]
