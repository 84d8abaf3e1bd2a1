"""What can come of asking Boomstream, drawn as a tree:

BoomstreamError
  Away                  no answer, 429, 5xx, or nothing that can be read; `wait` as it asks for
    AnswerUnreadable    neither JSON nor XML of a known shape
  KeyRefused            it does not take the key: nobody's call goes through
  Refused               `Status: Failed`: it will not, and asking again soon changes nothing
    MediaNotFound
    SubscriptionNotFound
    BuyerNotFound
    BuyerExists         the e-mail has this video by another code
    AccessDenied
    EmailRefused
    AccessOver          the subscription's own end has passed: there is nothing to prolong to
    ListTooLong         more pages of buyers than are read here
    MostAreMissing      a list of buyers that lacks most of ours: it is read again first
"""

from collections.abc import Mapping

LONGEST_WORDS = 300


class BoomstreamError(Exception):
    """Base of what can come of asking. Its words are shown to operators."""


class Away(BoomstreamError):
    """Ask again later; `wait` is in seconds, None where it was not said."""

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait


class AnswerUnreadable(Away):
    """An answer came, and it is nothing that is known."""


class Refused(BoomstreamError):
    """`Status: Failed`; the argument is its `Message`, which may be one that is not known."""


class KeyRefused(BoomstreamError):
    """The API key is wrong or was taken back."""


class MediaNotFound(Refused):
    """There is no video, or no collection, of that code."""


class SubscriptionNotFound(Refused):
    """There is no subscription of that code, or nobody said which."""


class BuyerNotFound(Refused):
    """Nobody has that code there."""


class BuyerExists(Refused):
    """The e-mail has the video already, by another code."""


class AccessDenied(Refused):
    """It is another project's."""


class EmailRefused(Refused):
    """The address is none in Boomstream's eyes."""


class AccessOver(Refused):
    """Access has run out, and the subscription has no later end."""


class ListTooLong(Refused):
    """More buyers than are read here."""


class MostAreMissing(Refused):
    """So many at once are rather a fault of the list than gone."""


_NAMED: Mapping[str, type[BoomstreamError]] = {
    "media not found": MediaNotFound,
    "collection not found": MediaNotFound,
    "subscription not found": SubscriptionNotFound,
    "buyer not found": BuyerNotFound,
    "buyer already exists": BuyerExists,
    "invalid api key": KeyRefused,
    "access denied": AccessDenied,
    "email is not valid": EmailRefused,
}


def failure_of(message: str) -> BoomstreamError:
    """What a `Message` means; one that is not known is kept as it is said, within limits."""
    words = " ".join(message.split())[:LONGEST_WORDS]
    kind = _NAMED.get(words.rstrip(".!").casefold(), Refused)
    return kind(words or "failed, and it is not said why")
