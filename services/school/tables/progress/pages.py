"""Students by assignments: how a team stands, at one look."""

import asyncio
from collections.abc import AsyncIterator
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.tables.progress import service
from services.school.tables.progress.matrix import Matrix
from services.school.tables.progress.service import Progress
from services.school.tables.statuses import trouble_words, words_of
from services.school.weeks.repository import Team
from shared.errors import NotFound
from shared.identity import Identity, signed_in
from shared.sheets import Row, answer_sheet
from shared.texts import Texts
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter()


@router.get("/progress")
async def show_progress(
    request: Request,
    team: UUID | None = None,
    weeks: Literal["open", "all"] = "open",
    format: Literal["csv"] | None = None,
    identity: Identity = Depends(signed_in),
) -> Response:
    """One team's matrix: a curator's own or an administrator's choice; the latest by itself."""
    app = service_of(request)
    async with app.database.acquire() as connection:
        teams = await service.list_teams(connection, identity)
        chosen = await service.get_team(connection, team, identity) if team else None
        chosen = chosen or next(iter(teams), None)
        progress = (
            await service.read_progress(
                connection, chosen, all_weeks=weeks == "all", now=app.clock.now()
            )
            if chosen
            else None
        )
    texts = pages_of(request).texts(request)
    if format == "csv":
        if progress is None:
            raise NotFound
        return _sheet(progress, texts)
    # A big team's matrix takes its time to be written: others are answered meanwhile.
    if not wants_page(request):
        return await asyncio.to_thread(_as_json, progress, teams)
    return await asyncio.to_thread(
        render,
        request,
        "progress.html",
        progress=progress,
        streams=_by_stream(teams),
        is_cut=len(teams) == service.MOST_TEAMS,
        weeks=weeks,
        words=words_of(texts),
        troubles=trouble_words(texts),
    )


def _by_stream(teams: list[Team]) -> list[tuple[tuple[str, int], list[Team]]]:
    return [
        (stream, list(found))
        for stream, found in groupby(teams, lambda team: (team.course_name, team.stream_number))
    ]


def _as_json(progress: Progress | None, teams: list[Team]) -> Response:
    told: dict[str, Any] = {"teams": teams, "progress": None}
    if progress:
        told["progress"] = {
            "team": progress.team,
            "week": progress.week,
            "is_over": progress.is_over,
            "assignments": progress.matrix.columns,
            "students": [
                {"student": line.student, "works": [mark for mark in line.marks if mark]}
                for line in progress.matrix.lines
            ],
        }
    return JSONResponse(jsonable_encoder(told))


def _sheet(progress: Progress, texts: Texts) -> Response:
    return answer_sheet(
        "progress",
        _header(progress.matrix, texts),
        _rows(progress.matrix, texts),
        too_long="",
    )


def _header(matrix: Matrix, texts: Texts) -> Row:
    return (
        texts("Student"),
        "GitHub",
        *(
            " · ".join(
                part
                for part in (
                    texts("week {number}", number=column.week),
                    column.track,
                    column.name,
                )
                if part
            )
            for column in matrix.columns
        ),
    )


async def _rows(matrix: Matrix, texts: Texts) -> AsyncIterator[list[Row]]:
    words = words_of(texts)
    yield [
        (
            line.student.name,
            line.student.github_login,
            *(words[mark.status].label if mark else "" for mark in line.marks),
        )
        for line in matrix.lines
    ]
