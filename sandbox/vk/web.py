"""VK ID's page and doors for programs."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.oauth.asking import Face, go_back, read_fields, read_form
from sandbox.oauth.codes import AuthorizeRefused, TokenRefused
from sandbox.oauth.programs import answer_json, answer_refusal, counted
from sandbox.school import find_person
from sandbox.vk.oauth import user_id_of
from sandbox.world import world_of

AUTHORIZE = "/vk/authorize"
FACE = Face(
    system="VK ID",
    action=AUTHORIZE,
    asks="Parta asks to know who you are on VK.",
    names=(
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
        "payload",
    ),
    name_of=lambda person: f"id{user_id_of(person)}",
)
DENIED = {"error": "access_denied", "error_description": "User denied the request"}


async def authorize(request: Request) -> Response:
    """Ask who is there. `?login=` answers for the person, `?deny=1` declines.

    `?payload=1` answers with one JSON parameter `payload`: VK has both forms.
    """
    fields = await read_fields(request)
    vk = world_of(request).vk
    try:
        ask = vk.read_ask(fields)
    except AuthorizeRefused as refused:
        return FACE.refuse(refused)
    if fields.get("deny"):
        return go_back(ask.redirect_uri, {**DENIED, "state": ask.state})
    person = find_person(fields.get("login", ""))
    if person is None:
        return FACE.ask(fields, form_to=ask.redirect_uri)
    answer = vk.grant(person, ask)
    if fields.get("payload"):
        answer = {"payload": json.dumps(answer)}
    return go_back(ask.redirect_uri, answer)


@counted("vk", "POST /oauth2/auth")
async def token(request: Request) -> Response:
    """Everything is in the form: VK ID reads no `Authorization`."""
    try:
        return answer_json(world_of(request).vk.give_tokens(await read_form(request)))
    except TokenRefused as refused:
        return answer_refusal(refused)


@counted("vk", "POST /oauth2/user_info")
async def user_info(request: Request) -> Response:
    try:
        return answer_json(world_of(request).vk.user_info(await read_form(request)))
    except TokenRefused as refused:
        return answer_refusal(refused)


WEB = [
    Route(AUTHORIZE, authorize, methods=["GET", "POST"]),
    Route("/vk/oauth2/auth", token, methods=["POST"]),
    Route("/vk/oauth2/user_info", user_info, methods=["POST"]),
]
