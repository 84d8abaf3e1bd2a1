"""How Stepik's API answers: whose token, how much it has asked, which page of which list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.oauth.programs import bearer_token
from sandbox.stepik.campus import Campus
from sandbox.stepik.oauth import Access
from sandbox.stepik.paging import NoSuchPage
from sandbox.stepik.roster import dumps
from sandbox.stepik.service import Stepik
from sandbox.world import world_of

NUMBER = re.compile("[0-9]{1,15}")
BAD_GATEWAY = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
NOT_HERE = "Not found."
MAY_NOT = "You do not have permission to perform this action."


class ApiRefused(Exception):
    """Answered as `{"detail": …}` with this status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass
class Ask:
    """One request, and who sent it."""

    request: Request
    stepik: Stepik
    token: str
    access: Access | None

    @classmethod
    def of(cls, request: Request) -> Ask:
        stepik = world_of(request).stepik
        token = bearer_token(request)
        return cls(request, stepik, token, stepik.oauth.find_access(token))

    @property
    def campus(self) -> Campus:
        return self.stepik.campus

    @property
    def has_bad_token(self) -> bool:
        return bool(self.request.headers.get("authorization")) and self.access is None

    @property
    def name(self) -> str:
        if self.access is None:
            return "nobody"
        return "program" if self.access.is_program else str(self.access.user_id)

    def text(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def number(self, name: str) -> int | None:
        """A filter by number, where there is one.

        Raises:
            ApiRefused: it is no number.
        """
        value = self.text(name)
        if not value:
            return None
        if not NUMBER.fullmatch(value):
            raise ApiRefused(400, f"{name}: enter a number.")
        return int(value)

    def known(self) -> Access:
        """Whoever asks, if that is somebody."""
        if self.access is None:
            raise ApiRefused(401, "Authentication credentials were not provided.")
        return self.access

    def teacher(self) -> Access:
        """The program, which sees the courses of its owner."""
        access = self.known()
        if not access.is_program:
            raise ApiRefused(403, MAY_NOT)
        return access


@dataclass(frozen=True)
class Collection:
    """One kind of things. An answer is always a list of them, also to a question for one."""

    plural: str
    find: Callable[[Ask, str], Any]
    """By its id as it stands in the request; None where there is none, or none for the asker."""
    select: Callable[[Ask], Sequence[Any]]
    """All that fits the filters of the request, in their order."""
    id_of: Callable[[Any], object]
    shape: Callable[[Ask, Any], bytes]
    paces_deeds: bool = False
    """Whether a page of it is one of those that waiting deeds count."""

    def get(self, ask: Ask, text: str) -> Any:
        return None if self.is_gone(ask, text) else self.find(ask, text)

    def list_all(self, ask: Ask) -> Sequence[Any]:
        rows = self.select(ask)
        if not ask.campus.gone:
            return rows
        return [one for one in rows if not self.is_gone(ask, str(self.id_of(one)))]

    def is_gone(self, ask: Ask, text: str) -> bool:
        return (self.plural, text) in ask.campus.gone


def answer_one(kind: Collection, ask: Ask) -> Response:
    """The one that the address names."""
    found = kind.get(ask, ask.request.path_params["item"])
    if found is None:
        raise ApiRefused(404, NOT_HERE)
    meta = {"page": 1, "has_next": False, "has_previous": False}
    return _answer(kind, meta, [kind.shape(ask, found)])


def answer_list(kind: Collection, ask: Ask) -> Response:
    """`ids[]` in the order of the ids, whatever the order of the question; each once."""
    ids = ask.request.query_params.getlist("ids[]")
    if ids:
        found = [kind.get(ask, text) for text in sorted(set(ids), key=_by_number)]
        rows: Sequence[Any] = [one for one in found if one is not None]
    else:
        rows = kind.list_all(ask)
    try:
        part = ask.stepik.paging.cut(rows, ask.text("page") or "1", by_ids=bool(ids))
    except NoSuchPage as error:
        raise ApiRefused(404, "Invalid page.") from error
    answer = _answer(kind, part.meta(), [kind.shape(ask, one) for one in part.rows])
    if kind.paces_deeds and not ids:
        ask.stepik.later.page_was_read()
    return answer


def reply(ask: Ask, wait_s: int | None, answer: Callable[[], Response]) -> Response:
    """Who has asked too much is told so before anything else is looked at."""
    if wait_s is not None:
        return refuse(429, wait_s)
    if ask.has_bad_token:
        refused = JSONResponse({"detail": "Invalid token."}, 401)
        refused.headers["www-authenticate"] = 'Bearer realm="api", error="invalid_token"'
        return refused
    try:
        return answer()
    except ApiRefused as error:
        return JSONResponse({"detail": error.detail}, error.status)


def refuse(status: int, retry_after: int | None) -> Response:
    """Too much was asked, or something before Stepik itself has answered: that is no JSON."""
    if retry_after is not None:
        unit = "second" if retry_after == 1 else "seconds"
        told = f"Request was throttled. Expected available in {retry_after} {unit}."
        return JSONResponse({"detail": told}, status, {"retry-after": str(retry_after)})
    if status >= 500:
        return Response(
            BAD_GATEWAY.format(f"{status} Server Error"), status, media_type="text/html"
        )
    return JSONResponse({"detail": "A server error occurred."}, status)


def _answer(kind: Collection, meta: dict[str, Any], rows: list[bytes]) -> Response:
    head = b'{"meta":' + dumps(meta) + b',"' + kind.plural.encode() + b'":['
    return Response(head + b",".join(rows) + b"]}", media_type="application/json")


def _by_number(text: str) -> tuple[int, str]:
    return (int(text), text) if NUMBER.fullmatch(text) else (0, text)
