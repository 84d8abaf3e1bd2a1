"""Why a letter is not on its way. No address and no word of the other side's is in it: some mail
servers repeat the address in what they say."""


class NotTaken(Exception):
    """The mail server certainly has not taken it; `is_final` when it never will."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class NotKnown(Exception):
    """The mail server was given it, and then nothing more was heard. Sent again it might come
    twice; whoever waits for it asks for another."""

    reason = "it is not known whether the mail server took it"


class TakenOver(Exception):
    """The try took so long that another process has the letter by now."""
