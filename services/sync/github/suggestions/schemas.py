"""Suggestions, as the field asks for them."""

from typing import Literal

from pydantic import BaseModel


class Suggestion(BaseModel):
    """An address to put into the field, and what it is called."""

    url: str
    title: str


class Suggestions(BaseModel):
    """`complete` is false while more is being fetched: ask again in two seconds."""

    items: list[Suggestion] = []
    complete: bool = True
    reason: Literal["github_not_linked"] | None = None
