"""Telegram's OpenID Connect: the bot is the application, its id the client's."""

import re

import httpx

from services.auth.errors import CodeRefused
from services.auth.persons.repository import Account
from services.auth.persons.service import LONGEST_NAME, TELEGRAM
from services.auth.providers.contract import Granted
from services.auth.providers.oauth import OAuthApplication
from services.auth.providers.openid import WELL_KNOWN, OpenID
from shared.http import create_transport

DIGITS = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
CALLBACK = "/login/telegram/oidc/callback"


class TelegramOpenID(OpenID):
    """Signing in by Telegram; whoever does is the same as who chats with the bot."""

    name = TELEGRAM
    label = "Telegram"
    callback = CALLBACK

    def __init__(
        self,
        *,
        bot_id: str,
        secret: str,
        redirect_url: str,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        transport = transport or create_transport()
        super().__init__(
            OAuthApplication(
                provider=self.name,
                client_id=bot_id,
                secret=secret,
                redirect_url=redirect_url,
                transport=transport,
                scope="openid profile",
            ),
            discovery_url=f"{url}{WELL_KNOWN}",
            transport=transport,
            # Seen in August 2026: it takes a nonce and does not say it again.
            echoes_nonce=False,
        )

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the ID token speaks of. Its `id` is the Telegram account; `sub` is another number.

        Raises:
            CodeRefused, ProviderAway: it is not told.
        """
        claims = await self.read_claims(granted, nonce=nonce)
        telegram_id = str(claims.get("id", ""))
        if not DIGITS.fullmatch(telegram_id):
            raise CodeRefused
        return Account(
            issuer=self.name,
            subject=telegram_id,
            login=str(claims.get("preferred_username") or "")[:LONGEST_NAME] or None,
            name=str(claims.get("name") or "")[:LONGEST_NAME],
        )
