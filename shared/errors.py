"""Errors that the edge turns into answers: each class carries its status and its words."""


class PartaError(Exception):
    """Something a caller is told. `title` is an English source text; people read it translated."""

    status: int = 400
    title: str = "This cannot be done"
    advice: str = ""
    """What to do next; empty when there is nothing to say. People read it translated."""
    begin_again: str = "/"
    """Where the page's button leads."""
    retry_after: int | None = None
    """Seconds after which it may be worth trying again; None where that is not known."""

    @property
    def detail(self) -> str:
        """More words, for the caller; empty when there are none."""
        return str(self.args[0]) if self.args else ""


class NotSignedIn(PartaError):
    """Nobody is signed in; a page sends to the sign-in instead."""

    status = 401
    title = "Please sign in"


class Forbidden(PartaError):
    """The one who asks may not do this."""

    status = 403
    title = "This is not allowed"


class CsrfMissing(Forbidden):
    """A form came from another site, or from a page that is too old."""

    title = "This form is too old or came from elsewhere. Open the page again and repeat."


class NotFound(PartaError):
    """There is no such thing, or not for the one who asks."""

    status = 404
    title = "There is no such page"


class Conflict(PartaError):
    """What is asked does not fit what stands."""

    status = 409
    title = "This does not fit what already stands"


class TooLarge(PartaError):
    """The body has more bytes than this place takes."""

    status = 413
    title = "This is too large"


class OtherCharset(PartaError):
    """A body says that it is written in anything but UTF-8: its writer would choose our decoder."""

    status = 415
    title = "This can be read in UTF-8 alone"


class TooSlow(PartaError):
    """The body did not arrive in time."""

    status = 408
    title = "This took too long to arrive"


class Unprocessable(PartaError):
    """The values are not right; the detail says which."""

    status = 422
    title = "Please check what you entered"


class Unavailable(PartaError):
    """It cannot be done now, perhaps later."""

    status = 503
    title = "This does not work right now. Please try again in a minute."


class HttpError(PartaError):
    """An error that the framework raised, with its own status and words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
