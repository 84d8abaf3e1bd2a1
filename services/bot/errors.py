"""What can be wrong inside the bot."""

from datetime import timedelta

from services.bot.school import Work
from shared.errors import NotFound, PartaError, Unavailable, Unprocessable


class BotError(Exception):
    """Base of the bot's errors."""


class UpdateUnreadable(BotError):
    """Not even the core of an update is what the Bot API promises: trying again changes nothing."""


class HandlerReturnedOther(BotError):
    """A handler gave something that is no reply."""


class PreferenceRefused(BotError, Unprocessable):
    """What somebody chose about notices cannot be taken; `field` says what of it."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class TimeNotOffered(PreferenceRefused):
    """It is no hour or half hour of a day."""

    title = "Choose one of the hours of the list."


class QuietHoursEmpty(PreferenceRefused):
    """They end as they begin."""

    title = "Choose an end that differs from the beginning."


class KindNotOffered(PreferenceRefused):
    """There is no such kind of notices, or not for this person."""

    title = "There is no such kind of news for you."


class ModeNotOffered(PreferenceRefused):
    """There is no such way for a kind to come; a critical one has no choice."""

    title = "Choose one of the list."


class LeaseNotHeld(BotError):
    """A handler was to run in a chat that nobody holds: another may be at work there."""


class NoUpdateInHand(BotError):
    """A state was asked for outside a handler, where nothing would save what is written."""


class DialogTooLarge(BotError):
    """A dialogue was to keep more than fits: `limit` bytes of JSON."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a dialogue's data has at most {limit} bytes")
        self.limit = limit


class DialogUnreadable(BotError):
    """What a dialogue knows so far is not what this version of it needs."""


class WebhookIsOff(BotError, Unavailable):
    """There is no bot here that could be told of anything."""

    title = "The bot is off: TELEGRAM_BOT_TOKEN is not set"


class WebhookSecretWrong(BotError, PartaError):
    """Whoever calls is not Telegram."""

    status = 401
    title = "The secret is missing or wrong"


class FeedbackEmpty(BotError):
    """There is nothing to read in it."""


class FeedbackTooLong(BotError):
    """It has `length` characters, of `limit` that it may have."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters of {limit}")
        self.length = length
        self.limit = limit


class FeedbackTooOften(BotError):
    """This person wrote enough for now; `after` says how long until they may again."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"again in {after}")
        self.after = after


class CardNotFound(BotError, NotFound):
    """There is no such card, or it is somebody else's."""


class WorkMoved(BotError):
    """A work stands otherwise than the person saw it who wanted to do something with it."""

    def __init__(self, work: Work) -> None:
        super().__init__(work.status)
        self.work = work
