"""What an outside system that grants rights does for us."""

from typing import Protocol

from services.auth.providers.contract import Granted, Provider

MAIL_READ = "mail.read"
SCOPES = {MAIL_READ: "https://www.googleapis.com/auth/gmail.readonly"}
"""What the outside system calls a right of ours."""
MAIL_CALLBACK = "/mail/connect/callback"
"""Where Google sends the browser after it was asked for `mail.read`: apart from signing in."""


class Refresher(Protocol):
    """Somebody who keeps a grant, and gives access under it for minutes."""

    async def refresh(self, refresh_token: str) -> Granted:
        """New access; with a refresh token in it where the old one counts no more.

        Raises:
            GrantEnded: the grant is over for good.
            ProviderAway: no answer, or a refusal that is about us: the grant may stand.
        """

    async def revoke(self, refresh_token: str) -> None:
        """Give the grant back.

        Raises:
            ProviderAway: no answer.
        """


class Granter(Provider, Refresher, Protocol):
    """A provider of identities that is also asked for a right, with an application of its own."""
