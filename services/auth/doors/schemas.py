"""What the bot asks for when somebody writes /login."""

from typing import Annotated

from pydantic import BaseModel, Field


class DoorWanted(BaseModel):
    """A door for whose chat this is."""

    telegram_id: Annotated[int, Field(gt=0, lt=2**52)]


class DoorMade(BaseModel):
    """Its path below `PUBLIC_URL`, and for how long it is there."""

    path: str
    valid_seconds: int
