"""What can be wrong with signing in, linking and doors."""

from typing import Literal

from shared.errors import Conflict, Forbidden, NotFound, PartaError, Unavailable, Unprocessable


class AuthError(PartaError):
    """Base of auth's errors."""


class SignInFailed(AuthError):
    """Somebody did not come in, or did not get what they went out for."""

    advice = "Begin again."
    begin_again = "/login"


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


class OtherPerson(SignInFailed):
    """An account or a right was asked for by somebody who is not signed in here any more."""

    title = "Somebody else is signed in here now"
    advice = "Nothing was changed. Sign in as the one who began, and begin again."


class ProofRefused(SignInFailed):
    """What came is not Telegram's word, or was used before."""

    status = 403
    title = "This is not confirmed by Telegram"
    advice = "It may have been used before. Begin again."


class ProofTooOld(SignInFailed):
    """Telegram's word is older than five minutes."""

    status = 403
    title = "Telegram's confirmation is too old"
    advice = "It is valid for five minutes. Begin again. If it happens each time, a clock is wrong."


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


class LastWayIn(Conflict):
    """What is to be taken away is the only way in that the person has."""

    title = "This is your last way in. Add another one first."


class AccountTaken(SignInFailed):
    """The account to be linked is another person's."""

    status = 409
    title = "This account belongs to another person here"
    advice = (
        "Nothing was changed. If that person is you as well: sign in with this account, add "
        "another way in there, a password will do, and unlink this one; then link it here."
    )


class PlaceTaken(SignInFailed):
    """The person has another account of the same system."""

    status = 409
    title = "You have another account of this system linked already"
    advice = "Nothing was changed. Unlink the one you have first."


class ProposalOver(SignInFailed):
    """The yes to an account came too late, twice, or from another session."""

    status = 410
    title = "This link was confirmed already or took too long"
    advice = "Look at your page: if the account is not there, begin again."


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


class LastAdministrator(Conflict):
    """Without this one nobody could grant a role any more."""

    title = "This is the last administrator. Make another one first."


class OwnAdministrator(Conflict):
    """An administrator would lock themselves out by a slip."""

    title = "Your own role of administrator is taken by another administrator."


class GrantDeclined(SignInFailed):
    """The person, or the outside system, did not grant a right."""

    status = 403
    title = "The permission was not given"
    advice = "Nothing was changed. You can begin again from your page whenever you like."


class GrantTooNarrow(SignInFailed):
    """The person came back, but not with the right that was asked for."""

    status = 403
    title = "The permission does not cover reading the mail"
    advice = (
        "Nothing was kept. Begin again from your page, and leave the box for reading mail ticked "
        "when you are asked."
    )


class RightUnknown(NotFound):
    """The person has no such right, or it has ended."""

    title = "There is no such permission"


class RightHasEnded(AuthError):
    """The outside system, or the person, ended it; only the person can grant it anew."""

    status = 410
    title = "This permission has ended"


class RightRests(Unavailable):
    """There is no access just now, and nothing has ended: ask again after `Retry-After`."""

    title = "The outside system does not answer right now"


class FormRefused(AuthError):
    """What was entered is not right; `title` is said on the form itself."""

    status = 422


class PasswordTooShort(FormRefused):
    """Under ten characters."""

    title = "A password has at least 10 characters. Several words are easy to remember."


class PasswordTooLong(FormRefused):
    """Over a thousand characters."""

    title = "A password has at most 1000 characters."


class PasswordTooCommon(FormRefused):
    """One that is in every list, or a single character again and again."""

    title = "This password is one of the first that anybody would try. Choose another."


class PasswordIsKnown(FormRefused):
    """The person's own name or address."""

    title = "Your name or address is what others know of you. Choose another password."


class PasswordsDiffer(FormRefused):
    """The second time it was typed otherwise."""

    title = "The two passwords are not the same. Type them again."


class NameMissing(FormRefused):
    """Nothing in it can be seen."""

    title = "Say what to call you."


class NoAddress(FormRefused, Unprocessable):
    """This is no e-mail address."""

    title = "This is no e-mail address. Check it."


class WrongPassword(FormRefused):
    """No such address, no password, or another one: nobody is told which."""

    status = 403
    title = "The address or the password is not right."


class PresentPasswordWrong(FormRefused):
    """Who wants to change a password has to know it."""

    status = 403
    title = "The present password is not right."


class LetterLinkOver(SignInFailed):
    """The link of a letter was used, is too old, is of another kind, or never was."""

    status = 410
    title = "This link was used or is too old"
    advice = "Ask for a new letter: register again, or set a new password."


class AddressTaken(SignInFailed):
    """Somebody was quicker to confirm the address: it is a person's by now."""

    status = 409
    title = "This address has an account here by now"
    advice = "Sign in with it. If you do not know the password, ask for a letter and set a new one."


class NotWhoAsked(SignInFailed):
    """A letter that adds an address to a person was opened where somebody else, or nobody, is."""

    status = 403
    title = "This link is for somebody who is signed in"
    advice = "Sign in as the one who asked for the letter, and open its link again."


class TooManyAtOnce(AuthError):
    """Twenty passwords wait to be looked at in this process."""

    status = 503
    title = "Many people sign in right now. Please try again in a moment."
    retry_after = 2


class SlowedDown(AuthError):
    """Too many tries, for an address or by a client, at a password or to have letters sent.
    `retry_after` is in seconds."""

    status = 429
    title = "Too many tries"

    def __init__(self, seconds: int, *, for_letters: bool = False) -> None:
        super().__init__(f"Try again in {seconds} s")
        self.retry_after = seconds
        self.for_letters = for_letters
