"""Which rights can be granted here: those whose outside system is set up."""

import httpx

from services.auth.providers.google.client import Google
from services.auth.settings import AuthSettings
from services.auth.vault.contract import MAIL_CALLBACK, MAIL_READ, SCOPES, Granter


def create_granters(
    settings: AuthSettings, transport: httpx.AsyncBaseTransport | None
) -> dict[str, Granter]:
    """By the right's name. Each has an application of its own, so that signing in asks for less."""
    if not (settings.google_client_id and settings.google_client_secret):
        return {}
    google = Google(
        client_id=settings.google_client_id,
        secret=settings.google_client_secret.get_secret_value(),
        redirect_url=f"{settings.public_url}{MAIL_CALLBACK}",
        discovery_url=settings.google_discovery_url,
        transport=transport,
        scope=f"openid email {SCOPES[MAIL_READ]}",
        offline=True,
    )
    return {MAIL_READ: google}
