"""Script doors of Stepik: who learns what, who comes and goes, and how it answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.errors import Refused
from sandbox.oauth.doors import Nothing
from sandbox.stepik.accounts import MOST_ACCOUNTS
from sandbox.stepik.campus import Campus, Kind
from sandbox.stepik.paging import More, PastEnd
from sandbox.stepik.roster import Roster, time
from sandbox.stepik.seeding import Wish, seed
from sandbox.stepik.service import Stepik
from sandbox.stepik.state import Learner
from sandbox.stepik.story import COURSE_ID
from sandbox.stepik.structure import Lesson
from sandbox.world import world_of

LEARNERS_SHOWN = 50
MOST_PAGES = 100_000


class Move(Body):
    user: int | str
    lesson: int
    passed: bool
    step: int | None = None
    """Its position in the lesson; without it all of them, theory too."""


class Seed(Body):
    course: int = Field(ge=1, le=1_000_000)
    count: int = Field(ge=0, le=MOST_ACCOUNTS)
    lessons: int = Field(default=60, ge=0, le=500)
    steps: int = Field(default=3, ge=0, le=50)
    """Marked ones of each lesson; a step of theory stands before them."""
    title: str | None = Field(default=None, min_length=1, max_length=200)
    is_foreign: bool = False
    passed_per_cent: int = Field(default=40, ge=0, le=100)
    first_github_id: int | None = Field(default=None, ge=1)
    seed: int = 1


class Settings(Body):
    """What is left out stays as it is."""

    page_size: int | None = Field(default=None, ge=1, le=100)
    more: More | None = None
    past_end: PastEnd | None = None
    cuts_ids: bool | None = None
    expires_in: int | None = Field(default=None, ge=0, le=1_000_000)
    """Seconds, of tokens that are given from now on."""
    rate: float | None = Field(default=None, gt=0, le=100_000)
    """Requests a second for each token; null is without a limit."""
    burst: int | None = Field(default=None, ge=1, le=100_000)
    retry_after: int | None = Field(default=None, ge=1, le=3600)
    after_pages: int = Field(default=0, ge=0, le=MOST_PAGES)
    """Not now, but when so many pages of grades have been read."""


class Leave(Body):
    course: int
    user: int | str | None = None
    count: int = Field(default=1, ge=1, le=MOST_ACCOUNTS)
    """Without a user: so many of those whose rows come first."""
    after_pages: int = Field(default=0, ge=0, le=MOST_PAGES)


class Join(Body):
    course: int
    user: int | str | None = None
    """Without one it is somebody new."""
    after_pages: int = Field(default=0, ge=0, le=MOST_PAGES)


class Vanish(Body):
    kind: Kind
    id: int
    comes_back: bool = False


async def move(request: Request) -> Response:
    body = await read_body(request, Move)
    campus = world_of(request).stepik.campus
    roster, learner, lesson = campus.move(
        body.user, body.lesson, passed=body.passed, position=body.step
    )
    return JSONResponse(
        {
            "course": roster.course.course_id,
            "user": learner.user_id,
            "score": roster.score(learner),
            **_lesson(roster, learner, lesson),
        }
    )


async def seed_learners(request: Request) -> Response:
    body = await read_body(request, Seed)
    campus = world_of(request).stepik.campus
    roster, users = seed(campus, Wish(**body.model_dump()))
    told = _course(roster)
    lessons = [lesson.lesson_id for lesson in roster.course.lessons()]
    return JSONResponse({**told, "lessons": lessons, "users": users})


async def set_settings(request: Request) -> Response:
    body = await read_body(request, Settings)
    stepik = world_of(request).stepik
    wish = body.model_dump(include=body.model_fields_set - {"after_pages"})
    nullable = {"rate", "retry_after"}
    if lacking := sorted(name for name in wish.keys() - nullable if wish[name] is None):
        raise Refused(400, f"{lacking[0]} cannot be null")
    stepik.later.after(body.after_pages, lambda: _apply(stepik, wish))
    return JSONResponse(_settings(stepik))


async def leave(request: Request) -> Response:
    body = await read_body(request, Leave)
    stepik = world_of(request).stepik
    campus, roster = stepik.campus, stepik.campus.get_roster(body.course)
    if body.user is not None:
        users = [campus.get_learner(roster, body.user).user_id]
    else:
        users = [one.user_id for one in roster.here if not one.is_teacher][: body.count]
    stepik.later.after(body.after_pages, lambda: campus.leave(roster, users))
    return JSONResponse({"course": body.course, "users": users})


async def join(request: Request) -> Response:
    body = await read_body(request, Join)
    stepik = world_of(request).stepik
    campus, roster = stepik.campus, stepik.campus.get_roster(body.course)
    account = campus.new_learner() if body.user is None else campus.get_account(body.user)
    stepik.later.after(body.after_pages, lambda: campus.join(roster, account))
    return JSONResponse({"course": body.course, "user": account.user_id, "name": account.name})


async def vanish(request: Request) -> Response:
    """Something is not answered any more, though others still name its id; or it is back."""
    body = await read_body(request, Vanish)
    campus = world_of(request).stepik.campus
    one = (body.kind, str(body.id))
    if body.comes_back:
        campus.gone.discard(one)
    else:
        campus.gone.add(one)
    return JSONResponse({"gone": sorted(campus.gone)})


async def forget_tokens(request: Request) -> Response:
    """Whoever has one is refused with it from now on."""
    await read_body(request, Nothing)
    return JSONResponse({"forgotten": world_of(request).stepik.oauth.forget_tokens()})


async def forget_limits(request: Request) -> Response:
    stepik = world_of(request).stepik
    stepik.limits.forget()
    return JSONResponse([asdict(holder) for holder in stepik.limits.list_holders()])


async def show_state(request: Request) -> Response:
    stepik = world_of(request).stepik
    holders = stepik.limits.list_holders()
    return JSONResponse(
        {
            "settings": _settings(stepik),
            "deeds_waiting": stepik.later.waiting,
            "gone": sorted(stepik.campus.gone),
            "courses": [_course(one) for one in stepik.campus.rosters.values()],
            "sent_while_waiting": sum(one.sent_while_waiting for one in holders),
            "holders": [asdict(holder) for holder in holders],
        }
    )


async def show_course(request: Request) -> Response:
    """A course, the story's unless named: fifty learners, and how far one of them has come."""
    campus = world_of(request).stepik.campus
    roster = campus.get_roster(read_integer(request, "course", COURSE_ID))
    rows = [one for one in roster.here if not one.is_teacher]
    user = request.query_params.get("user")
    known = campus.accounts.find_by_key(user) if user else None
    learner = roster.find(known.user_id) if known else None
    if learner is None or learner.is_teacher:
        learner = rows[0] if rows else None
    shown = rows[:LEARNERS_SHOWN]
    if learner is not None and learner not in shown:
        shown = [learner, *shown]
    return JSONResponse(
        {
            **_course(roster),
            "learners_shown": [_learner(campus, roster, one) for one in shown],
            "user": learner.user_id if learner else None,
            "viewed_at": time(learner.viewed_at) if learner else None,
            "modules": [
                {
                    "section": section.section_id,
                    "title": section.title,
                    "lessons": [_lesson(roster, learner, lesson) for lesson in section.lessons],
                }
                for section in roster.course.sections
            ],
        }
    )


