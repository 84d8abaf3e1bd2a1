"""A stream's teams, and a team's students: administrators keep them, a curator reads their own."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.courses import repository as courses
from services.school.courses.access import administrator
from services.school.errors import TeamNotFound
from services.school.groups import repository, service
from services.school.weeks.calendar import days_for
from shared import people
from shared.db import Connection
from shared.errors import Forbidden
from shared.identity import Identity, signed_in
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(prefix="/school")
MOST_CURATORS = 1000


@router.get("/streams/{stream_id}", dependencies=[Depends(administrator)])
async def show_stream(request: Request, stream_id: UUID) -> Response:
    """A stream's teams."""
    async with service_of(request).database.acquire() as connection:
        stream = await courses.get_stream(connection, stream_id)
        teams = await repository.list_teams(connection, stream_id)
        curators = await people.list_by_role(connection, "curator", MOST_CURATORS)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder({**asdict(stream), "teams": [asdict(team) for team in teams]})
        )
    return render(
        request,
        "stream.html",
        day=days_for(pages_of(request).texts(request).locale),
        stream=stream,
        teams=teams,
        curators=curators,
    )


@router.post("/streams/{stream_id}/teams", dependencies=[Depends(administrator)])
async def create_team(
    request: Request,
    stream_id: UUID,
    name: str = Form(max_length=1000),
    curator_id: UUID = Form(),
) -> Response:
    """An administrator makes a team."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        group_id = await service.create_team(
            connection, stream_id, name=name, curator_id=curator_id, now=app.clock.now()
        )
    return await _answer(request, group_id)


@router.get("/teams/{group_id}")
async def show_team(
    request: Request, group_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """A team's students, and those it waits for."""
    async with service_of(request).database.acquire() as connection:
        team = await service.get_team(connection, group_id)
        if not service.may_see(team, identity):
            raise TeamNotFound
        if not wants_page(request):
            return await _tell(connection, team)
        stream = await courses.get_stream(connection, team.stream_id)
        members = await repository.list_members(connection, group_id)
        seats = await repository.list_seats(connection, group_id)
        may_edit = identity.has("administrator")
        curators, teams, streams = [], [], []
        if may_edit:
            curators = await people.list_by_role(connection, "curator", MOST_CURATORS)
            teams = await repository.list_teams(connection, team.stream_id)
            streams = await courses.list_streams(connection, stream.course_id)
    return render(
        request,
        "team.html",
        day=days_for(pages_of(request).texts(request).locale),
        team=team,
        stream=stream,
        members=members,
        seats=seats,
        curators=curators,
        others=[one for one in teams if one.group_id != group_id],
        streams=[one for one in streams if one.stream_id != team.stream_id],
        may_edit=may_edit,
    )


@router.post("/teams/{group_id}")
async def change_team(
    request: Request,
    group_id: UUID,
    name: str = Form(max_length=1000),
    curator_id: UUID = Form(),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An administrator renames a team, or gives it another curator."""

    async def change(connection: Connection) -> None:
        await service.change_team(connection, group_id, name=name, curator_id=curator_id)

    return await _edit(request, group_id, identity, change)


@router.post("/teams/{group_id}/move")
async def move_team(
    request: Request,
    group_id: UUID,
    stream_id: UUID = Form(),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An administrator moves a team to another stream of its course."""

    async def move(connection: Connection) -> None:
        await service.move_team(connection, group_id, stream_id)

    return await _edit(request, group_id, identity, move)


@router.post("/teams/{group_id}/delete")
async def delete_team(
    request: Request, group_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """An administrator deletes a team in which no work was begun."""
    async with service_of(request).database.transaction() as connection:
        await _check_editor(connection, group_id, identity)
        stream_id = await service.delete_team(connection, group_id)
    if wants_page(request):
        return RedirectResponse(f"/school/streams/{stream_id}", 303)
    return JSONResponse({"stream_id": str(stream_id)})


@router.post("/teams/{group_id}/members")
async def add_student(
    request: Request,
    group_id: UUID,
    login: str = Form(max_length=200),
    name: str = Form("", max_length=1000),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An administrator takes a student in by their GitHub login."""

    async def add(connection: Connection) -> None:
        now = service_of(request).clock.now()
        await service.add_student(connection, group_id, login=login, name=name, now=now)

    return await _edit(request, group_id, identity, add)


@router.post("/teams/{group_id}/members/{person_id}/take-out")
async def take_out(
    request: Request, group_id: UUID, person_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """An administrator takes a student out."""

    async def take(connection: Connection) -> None:
        await service.take_out(connection, group_id, person_id)

    return await _edit(request, group_id, identity, take)


@router.post("/teams/{group_id}/members/{person_id}/move")
async def move_student(
    request: Request,
    group_id: UUID,
    person_id: UUID,
    to: UUID = Form(),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An administrator moves a student to another team of the stream."""

    async def move(connection: Connection) -> None:
        now = service_of(request).clock.now()
        await service.move_student(connection, group_id, person_id, to=to, now=now)

    return await _edit(request, group_id, identity, move)


@router.post("/teams/{group_id}/seats/give-up")
async def give_up_seat(
    request: Request,
    group_id: UUID,
    login: str = Form(max_length=200),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An administrator waits for a student no longer."""

    async def give_up(connection: Connection) -> None:
        await service.give_up_seat(connection, group_id, login)

    return await _edit(request, group_id, identity, give_up)


async def _edit(
    request: Request,
    group_id: UUID,
    identity: Identity,
    do: Callable[[Connection], Awaitable[None]],
) -> Response:
    async with service_of(request).database.transaction() as connection:
        await _check_editor(connection, group_id, identity)
        await do(connection)
    return await _answer(request, group_id)


async def _check_editor(connection: Connection, group_id: UUID, identity: Identity) -> None:
    if identity.has("administrator"):
        return
    team = await service.get_team(connection, group_id)
    # Its curator knows of it, others do not.
    raise Forbidden if service.may_see(team, identity) else TeamNotFound


async def _answer(request: Request, group_id: UUID) -> Response:
    if wants_page(request):
        return RedirectResponse(f"/school/teams/{group_id}", 303)
    async with service_of(request).database.acquire() as connection:
        return await _tell(connection, await service.get_team(connection, group_id))


async def _tell(connection: Connection, team: repository.Team) -> Response:
    members = await repository.list_members(connection, team.group_id)
    seats = await repository.list_seats(connection, team.group_id)
    return JSONResponse(
        jsonable_encoder(
            {
                **asdict(team),
                "students": [asdict(one) for one in members],
                "waited_for": [asdict(one) for one in seats],
            }
        )
    )
