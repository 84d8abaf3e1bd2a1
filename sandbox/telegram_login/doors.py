"""Script doors of Telegram's logins: what Telegram would sign, and what it never would."""

from __future__ import annotations

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body
from sandbox.oauth.doors import Nothing, Spoil, get_person
from sandbox.telegram_login.signed import init_data, widget_fields
from sandbox.world import World, world_of

LAST_SECOND = 2**40


class Sign(Body):
    """For whom; when, in seconds since 1970, if not now; with whose token, if not Parta's bot's."""

    person: str
    auth_date: int | None = Field(default=None, ge=0, le=LAST_SECOND)
    bot_token: str | None = None


async def widget(request: Request) -> Response:
    """The fields that the older widget hands over."""
    body = await read_body(request, Sign)
    world = world_of(request)
    return JSONResponse(
        widget_fields(
            get_person(body.person),
            bot_token=_token(body, world),
            auth_date=_date(body, world),
            photo_url=world.telegram_login.picture,
        )
    )


async def mini_app(request: Request) -> Response:
    """What a Mini App that this person opens is told."""
    body = await read_body(request, Sign)
    world = world_of(request)
    told = init_data(
        get_person(body.person), bot_token=_token(body, world), auth_date=_date(body, world)
    )
    return JSONResponse({"init_data": told})


async def spoil(request: Request) -> Response:
    """Make the next ID token a wrong one."""
    body = await read_body(request, Spoil)
    world_of(request).telegram_login.signer.spoil_next(body.flaw())
    return JSONResponse({})


async def rotate_keys(request: Request) -> Response:
    """Sign with a new key from now on."""
    await read_body(request, Nothing)
    world_of(request).telegram_login.signer.rotate()
    return JSONResponse({})


def _token(body: Sign, world: World) -> str:
    return world.settings.telegram_bot_token if body.bot_token is None else body.bot_token


def _date(body: Sign, world: World) -> int:
    """The real time: how fresh a word is, is measured by no clock that a demo moves."""
    now = int(world.telegram_login.wall_clock())
    return now if body.auth_date is None else body.auth_date


DOORS = [
    Route("/telegram/widget", widget, methods=["POST"]),
    Route("/telegram/init_data", mini_app, methods=["POST"]),
    Route("/telegram/spoil", spoil, methods=["POST"]),
    Route("/telegram/rotate_keys", rotate_keys, methods=["POST"]),
]
