"""auth, wired."""

import httpx
from fastapi import FastAPI

from services.auth.doors import endpoints as door_endpoints
from services.auth.doors import pages as door_pages
from services.auth.emails import endpoints as email_endpoints
from services.auth.errors import LinkRefused, SlowedDown
from services.auth.links import endpoints as link_endpoints
from services.auth.links import pages as link_pages
from services.auth.me import endpoints as me_endpoints
from services.auth.me import pages as me_pages
from services.auth.passwords import own_pages as own_password_pages
from services.auth.passwords import pages as password_pages
from services.auth.people import pages as people_pages
from services.auth.providers.table import create_providers
from services.auth.registration import pages as registration_pages
from services.auth.service import FOLDER, AuthService
from services.auth.sessions import pages as session_pages
from services.auth.settings import AuthSettings
from services.auth.sign_in import pages as sign_in_pages
from services.auth.telegram import pages as telegram_pages
from services.auth.tokens import endpoints as token_endpoints
from services.auth.tokens.check import Check
from services.auth.vault import endpoints as vault_endpoints
from services.auth.vault import pages as vault_pages
from services.auth.vault.granters import create_granters
from services.auth.ways import pages as way_pages
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
    telegram_pages.router,
    way_pages.router,
    link_pages.router,
    me_pages.router,
    me_endpoints.router,
    password_pages.router,
    own_password_pages.router,
    registration_pages.router,
    people_pages.router,
    vault_endpoints.router,
    vault_pages.router,
    email_endpoints.router,
)


LARGEST_FORM = 64 * 1024
"""Bytes of the largest body that anybody sends here: a form is read before its sender is known."""


def create_app(
    settings: AuthSettings,
    *,
    clock: Clock | None = None,
    outside: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The only place where auth is wired; `app.state.service` is the whole.

    `outside` is the way to all providers, for tests; by itself each has one of its own.
    """
    auth = AuthService(
        settings,
        providers=create_providers(settings, outside),
        granters=create_granters(settings, outside),
        clock=clock,
    )
    app = create_service_app(
        auth,
        pages=Pages(FOLDER, Catalogue(FOLDER / "locale")),
        routers=ROUTERS,
        max_body={"/": LARGEST_FORM},
    )
    app.add_exception_handler(SlowedDown, password_pages.answer_slowed_down)
    app.add_exception_handler(LinkRefused, link_endpoints.answer_refused_link)
    app.add_middleware(Check, auth=auth)
    return app
