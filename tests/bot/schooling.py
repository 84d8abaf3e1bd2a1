"""school's doors for the bot, with a memory: works that are sent, taken back and decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PULL = "https://github.com/parta-student/library/pull/7"
ASSIGNMENT_ID, GROUP_ID, WORK_ID = UUID(int=500), UUID(int=600), UUID(int=77)
COURSE_ID, STREAM_ID = UUID(int=800), UUID(int=801)


def work(status: str = "review", **facts: Any) -> dict[str, Any]:
    """A work as school tells it."""
    may = {
        "available": ["send"],
        "execution": ["send"],
        "review": ["take_back", "approve", "return"],
        "correction": ["send", "approve"],
        "approved": ["return"],
    }
    return {
        "submission_id": None if status == "available" else str(WORK_ID),
        "assignment_id": str(ASSIGNMENT_ID),
        "group_id": str(GROUP_ID),
        "version": 1,
        "title": "Search by author",
        "status": status,
        "pull_url": None if status in ("available", "execution") else PULL,
        "student_name": "Vera",
        "curator_name": "Carl",
        "sent_at": None,
        "changed_at": "2026-09-01T12:00:00Z",
        "due_on": "2026-09-08",
        "trouble": None,
        "page_url": "https://parta.example.org/school/submissions/77",
        "may": may[status],
        **facts,
    }


def choice(number: int = 0, **facts: Any) -> dict[str, Any]:
    """An assignment that a link could be sent for."""
    return {
        "assignment_id": str(UUID(int=ASSIGNMENT_ID.int + number)),
        "group_id": str(GROUP_ID),
        "title": f"Task {number}",
        "week": 1,
        "status": "execution",
        "due_on": "2026-09-08",
        **facts,
    }


@dataclass
class School:
    """Its one work by its number, lists, choices and places; what was asked, in order."""

    works: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: list[dict[str, Any]] = field(default_factory=list)
    to_review: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    refusals: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    away: int = 0
    before: Callable[[str], None] | None = None
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/internal/works", self._list),
                Route("/internal/places", self._places),
                Route("/internal/works/choices", self._choices, methods=["POST"]),
                Route("/internal/works/send", self._send, methods=["POST"]),
                Route("/internal/works/{work_id}", self._show),
                Route("/internal/works/{work_id}/take-back", self._take_back, methods=["POST"]),
                Route("/internal/works/{work_id}/decision", self._decide, methods=["POST"]),
            ]
        )

    def add(self, one: dict[str, Any]) -> dict[str, Any]:
        """A work that is known by its number."""
        self.works[one["submission_id"]] = one
        return one

    def refuse(self, what: str, status: int, title: str, advice: str = "") -> None:
        said = {"error": "SchoolError", "detail": title, "title": title, "advice": advice}
        self.refusals[what] = (status, said)

    def commands(self) -> list[tuple[str, dict[str, Any], str | None]]:
        """What changed something, or was to."""
        return [one for one in self.asked if one[0] in ("send", "take-back", "decision")]

    async def _note(self, what: str, request: Request) -> tuple[dict[str, Any], Response | None]:
        body = json.loads(await request.body() or b"{}") or dict(request.query_params)
        key = request.headers.get("Idempotency-Key")
        self.asked.append((what, body, key))
        self.languages.append(request.headers["Accept-Language"])
        assert request.headers["X-Parta-Identity"] == "service-token"
        if self.before is not None:
            self.before(what)
        if self.away > 0:
            self.away -= 1
            return body, Response(status_code=500)
        if key is not None and key in self._answers:
            return body, JSONResponse(self._answers[key])
        if what in self.refusals:
            status, said = self.refusals[what]
            return body, JSONResponse(said, status)
        return body, None

    def _done(self, key: str | None, answer: dict[str, Any]) -> Response:
        if key is not None:
            self._answers[key] = answer
        return JSONResponse(answer)

    async def _list(self, request: Request) -> Response:
        _, early = await self._note("list", request)
        told = {
            "own": self.own[:30],
            "to_review": self.to_review[:30],
            "own_total": len(self.own),
            "to_review_total": len(self.to_review),
        }
        return early or JSONResponse(told)

    async def _places(self, request: Request) -> Response:
        _, early = await self._note("places", request)
        return early or JSONResponse({"places": self.places})

    async def _choices(self, request: Request) -> Response:
        _, early = await self._note("choices", request)
        return early or JSONResponse({"choices": self.choices})

    async def _show(self, request: Request) -> Response:
        _, early = await self._note("show", request)
        found = self.works.get(request.path_params["work_id"])
        title = "There is no such work"
        return early or JSONResponse(
            found or {"error": "SubmissionNotFound", "detail": title}, 200 if found else 404
        )

    async def _send(self, request: Request) -> Response:
        body, early = await self._note("send", request)
        if early is not None:
            return early
        facts = {name: body[name] for name in ("assignment_id", "group_id", "pull_url")}
        return self._done(request.headers.get("Idempotency-Key"), self.add(work("review", **facts)))

    async def _take_back(self, request: Request) -> Response:
        body, early = await self._note("take-back", request)
        return early or self._move(request, "execution", body["version"])

    async def _decide(self, request: Request) -> Response:
        body, early = await self._note("decision", request)
        return early or self._move(request, body["decision"], body["version"])

    def _move(self, request: Request, status: str, version: int) -> Response:
        """What was chosen in view of what is past is refused."""
        found = self.works.get(request.path_params["work_id"])
        if found is None:
            detail = "There is no such work"
            return JSONResponse({"error": "SubmissionNotFound", "detail": detail}, 404)
        if found["version"] != version:
            detail = "The work has changed meanwhile"
            return JSONResponse({"error": "WorkMoved", "detail": detail}, 409)
        facts = {"pull_url": found["pull_url"], "version": version + 1}
        moved = self.add({**work(status), **facts})
        return self._done(request.headers.get("Idempotency-Key"), moved)
