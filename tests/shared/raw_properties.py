"""Properties of AMQP as bytes, so that they can be what no library would send."""

import struct

from aiormq import spec

NAMES = (
    "content_type",
    "content_encoding",
    "headers",
    "delivery_mode",
    "priority",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "timestamp",
    "type",
    "user_id",
    "app_id",
)
"""In the order in which they stand; each has a flag, from the highest bit down."""


class RawProperties(spec.Basic.Properties):
    """What goes out is what was given, byte by byte."""

    def __init__(self, properties: dict[str, bytes]) -> None:
        super().__init__(message_id="not looked at")
        flags = sum(1 << (15 - NAMES.index(name)) for name in properties)
        values = (properties[name] for name in NAMES if name in properties)
        self._raw = struct.pack(">H", flags) + b"".join(values)

    def marshal(self) -> bytes:
        return self._raw


def short(value: str | bytes) -> bytes:
    """A short text, or what stands in its place."""
    raw = value.encode() if isinstance(value, str) else value
    return bytes([len(raw)]) + raw


def shorts(*values: str | bytes) -> list[bytes]:
    """Several of them, to choose from."""
    return [short(value) for value in values]


def sized(raw: bytes) -> bytes:
    """Bytes with their length before them."""
    return struct.pack(">I", len(raw)) + raw


def table(items: dict[bytes, bytes]) -> bytes:
    """Headers: each value with the letter of its type before it."""
    return sized(b"".join(short(name) + value for name, value in items.items()))


def moment(seconds: int) -> bytes:
    """A time stamp."""
    return struct.pack(">Q", seconds)
