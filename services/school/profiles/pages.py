"""A person as those whom they learn with see them: teams, tasks, and works on one board."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.profiles.service import Profile, TeamNow, read_profile
from services.school.tables.statuses import trouble_words, words_of
from services.school.tables.times import ago_from
from shared.identity import Identity, signed_in
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(prefix="/school")


@router.get("/people/{person_id}")
async def show_profile(
    request: Request, person_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """One person, as far as the one who asks may see them."""
    app = service_of(request)
    now = app.clock.now()
    async with app.database.acquire() as connection:
        profile = await read_profile(connection, person_id, identity, now)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder(_as_json(profile)))
    texts = pages_of(request).texts(request)

    def day(on: date) -> str:
        return format_date(on, "d MMMM", locale=texts.locale)

    return render(
        request,
        "profile.html",
        profile=profile,
        words=words_of(texts),
        troubles=trouble_words(texts),
        ago=ago_from(now, texts.locale),
        day=day,
    )


def _as_json(profile: Profile) -> dict[str, Any]:
    person = profile.person
    return {
        "person_id": person.person_id,
        "name": person.name,
        "github_login": person.github_login,
        "has_telegram": person.telegram_id is not None,
        "learns_in": [_team_as_json(one) for one in profile.learns_in],
        "teaches": [_team_as_json(one) for one in profile.teaches],
        "tasks": [
            {**asdict(one.task), "due_on": one.due_on, "is_late": one.is_late}
            for one in profile.tasks
        ],
        "board": profile.board and [asdict(column) for column in profile.board],
    }


def _team_as_json(one: TeamNow) -> dict[str, Any]:
    """Without the chats: who reads a profile need not be invited to all that its person is in."""
    team = asdict(one.team)
    chats = ("team_chat_url", "stream_chat_url", "course_chat_url")
    return {
        "team": {name: value for name, value in team.items() if name not in chats},
        "week": one.week,
        "is_over": one.is_over,
    }
