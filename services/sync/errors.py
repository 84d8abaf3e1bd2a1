"""What can be wrong with what outside systems send."""

from shared.errors import PartaError, Unavailable


class SyncError(PartaError):
    """Base of sync's errors."""


class HookIsOff(Unavailable):
    """No secret is configured: nobody could be believed."""

    title = "This hook is off: GITHUB_WEBHOOK_SECRET is not set"


class SignatureWrong(SyncError):
    """The body was not signed with our secret."""

    status = 401
    title = "The signature is missing or wrong"


class NotReadable(SyncError):
    """The delivery is not what GitHub sends."""

    status = 400
    title = "This is not a GitHub delivery"


class PayloadUnknown(SyncError):
    """A signed delivery of a kind we read has another shape: GitHub shows it as failed."""

    status = 422
    title = "The payload does not have the known shape"


class GitHubNotAsked(Unavailable):
    """GitHub does not answer, or must not be asked now."""

    title = "GitHub cannot be asked right now"
