"""What became of a call to Telegram, judged by what came back."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from services.bot.telegram import describe

NOT_MODIFIED = "message is not modified"
NO_SUCH_MESSAGE = ("message to edit not found", "message can't be edited")
NO_SUCH_CHAT = ("chat not found", "peer_id_invalid", "user not found")


class Kind(Enum):
    """What there is to do about it."""

    SENT = auto()
    TOLD_TO_WAIT = auto()
    UNREACHABLE = auto()
    MIGRATED = auto()
    MESSAGE_GONE = auto()
    FAILED_THERE = auto()
    NOT_REACHED = auto()
    UNAUTHORIZED = auto()
    UNKNOWN = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call's end. `error` is for the operator and holds no secret."""

    kind: Kind
    error: str = ""
    message_id: int | None = None
    retry_after: int = 0
    new_chat_id: int | None = None


def succeeded(answer: Any) -> Outcome:
    """Telegram said yes; most methods give the message they made or changed."""
    message_id = answer.get("message_id") if isinstance(answer, dict) else None
    return Outcome(Kind.SENT, message_id=message_id if isinstance(message_id, int) else None)


def failed(error: Exception) -> Outcome:
    """Judge an error.

    NOT_REACHED is said only where it is certain that nothing was written: no connection was made.
    Whatever may have arrived is UNKNOWN.
    """
    words = describe(error)
    match error:
        case TelegramRetryAfter():
            return Outcome(Kind.TOLD_TO_WAIT, words, retry_after=error.retry_after)
        case TelegramMigrateToChat():
            return Outcome(Kind.MIGRATED, words, new_chat_id=error.migrate_to_chat_id)
        case TelegramForbiddenError():
            return Outcome(Kind.UNREACHABLE, words)
        case TelegramUnauthorizedError():
            return Outcome(Kind.UNAUTHORIZED, words)
        case TelegramServerError():
            return Outcome(Kind.FAILED_THERE, words)
        case TelegramBadRequest() if NOT_MODIFIED in error.message:
            return Outcome(Kind.SENT)
        case TelegramBadRequest() if any(sign in error.message for sign in NO_SUCH_MESSAGE):
            return Outcome(Kind.MESSAGE_GONE, words)
        case TelegramBadRequest() if any(sign in error.message.lower() for sign in NO_SUCH_CHAT):
            return Outcome(Kind.UNREACHABLE, words)
        case TelegramNetworkError():
            never_written = isinstance(
                error.__cause__, ClientConnectorError | ConnectionTimeoutError
            )
            return Outcome(Kind.NOT_REACHED if never_written else Kind.UNKNOWN, words)
        case ClientDecodeError() | TimeoutError() | OSError():
            return Outcome(Kind.UNKNOWN, words)
        case _:
            # A row that cannot even be made into a call: nothing was written.
            return Outcome(Kind.REFUSED, words)
