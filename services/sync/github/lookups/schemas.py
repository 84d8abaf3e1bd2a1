"""What school asks about pull requests, and what it is told."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from services.sync.github.payloads import PullState
from services.sync.github.place import REPOSITORY
from services.sync.github.repository import PullRow


def _is_repository(value: str) -> str:
    if not REPOSITORY.fullmatch(value):
        raise ValueError("must be owner/name")
    return value


RepositoryName = Annotated[str, Field(max_length=200), AfterValidator(_is_repository)]
Number = Annotated[int, Field(gt=0, lt=2**31)]


class PullAsked(BaseModel):
    """Which pull request is to be looked at."""

    repository: RepositoryName
    number: Number


class PullTold(BaseModel):
    """A pull request as it stands."""

    repository_id: int
    repository: str
    number: int
    url: str
    title: str
    author_id: int
    author_login: str
    state: PullState
    draft: bool
    head_sha: str

    @classmethod
    def of(cls, row: PullRow) -> "PullTold":
        """The row in words."""
        return cls.model_validate(row, from_attributes=True)
