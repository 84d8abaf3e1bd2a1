"""Stepik's page that asks who somebody is, and its door for tokens."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.oauth.asking import Face, go_back, read_fields
from sandbox.oauth.codes import AuthorizeRefused, TokenRefused
from sandbox.oauth.programs import answer_json, answer_refusal, counted, read_client_form
from sandbox.stepik.oauth import as_person
from sandbox.world import world_of

AUTHORIZE = "/stepik/oauth2/authorize/"
SHOWN = 20
FACE = Face(
    system="Stepik",
    action=AUTHORIZE,
    asks="Parta asks to know who you are on Stepik.",
    names=(
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    ),
    name_of=lambda person: person.key,
)


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers by number or key, `?deny=1` declines."""
    fields = await read_fields(request)
    stepik = world_of(request).stepik
    try:
        ask = stepik.oauth.read_ask(fields)
    except AuthorizeRefused as refused:
        return FACE.refuse(refused)
    if fields.get("deny"):
        return go_back(ask.redirect_uri, {"error": "access_denied", "state": ask.state})
    accounts = stepik.campus.accounts
    account = accounts.find_by_key(fields.get("login", ""))
    if account is None:
        people = [as_person(one) for one in accounts.list_all()[:SHOWN]]
        return FACE.ask(fields, form_to=ask.redirect_uri, people=people)
    code = stepik.oauth.grant(account, ask)
    return go_back(ask.redirect_uri, {"code": code, "state": ask.state})


@counted("stepik", "POST /oauth2/token/")
async def token(request: Request) -> Response:
    try:
        return answer_json(
            world_of(request).stepik.oauth.give_token(await read_client_form(request))
        )
    except TokenRefused as refused:
        return answer_refusal(refused)


WEB = [
    Route(AUTHORIZE, authorize, methods=["GET", "POST"]),
    Route("/stepik/oauth2/token/", token, methods=["POST"]),
]
