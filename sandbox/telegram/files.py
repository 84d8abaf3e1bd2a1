"""Files that were sent: what is known of each, and its bytes while there is room for them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import Any

from sandbox.telegram.arguments import LARGEST_UPLOAD
from sandbox.telegram.state import FILES_KEPT, Attachment, TelegramState

ROOM = LARGEST_UPLOAD
FOLDERS = {"voice": "voice", "audio": "music", "photo": "photos", "document": "documents"}
ENDINGS = {
    "audio/ogg": "oga",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "image/png": "png",
    "image/jpeg": "jpg",
}


class Files:
    """A file is known for good; its bytes are in memory alone, the oldest of them go first."""

    def __init__(self, state: TelegramState) -> None:
        self._state = state
        self._contents: dict[str, bytes] = {}
        self._size = 0

    def keep(self, kind: str, content: bytes, mime_type: str, **facts: Any) -> Attachment:
        unique_id = hashlib.sha256(content).hexdigest()[:16]
        ending = ENDINGS.get(mime_type, "bin")
        file = Attachment(
            file_id=secrets.token_urlsafe(24),
            file_unique_id=unique_id,
            kind=kind,
            path=f"{FOLDERS[kind]}/file_{unique_id}.{ending}",
            size=len(content),
            mime_type=mime_type,
            **facts,
        )
        self._state.files[file.file_id] = file
        while len(self._state.files) > FILES_KEPT:
            del self._state.files[next(iter(self._state.files))]
        self._put(file.path, content)
        return file

    def find(self, file_id: str) -> Attachment | None:
        """A copy, as each message has its own."""
        file = self._state.files.get(file_id)
        return replace(file) if file else None

    def find_at(self, path: str) -> Attachment | None:
        files = reversed(self._state.files.values())
        return next((file for file in files if file.path == path), None)

    def find_content(self, file: Attachment) -> bytes | None:
        """None when there was no room for it any more, or since the sandbox was started anew."""
        return self._contents.get(file.path)

    def _put(self, path: str, content: bytes) -> None:
        """The newest is last, also when it was there before."""
        self._size += len(content) - len(self._contents.pop(path, b""))
        self._contents[path] = content
        while self._size > ROOM:
            self._size -= len(self._contents.pop(next(iter(self._contents))))


def shown_file(file: Attachment) -> dict[str, Any]:
    """As the Bot API shows it in a message; a photo has sizes, of which there is one here."""
    shown: dict[str, Any] = {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.size,
    }
    if file.kind == "photo":
        return {"photo": [{**shown, "width": file.width, "height": file.height}]}
    shown["mime_type"] = file.mime_type
    if file.kind in ("voice", "audio"):
        shown["duration"] = file.duration
    if file.kind == "audio":
        shown |= {"title": file.title, "performer": file.performer}
    if file.kind != "voice" and file.name:
        shown["file_name"] = file.name
    return {file.kind: {key: value for key, value in shown.items() if value != ""}}
