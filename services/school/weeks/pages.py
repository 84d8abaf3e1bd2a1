"""A team's weeks, and the way to them, as learners see them; curators may look as well."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.courses.markdown import render_texts
from services.school.weeks import repository, service, task_pages
from services.school.weeks.calendar import days_for
from shared.identity import Identity, signed_in
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(prefix="/school")
router.include_router(task_pages.router)


@router.get("")
async def show_teams(request: Request, identity: Identity = Depends(signed_in)) -> Response:
    """Where somebody learns and teaches; administrators see all."""
    app = service_of(request)
    assert identity.person_id is not None  # noqa: S101 - signed in
    async with app.database.acquire() as connection:
        own = await repository.list_teams_of_student(connection, identity.person_id)
        if identity.has("administrator"):
            taught = await repository.list_teams(connection)
        else:
            taught = await repository.list_teams_of_curator(connection, identity.person_id)
    now = app.clock.now()
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {"own": [asdict(x) for x in own], "taught": [asdict(x) for x in taught]}
            )
        )
    return render(
        request,
        "school.html",
        own=own,
        taught=taught,
        now=now,
        day=days_for(pages_of(request).texts(request).locale),
    )


@router.get("/teams/{group_id}/weeks/{number}")
async def show_week(
    request: Request,
    group_id: UUID,
    number: int = Path(ge=1, le=200),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A week: its lessons and assignments by track."""
    app = service_of(request)
    now = app.clock.now()
    async with app.database.acquire() as connection:
        seen = await service.get_week(connection, group_id, number, identity, now)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder(asdict(seen)))
    lessons = [lesson for section in seen.sections for lesson in section.lessons]
    texts = await render_texts(
        [
            seen.week.description,
            *(section.description for section in seen.sections),
            *(lesson.content for lesson in lessons),
        ]
    )
    rest = iter(texts[1 + len(seen.sections) :])
    return render(
        request,
        "team-week.html",
        seen=seen,
        team=seen.team,
        stage=seen.team.stage(now),
        current=seen.team.week(now),
        description=texts[0],
        about_tracks=texts[1 : 1 + len(seen.sections)],
        contents={lesson.lesson_id: next(rest) for lesson in lessons},
        day=days_for(pages_of(request).texts(request).locale),
    )
