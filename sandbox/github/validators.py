"""By what an answer is known to be the one that somebody already has."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request


def validators_of(request: Request, body: bytes, modified_at: datetime | None) -> dict[str, str]:
    """As on GitHub: strong over the plain bytes, weak to whoever takes them compressed."""
    weak = "W/" if "gzip" in request.headers.get("accept-encoding", "") else ""
    found = {
        "etag": f'{weak}"{hashlib.sha256(body).hexdigest()}"',
        "cache-control": "private, max-age=60, s-maxage=60",
        "vary": "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, X-Requested-With",
    }
    if modified_at is not None:
        found["last-modified"] = format_datetime(modified_at.astimezone(UTC), usegmt=True)
    return found


def is_unchanged(
    request: Request, validators: dict[str, str], modified_at: datetime | None
) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return validators["etag"].removeprefix("W/") in tags
    since = request.headers.get("if-modified-since")
    if since is None or modified_at is None:
        return False
    try:
        return modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
