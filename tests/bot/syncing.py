"""sync's doors for the bot, with a memory: videos and progress of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PUBLIC = "https://parta.example.org"
STEPIK = "https://stepik.org"


def video(number: int = 1, state: str = "open", *, public: str = PUBLIC, **facts: Any) -> Any:
    """A video as sync tells it."""
    resource_id = str(UUID(int=900 + number))
    return {
        "resource_id": resource_id,
        "title": f"Video {number}",
        "kind": "video",
        "state": state,
        "is_open": state == "open",
        "is_opening": state == "waiting",
        "opened_at": "2026-09-03T20:30:00Z" if state == "open" else None,
        "expires_at": None,
        "missing": ["pass the lesson “Loops”"] if state == "closed" else [],
        "page_url": f"{public}/sync/videos/{resource_id}",
        "app_url": f"{public}/sync/videos/app?resource={resource_id}",
        "lesson_url": f"{STEPIK}/lesson/7",
        **facts,
    }


def lesson(title: str, *videos: Any, is_passed: bool = False) -> Any:
    """A lesson with its videos."""
    url = f"{STEPIK}/lesson/7" if title else ""
    return {"title": title, "is_passed": is_passed, "url": url, "videos": list(videos)}


def module(title: str, *lessons: Any) -> Any:
    """A module with its lessons."""
    return {"title": title, "lessons": list(lessons)}


def done(title: str, passed: int, total: int, per_cent: int, **facts: Any) -> Any:
    """How far somebody is in a module; with `modules`, in a course."""
    return {"title": title, "passed": passed, "total": total, "per_cent": per_cent, **facts}


@dataclass
class Sync:
    """What it tells, and what was asked, in order."""

    modules: list[Any] = field(default_factory=list)
    courses: list[Any] = field(default_factory=list)
    is_matched: bool = True
    public: str = PUBLIC
    learned_at: str | None = "2026-09-03T20:30:00Z"
    asked: list[tuple[str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    refusal: tuple[int, dict[str, Any]] | None = None
    away: int = 0

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/internal/videos", self._videos),
                Route("/internal/progress", self._progress),
            ]
        )

    def refuse(self, status: int, title: str, advice: str = "") -> None:
        self.refusal = (status, {"error": "SyncError", "title": title, "advice": advice})

    def _note(self, what: str, request: Request) -> Response | None:
        self.asked.append((what, request.query_params["person_id"]))
        self.languages.append(request.headers["Accept-Language"])
        assert request.headers["X-Parta-Identity"] == "service-token"
        if self.away > 0:
            self.away -= 1
            return Response(status_code=500)
        if self.refusal is not None:
            status, said = self.refusal
            return JSONResponse(said, status)
        return None

    async def _videos(self, request: Request) -> Response:
        told = {
            "is_matched": self.is_matched,
            "modules": self.modules,
            "page_url": f"{self.public}/sync/videos",
            "stepik_url": f"{STEPIK}/course/67",
        }
        return self._note("videos", request) or JSONResponse(told)

    async def _progress(self, request: Request) -> Response:
        told = {
            "is_matched": self.is_matched,
            "courses": self.courses,
            "learned_at": self.learned_at,
            "page_url": f"{self.public}/sync/progress",
        }
        return self._note("progress", request) or JSONResponse(told)
