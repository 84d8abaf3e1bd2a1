"""Script doors of Boomstream: who has bought what, what is changed by hand, what fails."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.boomstream.cinema import Cinema, Failed, Refusal, doubles, read_date, written
from sandbox.boomstream.spoiling import How, Spoil
from sandbox.boomstream.state import (
    FILMS_KEPT,
    REFUSALS_KEPT,
    Buyer,
    Film,
    Subscription,
)
from sandbox.door import Body, read_body, read_integer
from sandbox.errors import Refused
from sandbox.world import world_of

MOST_TIMES = 100_000
CODE = r"^[A-Za-z0-9]{1,32}$"


class Refuse(Body):
    """The next calls of a method, or of all, are told this: `Media not found`, whatever."""

    message: str = Field(max_length=1000)
    method: str | None = None
    times: int = Field(default=1, ge=1, le=MOST_TIMES)


class SpoilNext(Body):
    how: How
    method: str | None = None
    times: int = Field(default=1, ge=1, le=MOST_TIMES)


class SetSubscription(Body):
    """A new one, or what is said of one that is there."""

    code: str = Field(pattern=CODE)
    title: str | None = Field(default=None, max_length=200)
    expires_at: str | None = None
    """As Boomstream writes it; all zeros is never."""
    period_days: int | None = Field(default=None, ge=0, le=9999)
    """0: none."""
    activation: str | None = None
    is_foreign: bool | None = None
    starts_inactive: bool | None = None


class SetFilm(Body):
    code: str = Field(pattern=CODE)
    subscription: str = Field(default="", pattern=r"^[A-Za-z0-9]{0,32}$")
    title: str = Field(default="", max_length=200)
    is_collection: bool = False
    gone: bool = False


class SetBuyer(Body):
    """One who is there, by hash; or, with an e-mail, one who comes by another way."""

    hash: str = Field(min_length=1, max_length=64)
    subscription: str | None = None
    email: str | None = None
    media: str | None = None
    expires_at: str | None = None
    is_active: bool | None = None
    gone: bool = False


class Settings(Body):
    page_size: int = Field(ge=1, le=10_000)


async def list_buyers(request: Request) -> Response:
    """The newest first."""
    buyers = world_of(request).cinema.state.buyers
    limit = read_integer(request, "limit", 100)
    wanted = request.query_params.get("email", "").casefold()
    found = [one for one in buyers if not wanted or one.email.casefold() == wanted]
    shown = found[::-1][: max(limit, 0)]
    cinema = world_of(request).cinema
    return JSONResponse(
        {
            "count": len(found),
            "doubles": doubles(found),
            "buyers": [_as_json(cinema, one) for one in shown],
        }
    )


async def list_films(request: Request) -> Response:
    state = world_of(request).cinema.state
    return JSONResponse(
        {
            "films": [asdict(film) for film in state.films],
            "subscriptions": [
                {**asdict(one), "expires_at": written(one.expires_at)}
                for one in state.subscriptions
            ],
        }
    )


async def refuse_next(request: Request) -> Response:
    body = await read_body(request, Refuse)
    refusals = world_of(request).cinema.refusals
    if len(refusals) >= REFUSALS_KEPT:
        raise Refused(409, "so many refusals wait already")
    refusals.append(Refusal(body.method, body.message, body.times))
    return JSONResponse([asdict(one) for one in refusals])


async def refuse_no_more(request: Request) -> Response:
    world_of(request).cinema.refusals.clear()
    return JSONResponse([])


async def list_refusals(request: Request) -> Response:
    return JSONResponse([asdict(one) for one in world_of(request).cinema.refusals])


async def spoil_next(request: Request) -> Response:
    body = await read_body(request, SpoilNext)
    world_of(request).spoils.add(Spoil(body.how, body.method, body.times))
    return JSONResponse({})


async def set_subscription(request: Request) -> Response:
    body = await read_body(request, SetSubscription)
    cinema = world_of(request).cinema
    found = cinema.find_subscription(body.code)
    if found is None:
        found = Subscription(body.code, body.title or body.code)
        if len(cinema.state.subscriptions) >= FILMS_KEPT:
            raise Refused(409, "so many subscriptions are there already")
        cinema.state.subscriptions.append(found)
    if body.expires_at is not None:
        found.expires_at = _date(body.expires_at)
    if body.period_days is not None:
        found.period_days = body.period_days or None
    for name in ("title", "activation", "is_foreign", "starts_inactive"):
        if getattr(body, name) is not None:
            setattr(found, name, getattr(body, name))
    cinema.changed()
    return JSONResponse({**asdict(found), "expires_at": written(found.expires_at)})


async def set_film(request: Request) -> Response:
    body = await read_body(request, SetFilm)
    cinema = world_of(request).cinema
    films = [film for film in cinema.state.films if film.code != body.code]
    if len(films) >= FILMS_KEPT:
        raise Refused(409, "so many films are there already")
    if not body.gone:
        if cinema.find_subscription(body.subscription) is None:
            raise Refused(404, f"no subscription {body.subscription}")
        title = body.title or body.code
        films.append(Film(body.code, title, body.subscription, body.is_collection))
    cinema.state.films[:] = films
    cinema.changed()
    return JSONResponse({})


async def set_buyer(request: Request) -> Response:
    """What an operator of Boomstream does by hand; or a stranger buys."""
    body = await read_body(request, SetBuyer)
    cinema = world_of(request).cinema
    buyers = cinema.find_buyers(body.hash)
    if body.email is not None:
        buyers = [cinema.admit(_newcomer(cinema, body))]
    if not buyers:
        raise Refused(404, "nobody has this hash")
    for buyer in buyers:
        if body.gone:
            cinema.dismiss(buyer)
            continue
        if body.expires_at is not None:
            buyer.expires_at = _date(body.expires_at)
        if body.is_active is not None:
            buyer.is_active = body.is_active
        if body.media is not None:
            buyer.media = body.media or None
    cinema.changed()
    return JSONResponse([_as_json(cinema, one) for one in buyers])


async def change_settings(request: Request) -> Response:
    body = await read_body(request, Settings)
    world_of(request).cinema.page_size = body.page_size
    return JSONResponse(body.model_dump())


def _newcomer(cinema: Cinema, body: SetBuyer) -> Buyer:
    subscription = body.subscription or cinema.state.subscriptions[0].code
    if cinema.find_subscription(subscription) is None:
        raise Refused(404, f"no subscription {subscription}")
    if any(one.subscription == subscription for one in cinema.find_buyers(body.hash)):
        raise Refused(409, "somebody has this hash")
    return Buyer(
        subscription=subscription,
        hash=body.hash,
        email=body.email or "",
        name="",
        added_at=cinema.now(),
        media=body.media or None,
    )


def _as_json(cinema: Cinema, buyer: Buyer) -> dict[str, Any]:
    film = cinema.find_film(buyer.media) if buyer.media else None
    is_over = buyer.expires_at is not None and buyer.expires_at <= cinema.now()
    return {
        **asdict(buyer),
        "added_at": buyer.added_at.isoformat(),
        "expires_at": buyer.expires_at.isoformat() if buyer.expires_at else None,
        "is_over": is_over,
        "title": film.title if film else None,
    }


def _date(text: str) -> Any:
    try:
        return read_date(text)
    except Failed as failed:
        raise Refused(400, f"expires_at: {failed}") from failed


DOORS = [
    Route("/boomstream/buyers", list_buyers, methods=["GET"]),
    Route("/boomstream/buyers", set_buyer, methods=["POST"]),
    Route("/boomstream/films", list_films, methods=["GET"]),
    Route("/boomstream/films", set_film, methods=["POST"]),
    Route("/boomstream/subscriptions", set_subscription, methods=["POST"]),
    Route("/boomstream/refusals", list_refusals, methods=["GET"]),
    Route("/boomstream/refusals", refuse_next, methods=["POST"]),
    Route("/boomstream/refusals", refuse_no_more, methods=["DELETE"]),
    Route("/boomstream/spoil", spoil_next, methods=["POST"]),
    Route("/boomstream/settings", change_settings, methods=["POST"]),
]
