"""What pages, the Mini App and the bot are told of videos and progress."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

State = Literal["open", "waiting", "closed"]
Why = Literal["missing", "denied", "over"]


class VideoTold(BaseModel):
    """A video or a collection as it stands for one person.

    state: waiting while Boomstream is yet to confirm. why: of one that is closed. `missing`: what
    would open it, or who closed it, in the reader's language. `app_url`: for a button of the chat
    that opens a Mini App.
    """

    resource_id: UUID
    title: str
    kind: Literal["video", "collection"]
    state: State
    why: Why | None
    is_open: bool
    is_opening: bool
    opened_at: datetime | None
    expires_at: datetime | None
    missing: tuple[str, ...]
    page_url: str
    app_url: str
    lesson_url: str


class LessonTold(BaseModel):
    """A lesson with its videos; without a title: those that belong to none."""

    title: str
    is_passed: bool
    url: str
    videos: tuple[VideoTold, ...]


class ModuleTold(BaseModel):
    """A module with its lessons that have videos."""

    title: str
    lessons: tuple[LessonTold, ...]


class VideosTold(BaseModel):
    """A person's videos. state: waiting while one of them is being opened."""

    is_matched: bool
    state: Literal["waiting", "settled"]
    modules: tuple[ModuleTold, ...]
    page_url: str
    stepik_url: str


class LessonProgress(BaseModel):
    """A lesson of a course. One that nothing is marked in is theory alone."""

    title: str
    url: str
    is_passed: bool
    is_theory: bool


class ModuleProgress(BaseModel):
    """How many lessons of a module are passed, and what part of its marked steps."""

    title: str
    passed: int
    total: int
    per_cent: int
    lessons: tuple[LessonProgress, ...]


class CourseProgress(BaseModel):
    """The same of a course."""

    title: str
    passed: int
    total: int
    per_cent: int
    url: str
    modules: tuple[ModuleProgress, ...]


class ProgressTold(BaseModel):
    """A person's progress. `learned_at`: as old as the oldest of it."""

    is_matched: bool
    courses: tuple[CourseProgress, ...]
    learned_at: datetime | None
    page_url: str
    stepik_url: str


class PlayerTold(BaseModel):
    """Where a person's own player is."""

    player: str
