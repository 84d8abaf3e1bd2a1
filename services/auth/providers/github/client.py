"""GitHub's OAuth: an authorize page, a token for a code, a profile for the token."""

from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]
    AsyncOAuth2Client,
)

from services.auth.errors import CodeRefused, ProviderAway
from services.auth.persons.repository import Account
from services.auth.persons.service import GITHUB, LONGEST_NAME
from shared.http import TIMEOUT, create_client
from shared.log import get_log

log = get_log(__name__)


class GitHub:
    """One registered OAuth application. It asks for no scope: who one is, is public.

    The token is used once, for the profile, and then forgotten.
    """

    name = GITHUB
    label = "GitHub"

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
        self._client_id = client_id
        self._secret = secret
        self._redirect_url = redirect_url
        self._url = url
        self._transport = transport or httpx.AsyncHTTPTransport()
        self._api = create_client(api_url, transport=self._transport)

    def authorize_url(self, *, state: str, verifier: str) -> str:
        """Where the browser goes to be asked."""
        url, _ = self._oauth().create_authorization_url(
            f"{self._url}/login/oauth/authorize", state=state, code_verifier=verifier
        )
        return str(url)

    async def exchange(self, *, code: str, verifier: str) -> str:
        """An access token for a code. Never repeated: a code is used up by the attempt.

        Raises:
            CodeRefused: used, too old, of another address, or our secret is wrong.
            ProviderAway: no answer that can be read.
        """
        try:
            answer = await self._oauth().fetch_token(
                f"{self._url}/login/oauth/access_token", code=code, code_verifier=verifier
            )
            return str(answer["access_token"])
        except OAuthError as error:
            log.warning("code_refused", provider=self.name, error=error.error)
            raise CodeRefused from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("provider_away", provider=self.name, error=type(error).__name__)
            raise ProviderAway from error

    async def fetch_profile(self, token: str) -> Account:
        """Whom the token speaks of; the subject is the number, for logins are given anew.

        Raises:
            CodeRefused: the token is not taken.
            ProviderAway: no answer that can be read.
        """
        try:
            answer = await self._api.get(
                "/user",
                headers={
                    "Authorization": f"Bearer {token}",
                    "Accept": "application/vnd.github+json",
                },
            )
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise CodeRefused
            answer.raise_for_status()
            return _account(answer.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("provider_away", provider=self.name, error=type(error).__name__)
            raise ProviderAway from error

    async def aclose(self) -> None:
        """Close the connections, which all clients share."""
        await self._api.aclose()

    def _oauth(self) -> Any:
        # One for each use: it remembers the token it was given. It holds nothing to be closed
        # but the transport, which is ours.
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            redirect_uri=self._redirect_url,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=TIMEOUT,
        )


def _account(profile: dict[str, Any]) -> Account:
    if not isinstance(profile["id"], int):
        raise TypeError("id")
    return Account(
        issuer=GITHUB,
        subject=str(profile["id"]),
        login=str(profile["login"])[:LONGEST_NAME],
        name=str(profile.get("name") or "")[:LONGEST_NAME],
    )
