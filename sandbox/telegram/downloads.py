"""The bytes of files: for the bot by its token, for the page by a link."""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.errors import Refused
from sandbox.faults import answer_with
from sandbox.telegram.media import LARGEST_DOWNLOAD
from sandbox.telegram.state import Attachment
from sandbox.world import World, world_of

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
# What somebody uploaded is never a page of the sandbox itself.
_HARMLESS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
}


def link_to(file: Attachment) -> str:
    return f"/telegram/files/{file.path}"


async def download(request: Request) -> Response:
    """The Bot API's own: `/telegram/file/bot<token>/<file_path>`."""
    world = world_of(request)
    token = request.path_params["token"].encode()
    if not hmac.compare_digest(token, world.settings.telegram_bot_token.encode()):
        return _refuse(401, None)

    async def answer() -> Response:
        found = _find(world, request)
        if found is None or found[0].size > LARGEST_DOWNLOAD:
            return _refuse(404, None)
        return Response(found[1], media_type="application/octet-stream")

    response = await answer_with(world.faults.take("telegram", "file"), answer, _refuse)
    world.counts.add("telegram", "file", costs=False)
    return response


async def show(request: Request) -> Response:
    """For a person's browser, which asks for parts of what it plays."""
    found = _find(world_of(request), request)
    if found is None:
        raise Refused(404, "no such file, or no more")
    file, content = found
    headers = dict(_HARMLESS)
    if file.kind == "document":
        headers["content-disposition"] = "attachment"
    start, end = _part(request.headers.get("range"), len(content))
    if (start, end) == (0, len(content)):
        return Response(content, media_type=file.mime_type, headers=headers)
    headers["content-range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return Response(content[start:end], 206, headers, file.mime_type)


def _find(world: World, request: Request) -> tuple[Attachment, bytes] | None:
    files = world.messenger.files
    file = files.find_at(request.path_params["path"])
    content = files.find_content(file) if file else None
    return (file, content) if file and content is not None else None


def _part(asked: str | None, size: int) -> tuple[int, int]:
    """From where to where; the whole when the wish is not understood or cannot be met."""
    match = _RANGE.fullmatch(asked or "")
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return (start, end) if start < end else (0, size)


def _refuse(status: int, retry_after: int | None) -> Response:
    status = 429 if retry_after is not None else status
    known = any(status == one.value for one in HTTPStatus)
    description = HTTPStatus(status).phrase if known else "Unknown"
    body = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body, status)


DOWNLOADS = [
    Route("/telegram/file/bot{token}/{path:path}", download),
    Route("/telegram/files/{path:path}", show),
]
