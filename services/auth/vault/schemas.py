"""What a service asks of the vault."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field


class AccessWanted(BaseModel):
    """Access in a person's name; without `right_id` by the right that was granted last."""

    person_id: UUID
    right: Annotated[str, Field(min_length=1, max_length=100)]
    right_id: UUID | None = None


class AccessGiven(BaseModel):
    """A token for the outside system, good for `expires_in` seconds. To be kept in memory only."""

    access_token: Annotated[str, Field(repr=False)]
    expires_in: int
    right_id: UUID
