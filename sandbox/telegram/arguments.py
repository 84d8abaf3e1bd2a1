"""The arguments of a Bot API call, whichever of four ways they came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sandbox.telegram.errors import BotApiError, bad_request

LARGEST_JSON = 1_000_000
LARGEST_UPLOAD = 50 * 1024 * 1024
ATTACHED = "attach://"


@dataclass(frozen=True)
class Upload:
    """A file as it came in a form."""

    name: str
    content: bytes = field(repr=False)


class Arguments:
    """Each value by its name and type; a wrong one raises what Telegram would answer."""

    def __init__(
        self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None
    ) -> None:
        self._values = values
        self._uploads = uploads or {}

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """The text, "" when absent."""
        value = self._values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
        return text

    def find_integer(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int):
            return int(value)
        try:
            return int(str(value))
        except ValueError as error:
            raise bad_request(f'can\'t parse "{name}": an integer is expected') from error

    def integer(self, name: str, default: int) -> int:
        value = self.find_integer(name)
        return default if value is None else value

    def boolean(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in ("true", "1", "yes")

    def find_json(self, name: str) -> Any:
        """An object or a list: sent as JSON text in a form, as itself in a JSON body."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise bad_request(f"can't parse {name} JSON object") from error

    def find_objects(self, name: str) -> list[dict[str, Any]] | None:
        """A list of objects, or None when absent."""
        value = self.find_json(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f"can't parse {name} JSON object")
        return value

    def find_upload(self, name: str) -> Upload | None:
        """A file sent under this name, or under another that the value points to."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith(ATTACHED):
            return self._uploads.get(value.removeprefix(ATTACHED))
        return self._uploads.get(name)

    def chat_id(self) -> int:
        value = str(self._values.get("chat_id") or "")
        if not value:
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except ValueError as error:
            raise bad_request("chat not found") from error

    def find_chat_id(self) -> int | None:
        """For the log: what was asked for, if it was a number at all."""
        try:
            return int(str(self._values.get("chat_id")))
        except ValueError:
            return None


async def read_arguments(request: Request) -> Arguments:
    """Query, urlencoded or multipart form, and JSON, as the Bot API takes them."""
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json":
        values.update(_object(await request.body()))
    elif request.method == "POST" and content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        try:
            async with request.form() as form:
                files, texts = _parted(form)
                values.update(texts)
                uploads = {name: await _upload(file) for name, file in files.items()}
        except HTTPException as error:
            raise bad_request("can't parse the form") from error
    return Arguments(values, uploads)


def _parted(form: FormData) -> tuple[dict[str, UploadFile], dict[str, str]]:
    files: dict[str, UploadFile] = {}
    texts: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts[name] = value
    if sum(file.size or 0 for file in files.values()) > LARGEST_UPLOAD:
        raise BotApiError(413, "Request Entity Too Large")
    return files, texts


async def _upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "", await file.read())


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if len(body) <= LARGEST_JSON else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise bad_request("object expected as JSON body")
    return value