def _apply(stepik: Stepik, wish: dict[str, Any]) -> None:
    for part, names in (
        (stepik.paging, ("page_size", "more", "past_end", "cuts_ids")),
        (stepik.oauth, ("expires_in",)),
        (stepik.limits, ("rate", "burst", "retry_after")),
    ):
        for name in names:
            if name in wish:
                setattr(part, name, wish[name])


def _settings(stepik: Stepik) -> dict[str, Any]:
    limits = stepik.limits
    return {
        **asdict(stepik.paging),
        "expires_in": stepik.oauth.expires_in,
        "rate": limits.rate,
        "burst": limits.burst,
        "retry_after": limits.retry_after,
    }


def _course(roster: Roster) -> dict[str, Any]:
    course = roster.course
    return {
        "course": course.course_id,
        "title": course.title,
        "learners_group": course.learners_group,
        "is_foreign": course.is_foreign,
        "learners": sum(not one.is_teacher for one in roster.here),
    }


def _learner(campus: Campus, roster: Roster, one: Learner) -> dict[str, Any]:
    account = campus.accounts.find(one.user_id)
    return {
        "user": one.user_id,
        "name": account.name if account else "",
        "key": account.key if account else None,
        "score": roster.score(one),
    }


def _lesson(roster: Roster, learner: Learner | None, lesson: Lesson) -> dict[str, Any]:
    steps = [
        {
            "step": step.position,
            "is_marked": step.is_marked,
            "passed": learner is not None and roster.has_passed(learner, step),
        }
        for step in lesson.steps
    ]
    return {
        "lesson": lesson.lesson_id,
        "title": lesson.title,
        "passed": bool(steps) and all(step["passed"] for step in steps),
        "steps": steps,
    }


DOORS = [
    Route("/stepik/progress", move, methods=["POST"]),
    Route("/stepik/learners", seed_learners, methods=["POST"]),
    Route("/stepik/settings", set_settings, methods=["POST"]),
    Route("/stepik/leave", leave, methods=["POST"]),
    Route("/stepik/join", join, methods=["POST"]),
    Route("/stepik/vanish", vanish, methods=["POST"]),
    Route("/stepik/forget_tokens", forget_tokens, methods=["POST"]),
    Route("/stepik/limits", forget_limits, methods=["DELETE"]),
    Route("/stepik/state", show_state),
    Route("/stepik/course", show_course),
]
