"""Telegram's login page, for both ways, and its doors for programs."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.oauth.asking import Face, go_back, go_to, read_fields
from sandbox.oauth.codes import AuthorizeRefused, TokenRefused
from sandbox.oauth.programs import answer_json, answer_refusal, counted, read_client_form
from sandbox.school import find_person
from sandbox.telegram_login.signed import in_fragment, username_of, widget_fields
from sandbox.world import world_of

AUTHORIZE = "/telegram-oidc/auth"
OPENID = Face(
    system="Telegram",
    action=AUTHORIZE,
    asks="Parta asks to know who you are on Telegram.",
    names=(
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ),
    name_of=lambda person: f"@{username_of(person)}",
)
WIDGET = replace(OPENID, names=("bot_id", "origin", "return_to", "request_access", "embed"))


@counted("telegram_login", "GET /.well-known/openid-configuration")
async def discovery(request: Request) -> Response:
    url = f"{world_of(request).settings.url}/telegram-oidc"
    return answer_json(
        {
            "issuer": url,
            "authorization_endpoint": f"{url}/auth",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/.well-known/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "phone", "telegram:bot_access"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code"],
        }
    )


@counted("telegram_login", "GET /.well-known/jwks.json")
async def keys(request: Request) -> Response:
    return answer_json({"keys": world_of(request).telegram_login.public_keys()})


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers for the person, `?deny=1` declines.

    With `bot_id` it is the older widget's page, with `client_id` OpenID Connect's.
    """
    fields = await read_fields(request)
    try:
        if "bot_id" in fields:
            return _widget(request, fields)
        return _openid(request, fields)
    except AuthorizeRefused as refused:
        return OPENID.refuse(refused)


@counted("telegram_login", "POST /token")
async def token(request: Request) -> Response:
    telegram = world_of(request).telegram_login
    try:
        return answer_json(telegram.give_tokens(await read_client_form(request)))
    except TokenRefused as refused:
        return answer_refusal(refused)


def _openid(request: Request, fields: dict[str, str]) -> Response:
    telegram = world_of(request).telegram_login
    ask = telegram.read_ask(fields)
    if fields.get("deny"):
        return go_back(ask.redirect_uri, {"error": "access_denied", "state": ask.state})
    person = find_person(fields.get("login", ""))
    if person is None:
        return OPENID.ask(fields, form_to=ask.redirect_uri)
    return go_back(ask.redirect_uri, {"code": telegram.grant(person, ask), "state": ask.state})


def _widget(request: Request, fields: dict[str, str]) -> Response:
    """The answer is in the fragment: no server sees it but the one that a script sends it to."""
    world = world_of(request)
    return_to = world.telegram_login.check_widget(fields)
    if fields.get("deny"):
        return go_to(return_to + in_fragment(None))
    person = find_person(fields.get("login", ""))
    if person is None:
        return WIDGET.ask(fields, form_to=return_to)
    told = widget_fields(
        person,
        bot_token=world.settings.telegram_bot_token,
        auth_date=int(world.telegram_login.wall_clock()),
        photo_url=world.telegram_login.picture,
    )
    return go_to(return_to + in_fragment(told))


WEB = [
    Route("/telegram-oidc/.well-known/openid-configuration", discovery),
    Route("/telegram-oidc/.well-known/jwks.json", keys),
    Route(AUTHORIZE, authorize, methods=["GET", "POST"]),
    Route("/telegram-oidc/token", token, methods=["POST"]),
]
