"""The mail server that takes our letters, spoken to by SMTP."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientRefused, SMTPResponseException

from services.auth.letters.errors import NotKnown, NotTaken

ANSWERS_WITHIN = 20.0
"""Seconds for each answer of the server."""
HALF_WITHIN = 60.0
"""Seconds for all before the message is given, and again for giving it."""
HERE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
OUR_NAME = "parta"
"""How we greet: the machine's own name may be a secret, and to find it may hang."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """What SMTP_URL says."""

    host: str
    port: int
    is_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://user:password@host:587` or `smtps://…:465`; user and port may be left out.

        Raises:
            ValueError: it is neither, in words that repeat nothing of it.
        """
        wrong = "must be smtp://user:password@host:587 or smtps://user:password@host:465"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(wrong) from None
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(wrong)
        if parts.query or parts.fragment or (parts.username is None) != (parts.password is None):
            raise ValueError(wrong)
        return cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            is_tls=parts.scheme == "smtps",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @property
    def start_tls(self) -> bool | None:
        """Whether STARTTLS is needed: with a password always, None is "when it is offered".

        On this machine nobody listens in, and certificates there are nobody's.
        """
        if self.is_tls or self.host in HERE:
            return False
        return True if self.password else None


class MailClient:
    """One connection a letter: there are few, and a connection kept open is one that died."""

    def __init__(self, server: MailServer, *, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def carry(
        self, message: bytes, *, recipient: str, begin: Callable[[], Awaitable[None]]
    ) -> None:
        """Give the server a message for one recipient.

        Raises:
            NotTaken: it did not take it; final when it refused the recipient or the message.
            NotKnown: it was given the message and did not answer.
        """
        smtp = self._new()
        try:
            await self._introduce(smtp, recipient)
            await begin()
            await self._give(smtp, message)
            await _part(smtp)
        finally:
            smtp.close()

    def _new(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.is_tls,
            start_tls=self._server.start_tls,
            username=self._server.user,
            password=self._server.password,
            local_hostname=OUR_NAME,
            timeout=ANSWERS_WITHIN,
        )

    async def _introduce(self, smtp: aiosmtplib.SMTP, recipient: str) -> None:
        """All that may fail without harm."""
        try:
            async with asyncio.timeout(HALF_WITHIN):
                await smtp.connect()
                await smtp.mail(self._sender)
                await smtp.rcpt(recipient)
        except SMTPRecipientRefused as error:
            raise _refused(error, is_final=error.code >= 500) from None
        except SMTPResponseException as error:
            raise _refused(error) from None
        except (SMTPException, OSError, TimeoutError) as error:
            raise NotTaken(type(error).__name__) from None

    async def _give(self, smtp: aiosmtplib.SMTP, message: bytes) -> None:
        try:
            async with asyncio.timeout(HALF_WITHIN):
                await smtp.data(message)
        except SMTPResponseException as error:
            raise _refused(error, is_final=error.code >= 500) from None
        except (SMTPException, OSError, TimeoutError):
            raise NotKnown from None


async def _part(smtp: aiosmtplib.SMTP) -> None:
    """A server that does not say goodbye has taken the letter all the same."""
    try:
        async with asyncio.timeout(2):
            await smtp.quit()
    except (SMTPException, OSError, TimeoutError):
        return


def _refused(error: SMTPResponseException, *, is_final: bool = False) -> NotTaken:
    return NotTaken(f"{type(error).__name__} {error.code}", is_final=is_final)
