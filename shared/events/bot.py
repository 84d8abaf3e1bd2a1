"""What the bot tells: what people told it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events.contract import Event


class FeedbackGiven(Event):
    """Somebody wrote to the administrators. It is told once and never changed: `version` is 1."""

    type = "bot.feedback.given.v1"
    listeners = ("bot",)
    keyed_by = "the feedback"

    feedback_id: UUID
    version: int = 1
    person_id: UUID
    name: str
    username: str | None = None
    topic: str
    text: str
    given_at: datetime
    page_url: str | None = None

    def key(self) -> str:
        """The feedback."""
        return str(self.feedback_id)


class ChatLinked(Event):
    """A group chat was linked to a course, a stream or a team, or is so no more."""

    type = "bot.chat.linked.v1"
    listeners = ("school",)
    keyed_by = "the place that the chat is linked to"

    place: Literal["course", "stream", "team"]
    place_id: UUID
    version: int
    chat_id: int
    title: str
    url: str | None = None
    """How one joins it, where the bot may know that."""
    linked: bool = True
    linked_at: datetime

    def key(self) -> str:
        """The place."""
        return str(self.place_id)
