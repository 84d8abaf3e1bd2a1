"""What a service asks for."""

from uuid import UUID

from pydantic import BaseModel


class TokenWanted(BaseModel):
    """A token toward `audience`, in a person's name or, without, in the caller's own."""

    audience: str
    person_id: UUID | None = None


class TokenGiven(BaseModel):
    """The token, good for a minute."""

    token: str
