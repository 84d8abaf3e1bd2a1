"""What a provider of identities does for us."""

from typing import Protocol

from services.auth.persons.repository import Account


class Provider(Protocol):
    """Somebody who vouches for people, by OAuth with a code and PKCE."""

    name: str
    label: str

    def authorize_url(self, *, state: str, verifier: str) -> str:
        """Where the browser goes to be asked."""

    async def exchange(self, *, code: str, verifier: str) -> str:
        """An access token for a code.

        Raises:
            CodeRefused, ProviderAway: it is not given.
        """

    async def fetch_profile(self, token: str) -> Account:
        """Whom the token speaks of.

        Raises:
            CodeRefused, ProviderAway: it is not told.
        """

    async def aclose(self) -> None:
        """Close its connections."""
