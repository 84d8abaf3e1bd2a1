"""What a service asks for, and what it is told."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

MOST = 100


class EmailsWanted(BaseModel):
    """Whose addresses are wanted, a hundred at most."""

    person_ids: Annotated[list[UUID], Field(max_length=MOST)]


class EmailsTold(BaseModel):
    """By person; who has none that is proved, or is not here, is not named."""

    emails: dict[UUID, str]
