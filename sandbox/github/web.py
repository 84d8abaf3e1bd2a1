"""GitHub's pages for signing in, and the door where a code becomes a token."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import answer_with
from sandbox.github.accounts import find_person_of
from sandbox.github.oauth import OAuthRefused
from sandbox.github.rest import refuse
from sandbox.oauth.asking import Face, go_back, read_fields
from sandbox.oauth.codes import AuthorizeRefused
from sandbox.oauth.programs import read_client_form
from sandbox.world import world_of

AUTHORIZE = "/github/login/oauth/authorize"
FACE = Face(
    system="GitHub",
    action=AUTHORIZE,
    asks="Parta asks to know who you are on GitHub.",
    names=(
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
        "response_type",
    ),
    name_of=lambda person: person.github_login,
)
DENIED = {
    "error": "access_denied",
    "error_description": "The user has denied your application access.",
}


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers for the person, `?deny=1` declines."""
    fields = await read_fields(request)
    oauth = world_of(request).oauth
    try:
        ask = oauth.read_ask(fields)
    except AuthorizeRefused as refused:
        return FACE.refuse(refused)
    if fields.get("deny"):
        return go_back(ask.redirect_uri, {**DENIED, "state": ask.state})
    account = world_of(request).hub.accounts.find(fields.get("login", ""))
    person = find_person_of(account) if account else None
    if person is None:
        return FACE.ask(fields, form_to=ask.redirect_uri)
    return go_back(ask.redirect_uri, {"code": oauth.grant(person, ask), "state": ask.state})


async def access_token(request: Request) -> Response:
    world = world_of(request)
    world.counts.add("github", "POST /login/oauth/access_token", costs=False)
    fault = world.faults.take("github", "POST /login/oauth/access_token")

    async def answer() -> Response:
        fields = await read_client_form(request)
        try:
            token = world.oauth.exchange(fields)
        except OAuthRefused as refused:
            return _token_answer(request, refused.as_fields())
        return _token_answer(
            request, {"access_token": token.value, "scope": token.scope, "token_type": "bearer"}
        )

    return await answer_with(fault, answer, refuse)


def _token_answer(request: Request, fields: dict[str, str]) -> Response:
    """A form unless JSON is asked for: GitHub's own surprise."""
    headers = {"cache-control": "no-store"}
    if "json" in request.headers.get("accept", ""):
        return JSONResponse(fields, headers=headers)
    return Response(
        urlencode(fields),
        headers=headers,
        media_type="application/x-www-form-urlencoded; charset=utf-8",
    )


WEB = [
    Route(AUTHORIZE, authorize, methods=["GET", "POST"]),
    Route("/github/login/oauth/access_token", access_token, methods=["POST"]),
]
