"""What school tells: its own records."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared.events.contract import Event

SubmissionStatus = Literal["available", "execution", "review", "correction", "approved"]


Trouble = Literal["gone", "blocked", "found"]
"""What became of a work's pull request: gone (404, or made private), blocked by law (451), found
again."""


class SubmissionChanged(Event):
    """A submission moved to another status, or its pull request got into trouble or out of it.

    `version` counts its changes from 1. With `trouble` the status is what it was. `pull_url` is
    empty until a link was sent.
    """

    type = "school.submission.changed.v1"
    listeners = ("sync", "bot")
    keyed_by = "the submission"

    submission_id: UUID
    version: int
    status: SubmissionStatus
    was: SubmissionStatus | None = None
    title: str
    pull_url: str
    student_id: UUID
    student_name: str = ""
    curator_id: UUID
    review_url: str | None = None
    comment: str | None = None
    changed_at: datetime
    assignment_id: UUID | None = None
    group_id: UUID | None = None
    curator_name: str = ""
    trouble: Trouble | None = None
    page_url: str | None = None

    def key(self) -> str:
        """The submission."""
        return str(self.submission_id)


class WeekOpened(Event):
    """A week of a stream's program may be seen from now on. Told once for each stream and week."""

    type = "school.week.opened.v1"
    listeners = ("bot",)
    keyed_by = "the stream"

    stream_id: UUID
    version: int
    """The week's number."""
    course_id: UUID
    course: str
    title: str
    assignments: tuple[str, ...] = ()
    page_url: str
    opened_on: date

    def key(self) -> str:
        """The stream."""
        return str(self.stream_id)


class GroupChanged(Event):
    """A group of learners stands so now, whole: a listener keeps the newest version.

    `title`: its name with those of its stream and course.
    """

    type = "school.group.changed.v1"
    listeners = ("sync",)
    keyed_by = "the group"

    group_id: UUID
    version: int
    title: str
    member_ids: tuple[UUID, ...] = ()
    deleted: bool = False

    def key(self) -> str:
        """The group."""
        return str(self.group_id)
