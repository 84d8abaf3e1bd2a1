"""The head of a letter or part: which headers it has, and what their values say."""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from services.mail.parsing import limits
from services.mail.parsing.charsets import decode, one_line

# fmt: off
_KEPT = frozenset({
    "from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id", "in-reply-to",
    "references", "list-id", "list-unsubscribe", "precedence", "auto-submitted", "return-path",
    "x-mailer", "user-agent", "content-type", "content-transfer-encoding", "content-disposition",
})
# fmt: on
_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*")
_OTHERS = (b"received", b"x-[a-z-]+", b"dkim-signature", b"mime-version", b"content-[a-z-]+")
_KNOWN = re.compile(
    rb"(?:" + b"|".join([*_OTHERS, *sorted(name.encode() for name in _KEPT)]) + rb")[ \t]*:",
    re.IGNORECASE,
)
_BLANK = re.compile(rb"\n\r?\n")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]{0,8192})\?=")
_PARAMETER = re.compile(r"""([^\s=;]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;\s][^;]*)?)""")
_SECTION = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers that are looked at, as bytes, unfolded, by their names in lower case."""

    body_at: int
    fields: Mapping[str, bytes] = field(default_factory=dict)
    trouble: str | None = None

    def text(self, name: str) -> str:
        """A header as text, its encoded words decoded; "" where there is none."""
        raw = self.fields.get(name)
        return decode_words(decode(raw)) if raw else ""

    def raw_text(self, name: str) -> str:
        """A header as text, its encoded words as they stand."""
        return decode(self.fields.get(name, b""))


def read_head(raw: bytes, start: int, end: int) -> Head:
    """The head that begins at `start`; the body begins at `body_at`, at most at `end`.

    Where the first line is no header, all is body.
    """
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Head(body_at=raw.find(b"\n", start, end) + 1)
    blank = _BLANK.search(raw, start, end)
    stop = blank.start() if blank else end
    body_at = blank.end() if blank else end
    trouble = None
    if stop - start > limits.HEAD_BYTES:
        stop, trouble = start + limits.HEAD_BYTES, "its headers are too long: the first were read"
    return _read_lines(raw[start:stop], start, body_at, trouble)


def _read_lines(block: bytes, start: int, body_at: int, trouble: str | None) -> Head:
    fields: dict[str, bytes] = {}
    count = kept = 0
    name, at = "", start
    lines = block.split(b"\n")
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t"):
            if name and len(fields[name]) < limits.HEADER_BYTES:
                fields[name] += b" " + line.strip()[: limits.HEADER_BYTES]
        elif found := _NAME.match(line):
            count += 1
            if count > limits.HEADERS:
                trouble = trouble or "it has too many headers: the first were read"
                break
            name = found[1].decode("ascii").lower()
            if name in _KEPT and name not in fields and kept < limits.KEPT_HEAD_BYTES:
                fields[name] = line[found.end() :].strip()[: limits.HEADER_BYTES]
                kept += len(fields[name])
            else:
                name = ""
        elif line.strip(b"\r") and not (number == 0 and line.startswith((b"From ", b">From "))):
            # A line that is no header ends the head, unless headers go on behind it.
            following = lines[number + 1] if number + 1 < len(lines) else b""
            if not _KNOWN.match(following):
                return Head(body_at=at, fields=fields, trouble=trouble)
        at += len(line) + 1
    return Head(body_at=body_at, fields=fields, trouble=trouble)


def decode_words(text: str) -> str:
    """With its encoded words decoded; a character cut in two by them is made whole again."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    for found in _ENCODED.finditer(text):
        between = text[at : found.start()]
        at = found.end()
        same = found[1].lower().partition("*")[0]
        if pending and (between.strip() or same != charset):
            pieces.append(decode(pending, charset))
            pending = b""
        if between.strip() or not (pieces or pending):
            pieces.append(between)
        charset = same
        pending += _decode_word(found[2], found[3])
    if pending:
        pieces.append(decode(pending, charset))
    pieces.append(text[at:])
    return "".join(pieces)


def _decode_word(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if kind in "Qq":
        return binascii.a2b_qp(data.replace(b"\r", b"").replace(b"\n", b""), header=True)
    return decode_base64(data)


def decode_base64(data: bytes) -> bytes:
    """What it stands for, so far as it can be told: what is no base64 is passed over."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    # One character alone stands for less than a byte.
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """A structured header's value in lower case, and its parameters, continuations joined."""
    main, _, rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for number, found in enumerate(_PARAMETER.finditer(rest)):
        if number >= limits.PARAMETERS:
            break
        name = found[1].lower()
        text = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else (found[3] or "")
        if section := _SECTION.fullmatch(name):
            is_coded = section[2] is None or section[3] is not None
            pieces.setdefault(section[1], []).append((int(section[2] or 0), is_coded, text.strip()))
        else:
            plain.setdefault(name, text.strip())
    return main.strip().lower(), plain | {name: _join(some) for name, some in pieces.items()}


def _join(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: numbered pieces, some of them percent-coded, the first naming the charset."""
    data, charset = b"", ""
    for number, is_coded, text in sorted(pieces):
        if is_coded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if is_coded else text.encode("utf-8", "replace")
    return decode(data, charset)


def read_date(value: str) -> datetime | None:
    """A Date header, aware; without a zone it is taken as UTC. None where it says no moment."""
    text = one_line(value, 200)
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        found.astimezone(UTC)
    except OverflowError:
        return None
    return found


def read_id(value: str) -> str:
    """The first message id, without its brackets."""
    found = re.search(r"<([^<>\s]{1,900})>", value)
    return found[1] if found else one_line(value, 900).strip("<>")
