"""Google: OpenID Connect for who somebody is, and rights that they may grant apart from that."""

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]

from services.auth.persons.repository import Account
from services.auth.persons.service import GOOGLE, LONGEST_NAME
from services.auth.providers.contract import Granted, GrantEnded
from services.auth.providers.oauth import OAuthApplication
from services.auth.providers.openid import OpenID
from services.auth.settings import GOOGLE_CALLBACK
from shared.http import create_transport

ENDED = "invalid_grant"


class Google(OpenID):
    """One registered application with one redirect address.

    Signing in asks for who one is and keeps no token; a right has an application of its own
    (`offline`), with its own scope and redirect address.
    """

    name = GOOGLE
    label = "Google"
    callback = GOOGLE_CALLBACK

    def __init__(
        self,
        *,
        client_id: str,
        secret: str,
        redirect_url: str,
        discovery_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        scope: str = "openid email profile",
        offline: bool = False,
    ) -> None:
        transport = transport or create_transport()
        super().__init__(
            OAuthApplication(
                provider=self.name,
                client_id=client_id,
                secret=secret,
                redirect_url=redirect_url,
                transport=transport,
                scope=scope,
            ),
            discovery_url=discovery_url,
            transport=transport,
            # Without `consent` Google gives a refresh token only the first time.
            asked_with={"access_type": "offline", "prompt": "consent"} if offline else {},
        )

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the ID token speaks of. The e-mail is the account's name, and proves nothing.

        Raises:
            CodeRefused, ProviderAway: it is not told.
        """
        claims = await self.read_claims(granted, nonce=nonce)
        return Account(
            issuer=self.name,
            subject=str(claims["sub"]),
            login=str(claims.get("email") or "")[:LONGEST_NAME] or None,
            name=str(claims.get("name") or "")[:LONGEST_NAME],
        )

    async def refresh(self, refresh_token: str) -> Granted:
        """A new access token.

        Raises:
            GrantEnded: Google says that the grant is over; why, it does not say.
            ProviderAway: no answer, or a refusal that is about us (a wrong secret, a wrong clock).
        """
        try:
            url = await self.address("token_endpoint")
            return await self.application.refresh(url, refresh_token)
        except OAuthError as error:
            if error.error == ENDED:
                raise GrantEnded(ENDED) from None
            raise self.application.away(error) from None
