"""What the bot sends and is told."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.school import SubmissionStatus

May = Literal["send", "take_back", "approve", "return"]


class Asked(BaseModel):
    """A body that the bot sends: in whose name, and what."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    person_id: UUID


class LinkGiven(Asked):
    """A link to a pull request, of which is asked what it may be for."""

    pull_url: str = Field(max_length=1000)


class Sending(LinkGiven):
    """The link of a work."""

    assignment_id: UUID
    group_id: UUID


class Decided(Asked):
    """A curator's word. `version`: the one of the work that they were shown."""

    decision: Literal["approved", "correction"]
    comment: str = Field(default="", max_length=5000)
    version: int | None = None


class TakenBack(Asked):
    """A student's wish. `version`: the one of the work that they were shown."""

    version: int | None = None


class Work(BaseModel):
    """A work as one person may see it."""

    submission_id: UUID | None
    assignment_id: UUID | None
    group_id: UUID | None
    version: int
    title: str
    status: SubmissionStatus
    pull_url: str | None
    student_name: str
    curator_name: str
    sent_at: datetime | None
    changed_at: datetime | None
    due_on: date | None
    trouble: str | None
    is_checked: bool
    page_url: str
    may: list[May]


class WorkList(BaseModel):
    """A person's works as student, and those that wait for their review."""

    own: list[Work]
    to_review: list[Work]
    own_total: int
    to_review_total: int


class Choice(BaseModel):
    """An assignment that a link could be sent for."""

    assignment_id: UUID
    group_id: UUID
    title: str
    week: int
    status: SubmissionStatus
    due_on: date | None


class Choices(BaseModel):
    """The best guess first."""

    choices: list[Choice]


class PlaceOfChats(BaseModel):
    """What a group chat can be linked to; a team names its stream as well."""

    place: Literal["course", "stream", "team"]
    place_id: UUID
    name: str
    stream_id: UUID | None


class Places(BaseModel):
    """All such places."""

    places: list[PlaceOfChats]
