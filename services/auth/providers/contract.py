"""What a provider of identities does for us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.auth.persons.repository import Account


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider gave for a code. Its tokens are in no log and no `repr`."""

    access_token: str = field(repr=False)
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ()
    lives_for: float | None = None
    """Seconds that the access token lives; None when it was not said."""


class GrantEnded(Exception):
    """The provider says that what it once granted is over; its argument is the provider's word."""


class Provider(Protocol):
    """Somebody who vouches for people, by OAuth with a code and PKCE."""

    name: str
    """Its issuer in `accounts`, and its place below `/login/via/`."""
    label: str
    callback: str
    """The path of ours that it sends the browser back to."""

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        """Where the browser goes to be asked.

        Raises:
            ProviderAway: its own addresses cannot be learned now.
        """

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        """Tokens for a code; `answer` is all that the browser brought back.

        Raises:
            CodeRefused, ProviderAway: they are not given.
        """

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the tokens speak of.

        Raises:
            CodeRefused, ProviderAway: it is not told.
        """

    async def aclose(self) -> None:
        """Close its connections."""
