"""Who carries a letter: the mail server of SMTP_URL, or the console."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from services.auth.letters.client import MailClient, MailServer
from services.auth.letters.console import Console


class Postman(Protocol):
    """Carries one letter at a time."""

    async def carry(
        self, message: bytes, *, recipient: str, begin: Callable[[], Awaitable[None]]
    ) -> None:
        """Give the message away. `begin` is called right before there is no way back; when it
        raises, nothing is given.

        Raises:
            NotTaken: certainly not, this time or for good.
            NotKnown: it was given, and nobody said whether it was taken.
        """


def create_postman(smtp_url: str | None, *, sender: str) -> Postman:
    """Without an address of a mail server letters are shown on the console.

    Raises:
        ValueError: this is no such address.
    """
    if not smtp_url:
        return Console()
    return MailClient(MailServer.parse(smtp_url), sender=sender)
