"""The text of a letter's parts: transfer encodings and charsets undone, the better of two kept."""

import binascii
import re

from services.mail.parsing import limits
from services.mail.parsing.charsets import clean, decode
from services.mail.parsing.headers import decode_base64
from services.mail.parsing.html import to_text
from services.mail.parsing.mime import Part

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_SOFT_BREAK = re.compile(r"(?m)^(?!-- $)(>*)(.*[^ \n]) \n\1(?! ?>| ?$| ?\n)")
_STUB_CHARACTERS = 200
"""A plain text shorter than this beside HTML is often a word to programs that show none."""
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} .*\r?\n")


def read_text(raw: bytes, root: Part) -> str:
    """All that a letter says in its body, letters within it left out."""
    return "\n\n".join(text for text in _read(raw, root) if text)


def has_html(root: Part) -> bool:
    """Whether a part of it is HTML to be shown."""
    return any(part.kind == "text/html" and part.is_text for part in root.walk())


def _read(raw: bytes, part: Part) -> list[str]:
    if part.kind == "multipart/alternative":
        return _read_best(raw, part)
    if part.kind == "multipart/related":
        # The first is the letter; the others are what it shows.
        return _read(raw, part.children[0]) if part.children else []
    if part.kind.startswith("multipart/"):
        if not part.children:
            return [read_part(raw, part)]
        return [text for child in part.children for text in _read(raw, child)]
    return [read_part(raw, part)] if part.is_text else []


def _read_best(raw: bytes, part: Part) -> list[str]:
    """The plain text where it is one, else what was written as HTML."""
    if not part.children:
        return [read_part(raw, part)]
    plain: list[str] = []
    for child in part.children:
        texts = [text for text in _read(raw, child) if text]
        if child.kind == "text/plain":
            plain = texts
            if len("".join(texts)) >= _STUB_CHARACTERS:
                return texts
        elif texts and len("".join(texts)) > 2 * len("".join(plain)):
            return texts
    return plain


def read_part(raw: bytes, part: Part) -> str:
    """One part as text, its lines ended by a newline."""
    data = read_bytes(raw, part, limits.TEXT_BYTES)
    charset = part.parameters.get("charset", "")
    if part.kind == "text/html":
        if not charset and (found := _META_CHARSET.search(data[:2048])):
            charset = found[1].decode("ascii", "replace")
        text = to_text(decode(data, charset))
    else:
        text = _NEWLINES.sub("\n", decode(data, charset))
        if part.kind in ("text/enriched", "text/richtext"):
            text = _MARKUP.sub("", text)
        elif part.parameters.get("format", "").lower() == "flowed":
            text = _SOFT_BREAK.sub(r"\1\2 ", text)
    return _tidy(text)


def _tidy(text: str) -> str:
    """Without what is not seen, blanks alike, no line without end."""
    text = clean(_SPACES.sub(" ", text[: limits.TEXT_CHARACTERS]))
    lines = (line.rstrip()[: limits.LINE_CHARACTERS] for line in text.split("\n"))
    # The mark above a signature is two hyphens and a blank; it is known by the hyphens too.
    return "\n".join(lines).strip("\n")


def read_bytes(raw: bytes, part: Part, limit: int) -> bytes:
    """A part's body with its transfer encoding undone: of the encoded, the first `limit` bytes."""
    data = raw[part.start : min(part.end, part.start + limit)]
    encoding = part.head.raw_text("content-transfer-encoding").strip().strip("\"'").lower()
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _decode_uu(data)
    return data


def _decode_uu(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    found = []
    for line in data[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`"):
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
