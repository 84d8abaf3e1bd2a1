"""Small true files: a picture with a size, a sound that plays."""

from __future__ import annotations

import struct
import zlib

# MPEG 1 layer III, 128 kbit/s, 44.1 kHz: a frame of silence is 26 ms long.
FRAME = b"\xff\xfb\x90\x64" + b"\0" * 413
OGG = b"OggS" + b"\0" * 60


def mp3(frames: int = 40) -> bytes:
    return FRAME * frames


def png(width: int, height: int) -> bytes:
    rows = b"".join(b"\0" + b"\x2f\x6f\x5e" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def jpeg(width: int, height: int) -> bytes:
    """Its head alone, which says how large it is."""
    table = b"\xff\xdb" + struct.pack(">H", 67) + b"\0" * 65
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8" + table + frame


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
