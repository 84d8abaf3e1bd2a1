"""What can come of asking GitHub, drawn as a tree:

GitHubError
  NotAsked            nothing was sent: a wait runs, or others had their turn
  Limited             it says to wait
  Missing             404: gone, private, or never there
  Blocked             451, or closed by GitHub itself
  Refused             it will not do this, and asking again changes nothing
    TokenRefused      it does not take the token
  Away                no answer, or none that can be read
    AnswerTooBig      more than anybody here has a use for
"""


class GitHubError(Exception):
    """Base of what can come of asking."""


class NotAsked(GitHubError):
    """Nothing was sent. `wait` is how many seconds it will be so, as far as is known."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"not for {wait:.1f} s")
        self.wait = wait


class Limited(GitHubError):
    """GitHub says to wait; the wait is kept, and nobody asks while it runs."""


class Missing(GitHubError):
    """404 or 410."""


class Blocked(GitHubError):
    """451, or 403 with a block: closed by law or by GitHub."""


class Refused(GitHubError):
    """Not for us; the argument is the status."""


class TokenRefused(Refused):
    """401: the token is wrong, has run out or was taken back."""


class Away(GitHubError):
    """No answer in time, an error of GitHub's own, or an answer that cannot be read."""


class AnswerTooBig(Away):
    """The answer has more bytes than are taken here."""
