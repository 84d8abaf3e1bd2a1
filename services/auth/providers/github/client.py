"""GitHub's OAuth: an authorize page, a token for a code, a profile for the token."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.auth.errors import CodeRefused
from services.auth.persons.repository import Account
from services.auth.persons.service import GITHUB, LONGEST_NAME
from services.auth.providers.contract import Granted
from services.auth.providers.oauth import UNREADABLE, OAuthApplication
from services.auth.settings import GITHUB_CALLBACK
from shared.http import create_client, create_transport


class GitHub:
    """One registered OAuth application. It asks for no scope: who one is, is public.

    The token is used once, for the profile, and then forgotten.
    """

    name = GITHUB
    label = "GitHub"
    callback = GITHUB_CALLBACK

    def __init__(
        self,
        *,
        client_id: str,
        secret: str,
        redirect_url: str,
        url: str,
        api_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        transport = transport or create_transport()
        self._application = OAuthApplication(
            provider=self.name,
            client_id=client_id,
            secret=secret,
            redirect_url=redirect_url,
            transport=transport,
        )
        self._url = url
        self._api = create_client(api_url, transport=transport)

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        """Where the browser goes to be asked. GitHub signs no ID token, so no nonce is sent."""
        return self._application.authorize_url(
            f"{self._url}/login/oauth/authorize", state=state, verifier=verifier
        )

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        """An access token for a code.

        Raises:
            CodeRefused, ProviderAway: it is not given.
        """
        return await self._application.exchange(
            f"{self._url}/login/oauth/access_token", code=code, verifier=verifier
        )

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the token speaks of; the subject is the number, for logins are given anew.

        Raises:
            CodeRefused: the token is not taken.
            ProviderAway: no answer that can be read.
        """
        try:
            answer = await self._api.get(
                "/user",
                headers={
                    "Authorization": f"Bearer {granted.access_token}",
                    "Accept": "application/vnd.github+json",
                },
            )
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise CodeRefused
            answer.raise_for_status()
            return _account(answer.json())
        except UNREADABLE as error:
            raise self._application.away(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _account(profile: dict[str, Any]) -> Account:
    if type(profile["id"]) is not int or not isinstance(profile["login"], str):
        raise TypeError("id or login")
    return Account(
        issuer=GITHUB,
        subject=str(profile["id"]),
        login=profile["login"][:LONGEST_NAME],
        name=str(profile.get("name") or "")[:LONGEST_NAME],
    )
