"""How a script door takes a body: JSON of a known shape, or one sentence of refusal."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from sandbox.errors import Refused

LARGEST_BODY = 30 * 1024 * 1024


class Body(BaseModel):
    """Strict, and nothing beside what the door knows: a typing mistake must not pass as a wish."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


B = TypeVar("B", bound=Body)


async def read_body(request: Request, shape: type[B]) -> B:
    _refuse_other_sites(request)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise Refused(413, "the body is too large")
    try:
        return shape.model_validate_json(bytes(content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(400, f"{where}: {first['msg']}" if where else first["msg"]) from error


def read_integer(request: Request, name: str, default: int | None = None) -> int:
    value = request.query_params.get(name)
    if value is None and default is not None:
        return default
    try:
        return int(value or "")
    except ValueError as error:
        raise Refused(400, f"{name} must be an integer") from error


def _refuse_other_sites(request: Request) -> None:
    """A page of another site in the same browser could otherwise write here."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(403, "another site may not write here")
