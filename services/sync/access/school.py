"""What sync asks of school: what rules may name there, and whose works are approved already."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.sync.access.errors import SchoolNotAsked
from shared.log import get_log

log = get_log(__name__)

WITHIN = 5.0
"""Seconds that an administrator waits for one answer."""
SUBJECTS = "/internal/rule-subjects"
MOST_PAGES = 100
T = TypeVar("T", bound=BaseModel)


class Answer(BaseModel):
    """What school answers may have more in it later."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Group(Answer):
    """A group of learners."""

    group_id: UUID
    title: str


class Assignment(Answer):
    """Something that is given to do."""

    assignment_id: UUID
    title: str


class Subjects(Answer):
    """What rules may name."""

    groups: tuple[Group, ...] = ()
    assignments: tuple[Assignment, ...] = ()


class ApprovedWork(Answer):
    """A work that is approved, as of its version."""

    submission_id: UUID
    student_id: UUID
    version: int


class ApprovedPage(Answer):
    """Some of an assignment's approved works; `following`: where the next page begins."""

    works: tuple[ApprovedWork, ...] = ()
    following: UUID | None = None


class School:
    """school, by way of its internal addresses."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def list_subjects(self) -> Subjects:
        """What there is to choose from: at most a thousand of each.

        Raises:
            SchoolNotAsked: it does not answer, or not so that it can be understood.
        """
        return await self._ask(SUBJECTS, {}, Subjects)

    async def find_subjects(
        self, *, groups: Sequence[UUID], assignments: Sequence[UUID]
    ) -> Subjects:
        """Which of these there are; at most a hundred of each.

        Raises:
            SchoolNotAsked: as above.
        """
        asked = {"group_id": list(map(str, groups)), "assignment_id": list(map(str, assignments))}
        return await self._ask(SUBJECTS, asked, Subjects)

    async def list_approved(self, assignment_id: UUID) -> list[ApprovedWork]:
        """All approved works for an assignment.

        Raises:
            SchoolNotAsked: as above.
        """
        path = f"/internal/assignments/{assignment_id}/approved"
        works: list[ApprovedWork] = []
        after: dict[str, list[str]] = {}
        for _ in range(MOST_PAGES):
            page = await self._ask(path, after, ApprovedPage)
            works += page.works
            if page.following is None:
                break
            after = {"after": [str(page.following)]}
        return works

    async def _ask(self, path: str, params: dict[str, list[str]], kind: type[T]) -> T:
        try:
            async with asyncio.timeout(WITHIN):
                answer = await self._client.get(path, params=params)
            answer.raise_for_status()
            return kind.model_validate_json(answer.content)
        except (httpx.HTTPError, TimeoutError, ValidationError, ValueError, KeyError) as error:
            log.warning("school_not_asked", path=path, error=type(error).__name__)
            raise SchoolNotAsked from error
