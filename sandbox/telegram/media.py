"""Bot API: sendVoice, sendAudio, sendPhoto, sendDocument, getFile."""

from __future__ import annotations

import mimetypes
from typing import Any

from sandbox.telegram.arguments import Arguments, Upload
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import Files
from sandbox.telegram.formats import SOUNDS, find_dimensions, find_mime_type
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.posting import post
from sandbox.telegram.state import Attachment
from sandbox.telegram.wording import read_caption

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
LONGEST_SIDES = 10_000
STEEPEST_RATIO = 20
TYPES = {"voice": "VoiceNote", "audio": "Audio", "photo": "Photo", "document": "Document"}


async def send_voice(messenger: Messenger, arguments: Arguments) -> Any:
    return _send(messenger, arguments, "voice")


async def send_audio(messenger: Messenger, arguments: Arguments) -> Any:
    return _send(messenger, arguments, "audio")


async def send_photo(messenger: Messenger, arguments: Arguments) -> Any:
    return _send(messenger, arguments, "photo")


async def send_document(messenger: Messenger, arguments: Arguments) -> Any:
    return _send(messenger, arguments, "document")


async def get_file(messenger: Messenger, arguments: Arguments) -> Any:
    file = messenger.files.find(arguments.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if messenger.files.find_content(file) is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


def _send(messenger: Messenger, arguments: Arguments, kind: str) -> dict[str, Any]:
    caption = read_caption(arguments)
    upload = arguments.find_upload(kind)
    file = (
        _find_sent(messenger.files, arguments.text(kind), kind)
        if upload is None
        else keep_upload(messenger.files, upload, kind, arguments)
    )
    return post(messenger, arguments, caption, file)


def _find_sent(files: Files, file_id: str, kind: str) -> Attachment:
    """A file is sent again by its id, as what it was; nothing is fetched from an address."""
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = files.find(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {TYPES[file.kind]} as {TYPES[kind]}")
    return file


def keep_upload(files: Files, upload: Upload, kind: str, arguments: Arguments) -> Attachment:
    """A sound in a format that Telegram does not play becomes a file like any other."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    mime_type = find_mime_type(upload.content)
    if kind == "photo":
        width, height = _check_photo(upload.content)
        return files.keep(
            "photo", upload.content, mime_type or "", name=upload.name, width=width, height=height
        )
    if kind in ("voice", "audio") and mime_type in SOUNDS:
        return files.keep(
            kind,
            upload.content,
            mime_type,
            name=upload.name,
            duration=max(0, arguments.integer("duration", 0)),
            title=arguments.text("title"),
            performer=arguments.text("performer"),
        )
    guessed = mime_type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    return files.keep("document", upload.content, guessed, name=upload.name)


def _check_photo(content: bytes) -> tuple[int, int]:
    if len(content) > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST_PHOTO} bytes"
        )
    dimensions = find_dimensions(content)
    if dimensions is None or 0 in dimensions:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(dimensions) > LONGEST_SIDES or max(dimensions) > STEEPEST_RATIO * min(dimensions):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return dimensions
