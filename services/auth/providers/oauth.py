"""What all providers share: the authorize address, tokens for a code, and what a refusal means."""

from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]
    AsyncOAuth2Client,
)

from services.auth.errors import CodeRefused, ProviderAway
from services.auth.providers.contract import Granted
from shared.http import TIMEOUT, BoundedTransport
from shared.log import get_log

log = get_log(__name__)

UNREADABLE = (
    httpx.HTTPError,
    httpx.InvalidURL,
    TimeoutError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What an answer that cannot be had, or cannot be read, raises."""


class OAuthApplication:
    """One application as a provider knows it. Nothing that it is given is in a log.

    `pkce`: off only for a provider that does not say that it takes it.
    """

    def __init__(
        self,
        *,
        provider: str,
        client_id: str,
        secret: str,
        redirect_url: str,
        transport: httpx.AsyncBaseTransport,
        scope: str = "",
        pkce: bool = True,
    ) -> None:
        self.provider = provider
        self.client_id = client_id
        self._secret = secret
        self._redirect_url = redirect_url
        self._transport = transport
        self._scope = scope
        self._pkce = pkce

    def authorize_url(self, url: str, *, state: str, verifier: str, **more: str) -> str:
        """Where the browser goes to be asked, with PKCE's challenge of the verifier if it is on."""
        address, _ = self._client().create_authorization_url(
            url, state=state, **self._proof(verifier), **more
        )
        return str(address)

    async def exchange(
        self, url: str, *, code: str, verifier: str, said_state: str = "", **more: str
    ) -> Granted:
        """Tokens for a code. Never repeated: a code is used up by the attempt.

        `said_state` is sent where a provider wants the state once more.

        Raises:
            CodeRefused: used, too old, of another address, or our secret is wrong.
            ProviderAway: no answer that can be read.
        """
        try:
            answer = await self._client().fetch_token(
                url,
                # The client keeps a parameter `state` for itself.
                body=urlencode({"state": said_state}) if said_state else "",
                code=code,
                **self._proof(verifier),
                **more,
            )
            return read_granted(answer)
        except OAuthError as error:
            log.warning("code_refused", provider=self.provider, error=str(error.error)[:100])
            raise CodeRefused from None
        except UNREADABLE as error:
            raise self.away(error) from None

    async def refresh(self, url: str, refresh_token: str) -> Granted:
        """New tokens for a refresh token.

        Raises:
            OAuthError: the provider's refusal; `error` says which.
            ProviderAway: no answer that can be read.
        """
        try:
            return read_granted(await self._client().refresh_token(url, refresh_token))
        except OAuthError:
            raise
        except UNREADABLE as error:
            raise self.away(error) from None

    def away(self, error: Exception) -> ProviderAway:
        """That there was no answer, told to the operators without a word of what was sent."""
        log.warning("provider_away", provider=self.provider, error=type(error).__name__)
        return ProviderAway()

    def _proof(self, verifier: str) -> dict[str, str]:
        return {"code_verifier": verifier} if self._pkce else {}

    def _client(self) -> Any:
        # One for each use: it remembers the token it was given. It holds nothing to be closed
        # but the transport, which is ours.
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self._secret or None,
            redirect_uri=self._redirect_url,
            scope=self._scope or None,
            code_challenge_method="S256" if self._pkce else None,
            transport=BoundedTransport(self._transport),
            timeout=TIMEOUT,
        )


def read_granted(answer: Any) -> Granted:
    """A token endpoint's answer.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    lives_for = answer.get("expires_in")
    return Granted(
        access_token=_text(answer["access_token"]),
        id_token=_text(answer["id_token"]) if answer.get("id_token") else None,
        refresh_token=_text(answer["refresh_token"]) if answer.get("refresh_token") else None,
        scopes=tuple(str(answer.get("scope") or "").split()),
        lives_for=float(lives_for) if lives_for is not None else None,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return value
