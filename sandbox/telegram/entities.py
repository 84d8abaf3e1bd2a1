"""Marked-up text, read as Telegram reads it: HTML in, plain text and entities out.

Offsets and lengths count UTF-16 units, offsets in errors count UTF-8 bytes, as they do there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import bad_request

Entity = dict[str, Any]

PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
}
TAGS = {*PLAIN_TAGS, "a", "pre", "blockquote", "tg-emoji"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-z]+));?")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_DETECTED = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?()\[\]'»]")),
    ("email", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63})+")),
    (
        "bot_command",
        re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    ),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


@dataclass(frozen=True)
class Formatted:
    """A text as it is shown, and which stretches of it look different."""

    text: str
    entities: list[Entity]


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def read_html(source: str) -> Formatted:
    """Parse Telegram's HTML; what it would refuse raises with its reason."""
    return _trimmed(_HtmlReader(source).read())


def read_plain(source: str, entities: list[Entity] | None = None) -> Formatted:
    return _trimmed(Formatted(source, list(entities or [])))


def with_detected(formatted: Formatted) -> Formatted:
    """Add the entities that Telegram finds by itself: links, addresses, commands, mentions."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in formatted.entities
        if entity["type"] in ("code", "pre", "text_link")
    ]
    found: list[Entity] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(formatted.text):
            start = utf16_length(formatted.text[: match.start()])
            end = start + utf16_length(match.group())
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return Formatted(formatted.text, _sorted([*formatted.entities, *found]))


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _trimmed(formatted: Formatted) -> Formatted:
    """Telegram strips white space around a message and moves the entities along."""
    text = formatted.text.strip()
    cut = utf16_length(formatted.text[: len(formatted.text) - len(formatted.text.lstrip())])
    end = utf16_length(text)
    kept: list[Entity] = []
    for entity in formatted.entities:
        left = max(0, entity["offset"] - cut)
        right = min(end, entity["offset"] + entity["length"] - cut)
        if right > left:
            kept.append({**entity, "offset": left, "length": right - left})
    return Formatted(text, _sorted(kept))


@dataclass(frozen=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    began: int


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        while self._at < len(self._source):
            match self._source[self._at]:
                case "<" if self._source.startswith("</", self._at):
                    self._end_tag()
                case "<":
                    self._start_tag()
                case "&":
                    self._reference()
                case character:
                    self._append(character)
                    self._at += 1
        if self._open:
            tag = self._open[-1].tag
            raise self._refuse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return Formatted("".join(self._text), self._entities)

    def _append(self, text: str) -> None:
        self._text.append(text)
        self._length += utf16_length(text)

    def _reference(self) -> None:
        match = _REFERENCE.match(self._source, self._at)
        character = _character(match) if match else ""
        if match is None or not character:
            self._append("&")
            self._at += 1
            return
        self._append(character)
        self._at = match.end()

    def _start_tag(self) -> None:
        began = self._at
        match = re.compile(r"<([^\s>]*)").match(self._source, began)
        tag = match.group(1).lower() if match else ""
        self._at = began + 1 + len(tag)
        if self._at >= len(self._source):
            raise self._refuse(f"Unclosed start tag at byte offset {self._bytes(began)}")
        if tag not in TAGS:
            raise self._refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes(began)}')
        attributes = self._attributes(tag, began)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refuse('Tag "span" must have class "tg-spoiler"')
        self._open.append(_Open(tag, attributes, self._length, sum(map(len, self._text))))

    def _attributes(self, tag: str, began: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._at < len(self._source):
            character = self._source[self._at]
            if character == ">":
                self._at += 1
                return found
            if character.isspace():
                self._at += 1
                continue
            match = _ATTRIBUTE.match(self._source, self._at)
            if match is None:
                raise self._refuse(
                    f'Empty attribute name in the tag "{tag}" '
                    f"at byte offset {self._bytes(self._at)}"
                )
            value = next((part for part in match.groups()[1:] if part is not None), "")
            found[match.group(1).lower()] = _REFERENCE.sub(
                lambda reference: _character(reference) or reference.group(), value
            )
            self._at = match.end()
            if value == "" and self._source.startswith("=", self._at):
                break
        raise self._refuse(f"Unclosed start tag at byte offset {self._bytes(began)}")

    def _end_tag(self) -> None:
        began = self._at
        close = self._source.find(">", began)
        if not self._open:
            raise self._refuse(f"Unexpected end tag at byte offset {self._bytes(began)}")
        if close < 0:
            raise self._refuse(f"Unclosed end tag at byte offset {self._bytes(began)}")
        found = self._source[began + 2 : close].strip().lower()
        opened = self._open.pop()
        if found and found != opened.tag:
            raise self._refuse(
                f"Unmatched end tag at byte offset {self._bytes(began)}, "
                f'expected "</{opened.tag}>", found "</{found}>"'
            )
        self._at = close + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self._length - opened.offset
        if length <= 0:
            return
        where: Entity = {"offset": opened.offset, "length": length}
        match opened.tag:
            case "a":
                inside = "".join(self._text)[opened.began :]
                url = opened.attributes.get("href") or inside
                if re.match(r"(?i)(https?|tg|ton|mailto|tel):", url):
                    self._entities.append({"type": "text_link", **where, "url": url})
            case "pre":
                self._entities.append(self._block_of_code(where))
            case "blockquote":
                kind = (
                    "expandable_blockquote" if "expandable" in opened.attributes else "blockquote"
                )
                self._entities.append({"type": kind, **where})
            case "tg-emoji":
                emoji = opened.attributes.get("emoji-id", "")
                if not emoji.isdigit():
                    raise self._refuse("Invalid custom emoji identifier specified")
                self._entities.append({"type": "custom_emoji", **where, "custom_emoji_id": emoji})
            case "code" if opened.attributes.get("class", "").startswith("language-"):
                language = opened.attributes["class"].removeprefix("language-")
                self._entities.append({"type": "code", **where, "language": language})
            case tag:
                self._entities.append({"type": PLAIN_TAGS[tag], **where})
        self._forget_language(opened)

    def _block_of_code(self, where: Entity) -> Entity:
        """`<pre><code class="language-x">` is one block with a language, not two entities."""
        inner = self._entities[-1] if self._entities else None
        same = inner is not None and all(inner[key] == where[key] for key in where)
        if inner is not None and same and inner["type"] == "code":
            self._entities.pop()
            return {**inner, "type": "pre"}
        return {"type": "pre", **where}

    def _forget_language(self, opened: _Open) -> None:
        """A language outside a block of code means nothing."""
        last = self._entities[-1] if self._entities else None
        if (
            last is not None
            and opened.tag == "code"
            and (not self._open or self._open[-1].tag != "pre")
        ):
            last.pop("language", None)

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    @staticmethod
    def _refuse(reason: str) -> Exception:
        return bad_request(f"can't parse entities: {reason}")


def _character(match: re.Match[str]) -> str:
    """The character a reference stands for, or "" where it stands for itself."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    valid = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if valid else ""
