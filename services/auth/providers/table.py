"""Which providers there are, where each sends browsers back to, and which are on."""

from collections.abc import Mapping

import httpx

from services.auth.providers.contract import Provider
from services.auth.providers.github.client import GitHub
from services.auth.providers.google.client import Google
from services.auth.providers.stepik.client import Stepik
from services.auth.providers.telegram.client import TelegramOpenID
from services.auth.providers.vk.client import VkId
from services.auth.settings import AuthSettings

CALLBACKS: Mapping[str, str] = {
    GitHub.name: GitHub.callback,
    Google.name: Google.callback,
    VkId.name: VkId.callback,
    TelegramOpenID.name: TelegramOpenID.callback,
    Stepik.name: Stepik.callback,
}


def create_providers(
    settings: AuthSettings, transport: httpx.AsyncBaseTransport | None
) -> dict[str, Provider]:
    """Those whose credentials are set, in the order in which they are shown; the others are off."""
    made: list[Provider] = []
    if settings.github_oauth_client_id and settings.github_oauth_secret:
        made.append(
            GitHub(
                client_id=settings.github_oauth_client_id,
                secret=settings.github_oauth_secret.get_secret_value(),
                redirect_url=settings.github_oauth_redirect_url,
                url=settings.github_url,
                api_url=settings.github_api_url,
                transport=transport,
            )
        )
    if settings.telegram_bot_token and settings.telegram_oidc_client_secret:
        made.append(
            TelegramOpenID(
                bot_id=settings.telegram_bot_id,
                secret=settings.telegram_oidc_client_secret.get_secret_value(),
                redirect_url=f"{settings.public_url}{TelegramOpenID.callback}",
                url=settings.telegram_oidc_url,
                transport=transport,
            )
        )
    if settings.vk_client_id:
        token = settings.vk_client_secret
        made.append(
            VkId(
                client_id=settings.vk_client_id,
                service_token=token.get_secret_value() if token else "",
                redirect_url=settings.vk_redirect_url,
                url=settings.vk_id_url,
                transport=transport,
            )
        )
    if settings.google_client_id and settings.google_client_secret:
        made.append(
            Google(
                client_id=settings.google_client_id,
                secret=settings.google_client_secret.get_secret_value(),
                redirect_url=settings.google_redirect_url,
                discovery_url=settings.google_discovery_url,
                transport=transport,
            )
        )
    if settings.stepik_oauth_client_id and settings.stepik_oauth_secret:
        made.append(
            Stepik(
                client_id=settings.stepik_oauth_client_id,
                secret=settings.stepik_oauth_secret.get_secret_value(),
                redirect_url=settings.stepik_redirect_url,
                url=settings.stepik_url,
                transport=transport,
            )
        )
    return {provider.name: provider for provider in made}
