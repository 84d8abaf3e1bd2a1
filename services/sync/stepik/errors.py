"""What can come of asking Stepik, drawn as a tree:

StepikError
  NotAsked            nothing was sent: a wait runs
  Limited             it says to wait
  Missing             404: gone, hidden, or never there
  Refused             it will not do this, and asking again changes nothing
    TokenRefused      it does not take the credentials
  Away                no answer, or none that can be read
    AnswerTooBig      more than anybody here has a use for
    Endless           pages without an end
"""


class StepikError(Exception):
    """Base of what can come of asking."""


class NotAsked(StepikError):
    """Nothing was sent. `wait` is how many seconds it will be so."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"not for {wait:.1f} s")
        self.wait = wait


class Limited(StepikError):
    """Stepik says to wait, for `wait` seconds; nobody asks while they run."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"to wait {wait:.1f} s")
        self.wait = wait


class Missing(StepikError):
    """404."""


class Refused(StepikError):
    """Not for us; the argument is the status."""


class TokenRefused(Refused):
    """No token for these credentials, or a fresh one is not taken."""


class Away(StepikError):
    """No answer in time, an error of Stepik's own, or an answer that cannot be read."""


class AnswerTooBig(Away):
    """The answer has more bytes than are taken here."""


class Endless(Away):
    """A list has more pages than anything here may have."""
