"""What the bot asks of sync: which videos a person may watch, and how far they are at Stepik."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator

from services.bot.asking import Asker, Neighbour, NeighbourAway, NeighbourRefused, Told


class SyncAway(NeighbourAway):
    """sync did not answer, or not in its right mind: the update is tried again."""


class SyncRefused(NeighbourRefused):
    """sync said no, in the reader's language."""


def _or_nothing(value: Any) -> Any:
    return "" if value is None else value


Address = Annotated[str, BeforeValidator(_or_nothing)]
"""Of a page; empty where there is none."""


class Video(Told):
    """A video or a collection as it stands for one person.

    `is_opening`: it is earned, and Boomstream has not let them in yet. `missing`: what is to be
    done for it, a sentence each, in the reader's language. `app_url`: its Mini App.
    """

    resource_id: UUID
    title: str
    kind: Literal["video", "collection"] = "video"
    is_open: bool = False
    is_opening: bool = False
    opened_at: datetime | None = None
    expires_at: datetime | None = None
    missing: tuple[str, ...] = ()
    page_url: Address = ""
    app_url: Address = ""


class Lesson(Told):
    """A lesson and its videos. `url`: at Stepik. Without a title: of videos of no lesson."""

    title: str
    is_passed: bool = False
    url: Address = ""
    videos: tuple[Video, ...] = ()


class Module(Told):
    """A module of the course. What belongs to no lesson comes in one without a title."""

    title: str
    lessons: tuple[Lesson, ...] = ()

    @property
    def videos(self) -> tuple[Video, ...]:
        """Of all its lessons, in their order."""
        return tuple(video for lesson in self.lessons for video in lesson.videos)

    @property
    def opened(self) -> int:
        """How many of them are open."""
        return sum(video.is_open for video in self.videos)


class Videos(Told):
    """All that a person may watch, or will. `is_matched`: sync knows their account at Stepik."""

    is_matched: bool = False
    modules: tuple[Module, ...] = ()
    page_url: Address = ""
    stepik_url: Address = ""


class ModuleDone(Told):
    """How many of a module's lessons are passed. `per_cent`: of its marked steps."""

    title: str
    passed: int
    total: int
    per_cent: int


class CourseDone(ModuleDone):
    """The same of a course, and of each of its modules. `url`: at Stepik."""

    url: Address = ""
    modules: tuple[ModuleDone, ...] = ()


class Progress(Told):
    """How far a person is. `learned_at`: when Stepik was last asked."""

    is_matched: bool = False
    courses: tuple[CourseDone, ...] = ()
    learned_at: datetime | None = None
    page_url: Address = ""


class SyncClient(Neighbour):
    """sync, as the bot needs it. Every method raises SyncRefused or SyncAway."""

    away = SyncAway
    refused = SyncRefused

    async def list_videos(self, asker: Asker) -> Videos:
        """What a person may watch, and what is missing for the rest."""
        return await self._ask(Videos, asker, "GET", "/internal/videos")

    async def get_progress(self, asker: Asker) -> Progress:
        """How far a person is, by course and module."""
        return await self._ask(Progress, asker, "GET", "/internal/progress")
