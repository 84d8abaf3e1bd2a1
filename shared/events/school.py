"""What school tells: its own records."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events.contract import Event

SubmissionStatus = Literal["available", "execution", "review", "correction", "approved"]


class SubmissionChanged(Event):
    """A submission moved to another status. `version` counts its changes from 1."""

    type = "school.submission.changed.v1"
    listeners = ("bot",)
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

    def key(self) -> str:
        """The submission."""
        return str(self.submission_id)
