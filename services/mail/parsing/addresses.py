"""Addresses in headers, by one pass over their characters: no recursion, no backtracking."""

import re

from services.mail.parsing import limits
from services.mail.parsing.charsets import one_line
from services.mail.parsing.headers import decode_words
from services.mail.parsing.letter import NOBODY, Sender

_PLAIN = re.compile(r"\s*(?:([\w .'!#$%&*+/=?^`{|}~-]*)\s)?<([^<>@\s,;\"]+@[^<>@\s,;\"]+)>\s*")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,200}@[^\s<>@,;:\"()]{1,255}")


def read_addresses(value: str) -> list[Sender]:
    """Whoever a header names, the first hundred; a name without an address counts too."""
    if len(value) < 300 and (found := _PLAIN.fullmatch(value)) and "=?" not in found[2]:
        return [_make(found[1] or "", found[2])]
    read = [one for one in map(_read_one, _split(value)) if one != NOBODY]
    if not any("@" in one.address for one in read) and "=?" in value:
        # Some encode the whole, address and all.
        decoded = decode_words(value)
        again = [] if "=?" in decoded else [_read_one(piece) for piece in _split(decoded)]
        if any(one.address for one in again):
            return again
    return read


def _split(value: str) -> list[list[str]]:
    """One list of three a mailbox: its words, what stands in angle brackets, its comments."""
    found: list[list[str]] = []
    pieces = ["", "", ""]
    quoted, comments, angle, at = False, 0, False, 0
    while at < len(value) and len(found) < limits.ADDRESSES:
        character = value[at]
        at += 1
        if character == "\\" and (quoted or comments):
            character = value[at : at + 1]
            at += 1
        elif character == '"' and not comments:
            quoted = not quoted
            continue
        elif quoted:
            pass
        elif character == "(":
            comments += 1
            if comments == 1:
                continue
        elif character == ")" and comments:
            comments -= 1
            if not comments:
                continue
        elif comments:
            pass
        elif character in "<>":
            if character == "<" and "@" in pieces[1]:
                found.append(pieces)  # somebody forgot the comma
                pieces = ["", "", ""]
            elif character == "<":
                pieces[1] = ""
            angle = character == "<"
            continue
        elif character in ",;" and not angle:
            found.append(pieces)
            pieces = ["", "", ""]
            continue
        elif character == ":" and not angle and "@" not in pieces[0]:
            pieces[0] = ""  # a group's name
            continue
        pieces[2 if comments else 1 if angle else 0] += character
    if len(found) < limits.ADDRESSES:
        found.append(pieces)
    return found


def _read_one(pieces: list[str]) -> Sender:
    words, angle, comment = pieces
    if angle.strip():
        # A route before the mailbox, as of old: <@relay:somebody@example.org>
        return _make(words or comment, angle.rpartition(":")[2] if angle[:1] == "@" else angle)
    if found := _ADDRESS.search(words):
        rest = f"{words[: found.start()]} {words[found.end() :]}"
        return _make(rest if rest.strip() else comment, found[0])
    return _make(words or comment, "")


def _make(name: str, address: str) -> Sender:
    name = one_line(decode_words(name), limits.NAME_CHARACTERS)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return Sender(
        name=name,
        address="".join(one_line(address, limits.ADDRESS_CHARACTERS).split()),
    )
