"""What the Bot API refuses, in the words that it uses."""

from __future__ import annotations


class BotApiError(Exception):
    """An answer `{"ok": false}`."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


def bad_request(reason: str) -> BotApiError:
    return BotApiError(400, f"Bad Request: {reason}")


def too_many_requests(seconds: int) -> BotApiError:
    description = f"Too Many Requests: retry after {seconds}"
    return BotApiError(429, description, retry_after=seconds)
