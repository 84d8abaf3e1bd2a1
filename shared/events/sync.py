"""What sync tells: facts of outside systems, as it learned them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.contract import Event


class PullChanged(Event):
    """A pull request was opened, pushed to, closed, merged or reopened, as of `updated_at`."""

    type = "sync.pull.changed.v1"
    listeners = ("school",)
    keyed_by = "the pull request: GitHub's repository id and the number"

    repository_id: int
    repository: str
    number: int
    url: str
    title: str
    author_id: int
    state: Literal["open", "closed", "merged"]
    draft: bool = False
    head_sha: str
    updated_at: datetime

    def key(self) -> str:
        """The pull request."""
        return f"github:{self.repository_id}#{self.number}"


class ReviewFound(Event):
    """A review of a pull request stands so now.

    Told once for each (review_id, state, submitted_at), whatever way and however often it was
    learned. `commit_id` is the commit that the reviewer looked at; it counts only while that is
    the head.
    """

    type = "sync.review.found.v1"
    listeners = ("school",)
    keyed_by = "the pull request: GitHub's repository id and the number"

    review_id: int
    state: Literal["approved", "changes_requested", "commented", "dismissed"]
    reviewer_id: int
    reviewer_login: str
    commit_id: str
    submitted_at: datetime
    url: str
    repository_id: int
    repository: str
    number: int
    pull_url: str

    def key(self) -> str:
        """The pull request."""
        return f"github:{self.repository_id}#{self.number}"


class PullLost(Event):
    """A pull request that somebody waits for cannot be seen (any more).

    gone: GitHub says 404, for it was deleted, made private, or never was. blocked: 451.
    `repository_id` is 0 where it was never seen. `PullChanged` of the same place, later, ends it.
    """

    type = "sync.pull.lost.v1"
    listeners = ("school",)
    keyed_by = "the pull request; where it was never seen, its repository's name and the number"

    repository_id: int = 0
    repository: str
    number: int
    reason: Literal["gone", "blocked"]
    lost_at: datetime

    def key(self) -> str:
        """The pull request, or the place where it was looked for."""
        return f"github:{self.repository_id or self.repository.lower()}#{self.number}"


class PassedLesson(BaseModel):
    """A lesson of Stepik, all of whose marked steps are passed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lesson_id: int
    title: str


class ProgressChanged(Event):
    """A person has passed lessons at Stepik that they had not passed when it was last asked.

    What they had passed before they were matched with their account there is not told. `version`
    counts the passes over the course. At most a hundred lessons are named, `lessons_passed` counts
    all.
    """

    type = "sync.progress.changed.v1"
    listeners = ()
    keyed_by = "the person's progress in the course"

    person_id: UUID
    course_id: int
    course: str
    version: int
    passed: tuple[PassedLesson, ...]
    lessons_passed: int
    lessons: int
    changed_at: datetime

    def key(self) -> str:
        """The person's progress in the course."""
        return f"progress:{self.person_id}:{self.course_id}"


class OpenedResource(BaseModel):
    """A video or a collection that somebody may watch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    resource_id: UUID
    title: str


class AccessOpened(Event):
    """Boomstream lets a person watch what it did not: what one look at the rules came to.

    `version` counts what was told of this person's access. At most fifty are named, `opened` counts
    all. `lesson`: what was passed for it, where it was one lesson.
    """

    type = "sync.access.opened.v1"
    listeners = ("bot",)
    keyed_by = "the person's access"

    person_id: UUID
    version: int
    resources: tuple[OpenedResource, ...]
    opened: int
    lesson: str = ""
    page_url: str
    opened_at: datetime

    def key(self) -> str:
        """The person's access."""
        return f"access:{self.person_id}"


class AccessClosed(Event):
    """An operator took a resource back from a person, and said why."""

    type = "sync.access.closed.v1"
    listeners = ("bot",)
    keyed_by = "the person's access"

    person_id: UUID
    version: int
    resource_id: UUID
    title: str
    reason: str
    page_url: str
    closed_at: datetime

    def key(self) -> str:
        """The person's access."""
        return f"access:{self.person_id}"
