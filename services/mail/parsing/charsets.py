"""Bytes to text, whatever was declared: wrong, unknown and absent charsets are the rule in mail."""

import codecs
import re

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
}
_OFTEN_MISSPELT = re.compile(r"^(?:x-)?(?:win|windows|cp|microsoft-cp)[-_ ]?(125\d|874|866)$")
# Families of charsets for text. Python has other codecs beside them: rot13 gives no text, and
# punycode takes quadratic time.
_TEXT = re.compile(
    r"^(?:utf|ascii|iso8859|iso2022|cp\d|koi8|mac|gb18030|big5|hz$|euc|shift_jis|johab|tis|kz1048)"
)
_NOT_TOLD = frozenset({"", "ascii", "us-ascii", "unknown-8bit", "x-unknown", "binary", "8bit"})
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_FREQUENT = frozenset("оеаинтсрвлкмдпу ")
_CYRILLIC_SHARE = 0.3
_SAMPLE = 4_096
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def decode(data: bytes, declared: str = "") -> str:
    """The text of these bytes; what fits no charset becomes U+FFFD."""
    if data.isascii() and not _may_be_shifted(declared):
        return data.decode("ascii")
    declared = declared.strip().strip("'\"").lower()
    if declared not in _NOT_TOLD and (codec := _find_codec(declared)):
        text, lost = _decode_by(codec, data)
        if lost * 50 <= len(text):
            return text
    return _guess(data)


def clean(text: str) -> str:
    """Without what is not seen: controls, directions, joiners, halves of a surrogate pair."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub("", text)


def one_line(text: str, limit: int) -> str:
    """On one line, its spaces single, at most so long."""
    return " ".join(clean(text[: limit * 4]).split())[:limit].rstrip()


def _may_be_shifted(declared: str) -> bool:
    """Whether ASCII bytes may stand for something else: UTF-7, UTF-16, ISO-2022, HZ."""
    name = declared.lower()
    return any(
        part in name for part in ("utf-7", "utf7", "utf-16", "utf16", "utf-32", "2022", "hz-")
    )


def _find_codec(declared: str) -> str | None:
    misspelt = _OFTEN_MISSPELT.match(declared)
    name = f"cp{misspelt[1]}" if misspelt else _ALIASES.get(declared, declared)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return (
        name
        if _TEXT.match(found.replace("_", "").replace("-", "").lower()) or _TEXT.match(found)
        else None
    )


def _decode_by(codec: str, data: bytes) -> tuple[str, int]:
    """The text, and how many characters could not be read."""
    try:
        return data.decode(codec), 0
    except (UnicodeError, ValueError):
        text = data.decode(codec, "replace")
        # The last may be cut in two by whoever cut the text.
        return text, text.count("\ufffd", 0, len(text) - 1)


def _guess(data: bytes) -> str:
    """UTF-8 if it is, else the Cyrillic charset that reads most like Russian, else Western."""
    text, lost = _decode_by("utf-8", data)
    if lost * 50 <= len(text):
        return text
    high = bytes(byte for byte in data[:_SAMPLE] if byte >= 0x80)
    letters = sum(data[:_SAMPLE].count(bytes([byte])) for byte in range(0x41, 0x7B))
    best = max(_CYRILLIC, key=lambda codec: _likeness(high.decode(codec, "replace")))
    if (
        len(high) >= _CYRILLIC_SHARE * (letters + len(high))
        and _likeness(high.decode(best, "replace")) >= len(high) * _CYRILLIC_SHARE
    ):
        return data.decode(best, "replace")
    return data.decode("cp1252", "replace")


def _likeness(text: str) -> int:
    """How many of these are letters that Russian uses often, in lower case."""
    return sum(character in _FREQUENT for character in text)
