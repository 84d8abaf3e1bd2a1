"""auth as a whole: what its pages and endpoints reach through the app."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from fastapi import Request

from services.auth.keys.service import SigningKeys
from services.auth.providers.contract import Provider
from services.auth.settings import AuthSettings
from services.auth.tokens.service import Tokens
from services.auth.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.identity import Verifier
from shared.secret import KeyRing
from shared.service import Service
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
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            settings,
            folder=FOLDER,
            subscriptions=SUBSCRIPTIONS,
            due=DUE,
            clock=clock,
        )
        ring = KeyRing.parse(settings.vault_keys.get_secret_value())
        self.keys = SigningKeys(self.database, ring)
        self.verifier = Verifier(self.name, self.keys)
        self.tokens = Tokens(self.keys)
        self.providers = providers

    async def close(self) -> None:
        """Stop, and close what `open` opened and what the providers hold."""
        await super().close()
        for provider in self.providers.values():
            await provider.aclose()


def auth_of(request: Request) -> AuthService:
    """FastAPI dependency: the whole."""
    return cast(AuthService, service_of(request))
