"""Stepik's OAuth: an authorize page, a token for a code, the current user for the token."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.auth.errors import CodeRefused
from services.auth.persons.repository import Account
from services.auth.persons.service import LONGEST_NAME, STEPIK
from services.auth.providers.contract import Granted
from services.auth.providers.oauth import UNREADABLE, OAuthApplication
from services.auth.settings import STEPIK_CALLBACK
from shared.http import create_client, create_transport

ME = "/api/stepics/1"
"""Whoever asks: the number says nothing."""
LARGEST_ID = 2**63 - 1


class Stepik:
    """One registered application of the kind "authorization code".

    Another one than sync asks with. The token is used once, for the profile, and then forgotten.
    """

    name = STEPIK
    label = "Stepik"
    callback = STEPIK_CALLBACK

    def __init__(
        self,
        *,
        client_id: str,
        secret: str,
        redirect_url: str,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        transport = transport or create_transport()
        self._application = OAuthApplication(
            provider=self.name,
            client_id=client_id,
            secret=secret,
            redirect_url=redirect_url,
            transport=transport,
            # Stepik documents neither PKCE nor a nonce: the state alone binds the way back.
            pkce=False,
        )
        self._url = url
        self._api = create_client(url, transport=transport)

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        """Where the browser goes to be asked."""
        return self._application.authorize_url(
            f"{self._url}/oauth2/authorize/", state=state, verifier=verifier
        )

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        """An access token for a code.

        Raises:
            CodeRefused, ProviderAway: it is not given.
        """
        return await self._application.exchange(
            f"{self._url}/oauth2/token/", code=code, verifier=verifier
        )

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the token speaks of.

        Raises:
            CodeRefused: the token is not taken, or it is a guest's.
            ProviderAway: no answer that can be read.
        """
        try:
            answer = await self._api.get(
                ME, headers={"Authorization": f"Bearer {granted.access_token}"}
            )
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise CodeRefused
            answer.raise_for_status()
            user, *_ = answer.json()["users"]
            return _account(user)
        except UNREADABLE as error:
            raise self._application.away(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _account(user: dict[str, Any]) -> Account:
    # Who is not signed in there is a guest with a number too, one that means nobody.
    if user.get("is_guest", False):
        raise CodeRefused
    if type(user["id"]) is not int or not 0 < user["id"] <= LARGEST_ID:
        raise TypeError("id")
    return Account(
        issuer=STEPIK,
        subject=str(user["id"]),
        name=str(user.get("full_name") or "")[:LONGEST_NAME],
    )
