"""`/internal/rule-subjects` and the approved works of an assignment: for sync alone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from services.school.subjects import repository
from shared.identity import called_by
from shared.web import service_of

router = APIRouter(prefix="/internal", dependencies=[called_by("sync")])

MOST = 1000
MOST_ASKED = 100


class Told(BaseModel):
    """What is told is read from rows."""

    model_config = ConfigDict(from_attributes=True)


class GroupTold(Told):
    """A group of learners."""

    group_id: UUID
    title: str


class AssignmentTold(Told):
    """Something that is given to do."""

    assignment_id: UUID
    title: str


class Subjects(Told):
    """What rules may name: at most a thousand of each."""

    groups: list[GroupTold]
    assignments: list[AssignmentTold]


class WorkTold(Told):
    """An approved work."""

    submission_id: UUID
    student_id: UUID
    version: int


class Approved(Told):
    """Some approved works; `following`: ask for the next page after it, None: there is none."""

    works: list[WorkTold]
    following: UUID | None


Ids = Annotated[list[UUID] | None, Query(max_length=MOST_ASKED)]


@router.get("/rule-subjects")
async def list_subjects(
    request: Request, group_id: Ids = None, assignment_id: Ids = None
) -> Subjects:
    """All groups and assignments; where ids are given, those of them that there are."""
    is_asked = group_id is not None or assignment_id is not None
    async with service_of(request).database.acquire() as connection:
        groups = await repository.list_groups(
            connection, (group_id or []) if is_asked else None, MOST
        )
        assignments = await repository.list_assignments(
            connection, (assignment_id or []) if is_asked else None, MOST
        )
    return Subjects.model_validate({"groups": groups, "assignments": assignments})


@router.get("/assignments/{assignment_id}/approved")
async def list_approved(
    request: Request, assignment_id: UUID, after: UUID | None = None
) -> Approved:
    """The approved works of an assignment, a thousand at once; none where there is no such one."""
    async with service_of(request).database.acquire() as connection:
        works = await repository.list_approved(
            connection, assignment_id, after=after, limit=MOST + 1
        )
    following = works[MOST - 1].submission_id if len(works) > MOST else None
    return Approved.model_validate({"works": works[:MOST], "following": following})
