"""What a service asks of the vault."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr


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


class MailboxTold(BaseModel):
    """How a person opens a mailbox of theirs, as they entered it."""

    person_id: UUID
    host: Annotated[str, Field(min_length=1, max_length=253)]
    user: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class MailboxKept(BaseModel):
    """By which right its password is asked for."""

    right_id: UUID


class MailboxWanted(BaseModel):
    """A person's mailbox, by its right."""

    person_id: UUID
    right_id: UUID


class MailboxOpened(BaseModel):
    """The password, for one connect. To be kept in memory only."""

    password: Annotated[str, Field(repr=False)]


class MailboxRefused(BaseModel):
    """Whether the right ended with that; False: it had ended before."""

    ended: bool
