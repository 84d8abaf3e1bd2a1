"""What a file is, by its first bytes."""

from __future__ import annotations

import struct

SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4")
_PNG = b"\x89PNG\r\n\x1a\n"
_STANDALONE = (0x01, *range(0xD0, 0xDA))
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def find_mime_type(content: bytes) -> str | None:
    """One of the formats that Telegram shows as more than a file; None for all others."""
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content.startswith(b"ID3") or (len(content) > 1 and _is_mpeg_frame(content)):
        return "audio/mpeg"
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return None


def find_dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or a JPEG; None for what is no picture, or a broken one."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
            return width, height
        if content.startswith(b"\xff\xd8"):
            return _jpeg_dimensions(content)
    except struct.error:
        pass
    return None


def _is_mpeg_frame(content: bytes) -> bool:
    """Eleven bits of ones, and a layer that is not the reserved one."""
    return content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 != 0


def _jpeg_dimensions(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 1 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker in _STANDALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    return None
