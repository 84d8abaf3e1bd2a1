"""What can be wrong with signing in, linking and doors."""

from typing import Literal

from shared.errors import Conflict, Forbidden, NotFound, PartaError


class AuthError(PartaError):
    """Base of auth's errors."""


class SignInFailed(AuthError):
    """Somebody did not come in. `title` says what happened, `advice` what to do."""

    advice: str = "Begin again."


class SignInDenied(SignInFailed):
    """The person, or the provider, declined."""

    status = 403
    title = "The sign-in was declined"
    advice = "Nothing was changed. You can begin again whenever you like."


class AttemptUnknown(SignInFailed):
    """No attempt has this state: it was used, pruned, or never was."""

    title = "This sign-in is over or was never begun"
    advice = "The page that you came from may be an old one. Begin again."


class AttemptExpired(SignInFailed):
    """Older than ten minutes."""

    title = "This sign-in took too long"
    advice = "It is valid for ten minutes. Begin again."


class OtherBrowser(SignInFailed):
    """The state is right, the browser is not the one that began."""

    title = "This sign-in was begun in another browser"
    advice = (
        "Begin again in this one. If you did not begin it yourself, somebody may have sent you "
        "their own link: just close this page."
    )


class CodeRefused(SignInFailed):
    """The provider did not take the code, or its word is not what it promises."""

    title = "The other side did not confirm the sign-in"
    advice = "Begin again. If it happens once more, tell the school: its settings may be wrong."


class ProviderAway(SignInFailed):
    """No answer, or none that can be read."""

    status = 503
    title = "The other side does not answer right now"
    advice = "This is not about you. Try again in a minute."


class DoorShut(AuthError):
    """A one-time link that was used, is too old, or never was."""

    status = 410
    title = "This one-time link was used or is too old"


class CameFromElsewhere(Forbidden):
    """A form that signs in was sent from another site."""

    title = "This form came from elsewhere. Open the link again and press the button there."


class AccountNotFound(NotFound):
    """Nobody has this outside account."""

    title = "No person has this account"


class PersonNotFound(NotFound):
    """No person is meant by this, or more than one."""

    title = "No such person"


class EmailTaken(Conflict):
    """Another person has this e-mail address."""

    title = "Another person has this e-mail address"


class RoleUnknown(AuthError):
    """There are four roles."""

    status = 422
    title = "There is no such role"


LinkReason = Literal["used", "expired", "unknown", "taken", "already"]


class LinkRefused(Conflict):
    """A Telegram account is not linked. `reason` is for programs and never changes.

    used: the code was used, or another chat opened it first. expired: older than ten minutes.
    unknown: no such code, or accepted before it was offered. taken: this Telegram account is
    somebody else's. already: the person has a Telegram account, this one or another.
    """

    title = "The Telegram account was not linked"

    def __init__(self, reason: LinkReason) -> None:
        super().__init__(reason)
        self.reason = reason
