"""What is seen, in words and links for one reader: the same for pages, the Mini App and the bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.sync.access.looking import Standing
from services.sync.access.wording import describe_missing
from services.sync.settings import SyncSettings
from services.sync.stepik.progress import Lesson, Progress
from services.sync.videos.schemas import (
    CourseProgress,
    LessonProgress,
    LessonTold,
    ModuleProgress,
    ModuleTold,
    ProgressTold,
    State,
    VideosTold,
    VideoTold,
    Why,
)
from services.sync.videos.service import Learned, Seen
from shared.texts import Texts

MOST_MISSING = 20
"""Lines about one video; rules that want more are told by their first."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of ours and of Stepik's."""

    public_url: str
    stepik_url: str
    course_ids: tuple[int, ...]

    @classmethod
    def of(cls, settings: SyncSettings) -> "Links":
        """Those that the settings name."""
        return cls(settings.public_url, settings.stepik_url, settings.stepik_course_id)

    @property
    def videos(self) -> str:
        """All videos of the reader."""
        return f"{self.public_url}/sync/videos"

    @property
    def progress(self) -> str:
        """The reader's progress."""
        return f"{self.public_url}/sync/progress"

    @property
    def stepik(self) -> str:
        """The school's course, or Stepik itself where there are several."""
        return self.course(self.course_ids[0]) if len(self.course_ids) == 1 else self.stepik_url

    def video(self, resource_id: UUID) -> str:
        """A video's page."""
        return f"{self.videos}/{resource_id}"

    def app(self, resource_id: UUID) -> str:
        """The same in a chat."""
        return f"{self.videos}/app?resource={resource_id}"

    def course(self, course_id: int) -> str:
        """A course at Stepik."""
        return f"{self.stepik_url}/course/{course_id}"

    def lesson(self, lesson_id: int | None) -> str:
        """A lesson at Stepik; nothing where there is none."""
        return f"{self.stepik_url}/lesson/{lesson_id}" if lesson_id is not None else ""


def tell_video(standing: Standing, texts: Texts, links: Links, *, reason: str = "") -> VideoTold:
    """One video. `reason`: an operator's, where they closed it and it is known."""
    resource = standing.resource
    state = _state(standing)
    why = _why(standing) if state == "closed" else None
    return VideoTold(
        resource_id=resource.resource_id,
        title=resource.title,
        kind=resource.kind,
        state=state,
        why=why,
        is_open=standing.is_open,
        is_opening=standing.is_opening,
        opened_at=standing.opened_at,
        expires_at=standing.expires_at,
        missing=tuple(_missing(standing, why, texts, reason)) if why else (),
        page_url=links.video(resource.resource_id),
        app_url=links.app(resource.resource_id),
        lesson_url=links.lesson(resource.lesson_id),
    )


def _state(standing: Standing) -> State:
    if standing.is_open:
        return "open"
    return "waiting" if standing.is_opening else "closed"


def _why(standing: Standing) -> Why:
    if standing.is_denied:
        return "denied"
    return "over" if standing.expires_at is not None else "missing"


def _missing(standing: Standing, why: Why, texts: Texts, reason: str) -> Sequence[str]:
    if why == "denied" and reason:
        return [texts("The school has closed it for you: {reason}", reason=reason)]
    if why == "denied":
        return [texts("The school has closed it for you.")]
    if why == "over":
        return [texts("The time in which you could watch it is over.")]
    return [describe_missing(texts, one) for one in standing.missing[:MOST_MISSING]]


def tell_videos(seen: Seen, texts: Texts, links: Links) -> VideosTold:
    """All of a person's videos."""
    modules = tuple(
        ModuleTold(
            title=module.title,
            lessons=tuple(
                LessonTold(
                    title=lesson.title,
                    is_passed=lesson.is_passed,
                    url=links.lesson(lesson.lesson_id),
                    videos=tuple(tell_video(one, texts, links) for one in lesson.videos),
                )
                for lesson in module.lessons
            ),
        )
        for module in seen.modules
    )
    waits = any(
        video.is_opening
        for module in modules
        for lesson in module.lessons
        for video in lesson.videos
    )
    return VideosTold(
        is_matched=seen.learned.is_matched,
        state="waiting" if waits else "settled",
        modules=modules,
        page_url=links.videos,
        stepik_url=links.stepik,
    )


def tell_progress(known: Learned, links: Links) -> ProgressTold:
    """A person's progress."""
    told_at = [one.learned_at for one in known.progress if one.learned_at is not None]
    return ProgressTold(
        is_matched=known.is_matched,
        courses=tuple(_course(one, links) for one in known.progress),
        learned_at=min(told_at, default=None),
        page_url=links.progress,
        stepik_url=links.stepik,
    )


def _course(progress: Progress, links: Links) -> CourseProgress:
    return CourseProgress(
        title=progress.course.title,
        passed=progress.lessons_passed,
        total=_total(progress.lessons),
        per_cent=progress.per_cent,
        url=links.course(progress.course.course_id),
        modules=tuple(
            ModuleProgress(
                title=module.title,
                passed=module.lessons_passed,
                total=_total(module.lessons),
                per_cent=module.per_cent,
                lessons=tuple(
                    LessonProgress(
                        title=lesson.title,
                        url=links.lesson(lesson.lesson_id),
                        is_passed=lesson.passed_at is not None,
                        is_theory=lesson.marked_steps == 0,
                    )
                    for lesson in module.lessons
                ),
            )
            for module in progress.modules
        ),
    )


def _total(lessons: Sequence[Lesson]) -> int:
    """Those that can be passed; theory alone cannot, save where somebody did all the same."""
    return sum(bool(lesson.marked_steps or lesson.passed_at) for lesson in lessons)
