"""GitHub's pages for signing in, and the door where a code becomes a token."""

from __future__ import annotations

import base64
import binascii
from html import escape
from urllib.parse import unquote, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.faults import answer_with
from sandbox.github.api import refuse
from sandbox.github.oauth import Ask, AuthorizeRefused, OAuthRefused
from sandbox.school import PEOPLE, find_person
from sandbox.world import world_of

NAMES = (
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_type",
)
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/page/github.css">
<main><p class="where">GitHub of the sandbox</p><h1>{title}</h1>{content}</main></html>
"""


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers for the person, `?deny=1` declines."""
    return _authorize(request, dict(request.query_params))


async def authorize_chosen(request: Request) -> Response:
    return _authorize(request, await _form(request))


async def access_token(request: Request) -> Response:
    world = world_of(request)
    world.counts.add("github", "POST /login/oauth/access_token", costs=False)
    fault = world.faults.take("github", "POST /login/oauth/access_token")

    async def answer() -> Response:
        fields = {**await _form(request), **_basic_credentials(request)}
        try:
            token = world.oauth.exchange(fields)
        except OAuthRefused as refused:
            return _token_answer(request, refused.as_fields())
        return _token_answer(
            request, {"access_token": token.value, "scope": token.scope, "token_type": "bearer"}
        )

    return await answer_with(fault, answer, refuse)


def _authorize(request: Request, fields: dict[str, str]) -> Response:
    oauth = world_of(request).oauth
    try:
        ask = oauth.read_ask(fields)
    except AuthorizeRefused as refused:
        title = "This application cannot sign you in"
        return _page(title, f"<p>{escape(str(refused))}</p>", status=400)
    if fields.get("deny"):
        return _back(
            ask,
            {
                "error": "access_denied",
                "error_description": "The user has denied your application access.",
            },
        )
    if not fields.get("login"):
        return _page("Who are you?", _choice(fields), form_to=ask.redirect_uri)
    person = find_person(fields["login"])
    if person is None:
        return _page("Nobody here has this login", _choice(fields), status=404)
    return _back(ask, {"code": oauth.grant(person.github_login, ask)})


def _back(ask: Ask, answer: dict[str, str]) -> Response:
    query = {**answer, **({"state": ask.state} if ask.state else {})}
    joint = "&" if urlsplit(ask.redirect_uri).query else "?"
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return RedirectResponse(ask.redirect_uri + joint + urlencode(query), 302, headers)


def _choice(fields: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(fields[name])}">'
        for name in NAMES
        if name in fields
    )
    buttons = "".join(
        f'<button name="login" value="{person.github_login}">'
        f"<b>{escape(person.name)}</b> <span>{person.github_login}</span></button>"
        for person in PEOPLE
    )
    return (
        "<p>Parta asks to know who you are on GitHub.</p>"
        f'<form method="post" action="/github/login/oauth/authorize">{hidden}{buttons}'
        '<button class="quiet" name="deny" value="1">Cancel</button></form>'
    )


def _page(title: str, content: str, *, status: int = 200, form_to: str = "") -> Response:
    parts = urlsplit(form_to)
    origin = f" {parts.scheme}://{parts.netloc}" if form_to else ""
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self'{origin}"
    )
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(PAGE.format(title=escape(title), content=content), status, headers)


async def _form(request: Request) -> dict[str, str]:
    """Fields of a form; a file is nothing this door has a use for."""
    try:
        async with request.form() as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException:
        return {}


def _basic_credentials(request: Request) -> dict[str, str]:
    """A client may give its id and secret in the header, as RFC 6749 prefers."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {"client_id": "", "client_secret": ""}
    return {"client_id": unquote(client_id), "client_secret": unquote(secret)}


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
    Route("/github/login/oauth/authorize", authorize, methods=["GET"]),
    Route("/github/login/oauth/authorize", authorize_chosen, methods=["POST"]),
    Route("/github/login/oauth/access_token", access_token, methods=["POST"]),
]
