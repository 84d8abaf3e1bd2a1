"""Google's pages and doors for programs."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.google.accounts import EMAIL, GMAIL, PROFILE, claims_of, hinted_first
from sandbox.google.oauth import GoogleAsk, rights_in
from sandbox.oauth.asking import Face, go_back, read_fields
from sandbox.oauth.codes import AuthorizeRefused, TokenRefused
from sandbox.oauth.programs import (
    answer_json,
    answer_refusal,
    bearer_token,
    counted,
    read_client_form,
)
from sandbox.school import find_person
from sandbox.world import world_of

AUTHORIZE = "/google/o/oauth2/v2/auth"
FACE = Face(
    system="Google",
    action=AUTHORIZE,
    asks="Parta asks to know who you are on Google.",
    names=(
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "access_type",
        "prompt",
        "include_granted_scopes",
        "login_hint",
    ),
    name_of=lambda person: person.email,
)


@counted("google", "GET /.well-known/openid-configuration")
async def discovery(request: Request) -> Response:
    url = f"{world_of(request).settings.url}/google"
    return answer_json(
        {
            "issuer": url,
            "authorization_endpoint": f"{url}/o/oauth2/v2/auth",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "revocation_endpoint": f"{url}/revoke",
            "jwks_uri": f"{url}/oauth2/v3/certs",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
        }
    )


@counted("google", "GET /oauth2/v3/certs")
async def keys(request: Request) -> Response:
    return answer_json({"keys": world_of(request).google.signer.public_keys()})


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers for the person, `?deny=1` declines.

    `?withhold=` with a scope is a person who signs in and keeps that right back.
    """
    fields = await read_fields(request)
    google = world_of(request).google
    try:
        ask = google.read_ask(fields)
    except AuthorizeRefused as refused:
        return FACE.refuse(refused)
    if fields.get("deny"):
        return go_back(ask.redirect_uri, {"error": "access_denied", "state": ask.state})
    person = find_person(fields.get("login", ""))
    if person is None:
        people = hinted_first(fields.get("login_hint", ""))
        return FACE.ask(fields, form_to=ask.redirect_uri, people=people, more=_rights(ask))
    code, granted = google.grant(person, ask, withheld=fields.get("withhold", ""))
    return go_back(
        ask.redirect_uri,
        {
            "state": ask.state,
            # Google says who it is, though its discovery document does not announce it.
            "iss": google.signer.issuer,
            "code": code,
            "scope": granted.scope,
            "authuser": "0",
            "prompt": "consent" if granted.asked_anew else "none",
        },
    )


@counted("google", "POST /token")
async def token(request: Request) -> Response:
    try:
        return answer_json(world_of(request).google.give_tokens(await read_client_form(request)))
    except TokenRefused as refused:
        return answer_refusal(refused)


@counted("google", "GET /userinfo")
async def user_info(request: Request) -> Response:
    access = world_of(request).google.find_access(bearer_token(request))
    if access is None or not {EMAIL, PROFILE, "openid"}.intersection(access.scopes):
        refused = {"error": "invalid_request", "error_description": "Invalid Credentials"}
        answer = answer_json(refused, 401)
        answer.headers["www-authenticate"] = 'Bearer error="invalid_token"'
        return answer
    return answer_json(claims_of(access.person, access.scopes))


@counted("google", "POST /revoke")
async def revoke(request: Request) -> Response:
    """The token may stand in the form or in the address."""
    fields = {**request.query_params, **await read_client_form(request)}
    try:
        world_of(request).google.revoke(fields.get("token", ""))
    except TokenRefused as refused:
        return answer_refusal(refused)
    return answer_json({})


def _rights(ask: GoogleAsk) -> str:
    """A box for each right that a person may keep back, as on Google's own page."""
    words = {GMAIL: "Do not let Parta read my mail"}
    return "".join(
        f'<label><input type="checkbox" name="withhold" value="{escape(scope)}"> '
        f"{escape(words[scope])}</label>"
        for scope in rights_in(ask)
    )


WEB = [
    Route("/google/.well-known/openid-configuration", discovery),
    Route("/google/oauth2/v3/certs", keys),
    Route(AUTHORIZE, authorize, methods=["GET", "POST"]),
    Route("/google/token", token, methods=["POST"]),
    Route("/google/userinfo", user_info, methods=["GET", "POST"]),
    Route("/google/revoke", revoke, methods=["POST"]),
]
