"""What the bot tells: what people told it."""

from datetime import datetime
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
