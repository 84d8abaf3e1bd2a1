"""The words of a message, read and measured as Telegram does."""

from __future__ import annotations

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.entities import (
    Entity,
    Formatted,
    read_html,
    read_plain,
    utf16_length,
    with_detected,
)
from sandbox.telegram.errors import bad_request

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def read_text(arguments: Arguments) -> Formatted:
    """The text of a message that is nothing else."""
    formatted = _read(arguments, "text", "entities")
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return formatted


def read_caption(arguments: Arguments) -> Formatted:
    """The words under a file; there may be none."""
    formatted = _read(arguments, "caption", "caption_entities")
    if utf16_length(formatted.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def _read(arguments: Arguments, name: str, entities: str) -> Formatted:
    """Limits are on what is shown, after the mark-up is gone."""
    source = arguments.text(name)
    match arguments.text("parse_mode").lower():
        case "html":
            formatted = read_html(source)
        case "":
            formatted = read_plain(source, _read_entities(arguments, entities))
        case other:
            raise bad_request(f"unsupported parse_mode: the sandbox reads HTML, not {other}")
    return with_detected(formatted)


def _read_entities(arguments: Arguments, name: str) -> list[Entity]:
    entities = arguments.find_objects(name) or []
    for entity in entities:
        numbers = (entity.get("offset"), entity.get("length"))
        if not isinstance(entity.get("type"), str) or not all(
            type(number) is int and number >= 0 for number in numbers
        ):
            raise bad_request("can't parse MessageEntity")
    return entities
