"""What can be wrong inside the bot."""


class BotError(Exception):
    """Base of the bot's errors."""


class UpdateUnreadable(BotError):
    """Not even the core of an update is what the Bot API promises: trying again changes nothing."""


class HandlerReturnedOther(BotError):
    """A handler gave something that is no reply."""
