"""What the bot sends about a code, and what it is told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

Code = Annotated[str, Field(min_length=1, max_length=64)]
TelegramId = Annotated[int, Field(gt=0, lt=2**52)]


class OfferWanted(BaseModel):
    """A chat opened a link."""

    code: Code
    telegram_id: TelegramId


class Offered(BaseModel):
    """Whose account it is, masked, and until when it may be accepted."""

    account: str
    valid_until: datetime


class LinkAccepted(BaseModel):
    """The same chat said yes."""

    code: Code
    telegram_id: TelegramId
    telegram_name: Annotated[str, Field(max_length=1000)] = ""


class Linked(BaseModel):
    """Whose account the chat said yes to; the page links it."""

    person_id: UUID
    name: str
    roles: list[str]
    locale: str
