"""auth as a whole: what its pages and endpoints reach through the app."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from fastapi import Request

from services.auth.keys.service import SigningKeys
from services.auth.letters.postman import create_postman
from services.auth.letters.service import Letters
from services.auth.passwords.hashing import Hasher
from services.auth.persons.service import TELEGRAM
from services.auth.providers.contract import Provider
from services.auth.settings import AuthSettings
from services.auth.slow_down.service import SlowDown
from services.auth.tokens.service import Tokens
from services.auth.vault.contract import Granter
from services.auth.vault.service import Vault
from services.auth.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.identity import Verifier
from shared.secret import KeyRing
from shared.service import Service
from shared.texts import Catalogue
from shared.web import service_of

FOLDER = Path(__file__).parent


class AuthService(Service):
    """A service that signs: its own keys instead of those that others ask it for."""

    settings: AuthSettings

    def __init__(
        self,
        settings: AuthSettings,
        *,
        providers: Mapping[str, Provider],
        granters: Mapping[str, Granter] | None = None,
        clock: Clock | None = None,
    ) -> None:
        ring = KeyRing.parse(settings.vault_keys.get_secret_value())
        smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
        self.letters = Letters(
            ring=ring,
            catalogue=Catalogue(FOLDER / "locale"),
            postman=create_postman(smtp_url, sender=settings.sender),
            sender=settings.sender,
            home=settings.public_url,
        )
        super().__init__(
            settings,
            folder=FOLDER,
            subscriptions=SUBSCRIPTIONS,
            due=(*DUE, self.letters.due),
            clock=clock,
        )
        self.hasher = Hasher()
        self.slow_down = SlowDown(settings.secret_key.get_secret_value())
        self.keys = SigningKeys(self.database, ring)
        self.verifier = Verifier(self.name, self.keys)
        self.tokens = Tokens(self.keys)
        self.providers = providers
        self.vault = Vault(
            self.database, ring, granters=granters or {}, public_url=settings.public_url
        )

    @property
    def usable_ways(self) -> frozenset[str]:
        """The issuers by which people can come in here now, and `password`.

        A Telegram account is a way in wherever there is a bot: its /login gives a door.
        """
        telegram = {TELEGRAM} if self.settings.telegram_bot_username else set()
        return frozenset(self.providers) | telegram | {"password"}

    async def close(self) -> None:
        """Stop, and close what `open` opened and what the providers hold."""
        await self.vault.aclose()
        await super().close()
        for provider in self.providers.values():
            await provider.aclose()


def auth_of(request: Request) -> AuthService:
    """FastAPI dependency: the whole."""
    return cast(AuthService, service_of(request))
