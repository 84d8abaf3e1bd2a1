"""auth, wired."""

import httpx
from fastapi import FastAPI

from services.auth.doors import endpoints as door_endpoints
from services.auth.doors import pages as door_pages
from services.auth.errors import LinkRefused, SignInFailed
from services.auth.links import endpoints as link_endpoints
from services.auth.links import pages as link_pages
from services.auth.me import pages as me_pages
from services.auth.providers.contract import Provider
from services.auth.providers.github.client import GitHub
from services.auth.service import FOLDER, AuthService
from services.auth.sessions import pages as session_pages
from services.auth.settings import AuthSettings
from services.auth.sign_in import pages as sign_in_pages
from services.auth.tokens import endpoints as token_endpoints
from services.auth.tokens.check import Check
from shared.clock import Clock
from shared.pages import Pages
from shared.texts import Catalogue
from shared.web import create_service_app

ROUTERS = (
    token_endpoints.router,
    link_endpoints.router,
    door_endpoints.router,
    door_pages.router,
    session_pages.router,
    sign_in_pages.router,
    link_pages.router,
    me_pages.router,
)


def create_app(
    settings: AuthSettings,
    *,
    clock: Clock | None = None,
    github_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The only place where auth is wired; `app.state.service` is the whole."""
    providers = {one.name: one for one in _providers(settings, github_transport)}
    auth = AuthService(settings, providers=providers, clock=clock)
    app = create_service_app(
        auth, pages=Pages(FOLDER, Catalogue(FOLDER / "locale")), routers=ROUTERS
    )
    app.add_exception_handler(SignInFailed, sign_in_pages.answer_failed_sign_in)
    app.add_exception_handler(LinkRefused, link_endpoints.answer_refused_link)
    app.add_middleware(Check, auth=auth)
    return app


def _providers(
    settings: AuthSettings, github_transport: httpx.AsyncBaseTransport | None
) -> list[Provider]:
    """Those whose credentials are set; the others are off."""
    providers: list[Provider] = []
    if settings.github_oauth_client_id and settings.github_oauth_secret:
        providers.append(
            GitHub(
                client_id=settings.github_oauth_client_id,
                secret=settings.github_oauth_secret.get_secret_value(),
                redirect_url=settings.github_oauth_redirect_url,
                url=settings.github_url,
                api_url=settings.github_api_url,
                transport=github_transport,
            )
        )
    return providers
