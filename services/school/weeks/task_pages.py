"""An assignment and a student's work of it, on one page."""

from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.courses.markdown import render_texts
from services.school.errors import SchoolError, SubmissionNotFound
from services.school.refusals import told
from services.school.service import school_of
from services.school.submissions import assigned, deeds
from services.school.submissions import repository as submissions
from services.school.submissions.history import repository as history
from services.school.submissions.policies import owner_of
from services.school.submissions.pulls import repository as pulls
from services.school.submissions.repository import Submission, TaskId
from services.school.weeks import repository, service
from services.school.weeks.calendar import days_for
from shared import people
from shared.db import Connection
from shared.errors import Conflict, Unprocessable
from shared.identity import Identity, signed_in, signed_in_person
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter()

TASK = "/teams/{group_id}/assignments/{assignment_id}"


def task_asked_for(
    group_id: UUID, assignment_id: UUID, person_id: UUID = Depends(signed_in_person)
) -> TaskId:
    """FastAPI dependency: the task of whoever is signed in that an address names."""
    return TaskId(person_id, assignment_id, group_id)


@router.get(TASK)
async def show_task(
    request: Request,
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """An assignment; who opens it for the first time has begun it.

    That a GET changes something is what people expect here ("I am working on it"), is done once,
    undone by a press, and harms nobody; what a browser fetches ahead of its person does not count.
    """
    app = service_of(request)
    begins = wants_page(request) and "prefetch" not in _purpose(request)
    if begins:
        async with app.database.transaction() as connection:
            _, seen_as = await service.get_team(connection, task_id.group_id, identity)
            if seen_as == "student":
                await assigned.begin(
                    connection,
                    task_id,
                    now=app.clock.now(),
                    public_url=app.settings.public_url,
                )
    return await _task_page(request, task_id, identity)


@router.post(f"{TASK}/send")
async def send_work(
    request: Request,
    pull_url: str = Form(max_length=1000),
    version: int | None = Form(None),
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student sends a link for review; what is wrong with it is said beside its field."""
    app = school_of(request)
    now = app.clock.now()
    try:
        found = await assigned.find_pull(app.database, app.github, task_id, link=pull_url, now=now)
        async with app.database.transaction() as connection:
            await assigned.send_link(
                connection,
                task_id,
                found=found,
                now=now,
                public_url=app.settings.public_url,
                version=version,
            )
    except SchoolError as error:
        return await _refuse(request, task_id, identity, error, entered=pull_url)
    return await _answer(request, task_id, identity)


@router.post(f"{TASK}/begin")
async def begin_again(
    request: Request,
    version: int | None = Form(None),
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student takes up again what they had stopped."""
    return await _change_mind(request, task_id, identity, "begin", version)


@router.post(f"{TASK}/drop")
async def drop(
    request: Request,
    version: int | None = Form(None),
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student stops working on it."""
    return await _change_mind(request, task_id, identity, "drop", version)


@router.post(f"{TASK}/take-back")
async def take_back(
    request: Request,
    version: int | None = Form(None),
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student takes it back from review."""
    return await _change_mind(request, task_id, identity, "take_back", version)


@router.post(f"{TASK}/note")
async def keep_note(
    request: Request,
    note: str = Form("", max_length=5000),
    task_id: TaskId = Depends(task_asked_for),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student writes down what nobody else reads."""
    async with service_of(request).database.transaction() as connection:
        work = await _get_work(connection, task_id)
        await deeds.keep_note(connection, work.submission_id, identity=identity, note=note)
    return await _answer(request, task_id, identity)


async def _get_work(connection: Connection, task_id: TaskId) -> Submission:
    work = await submissions.find_assigned(connection, task_id)
    if work is None:
        raise SubmissionNotFound
    return work


async def _change_mind(
    request: Request,
    task_id: TaskId,
    identity: Identity,
    deed: Literal["begin", "drop", "take_back"],
    version: int | None,
) -> Response:
    app = service_of(request)
    refused: SchoolError | None = None
    async with app.database.transaction() as connection:
        work = await _get_work(connection, task_id)
        try:
            await deeds.change_mind(
                connection,
                work.submission_id,
                deed,
                identity=identity,
                now=app.clock.now(),
                public_url=app.settings.public_url,
                version=version,
            )
        except SchoolError as error:
            refused = error
    if refused is None:
        return await _answer(request, task_id, identity)
    return await _refuse(request, task_id, identity, refused)


async def _refuse(
    request: Request,
    task_id: TaskId,
    identity: Identity,
    error: SchoolError,
    entered: str | None = None,
) -> Response:
    """What is wrong is said where it was entered, in view of what stands now."""
    if not wants_page(request) or not isinstance(error, Unprocessable | Conflict):
        raise error
    return await _task_page(request, task_id, identity, refused=error, entered=entered)


async def _answer(request: Request, task_id: TaskId, identity: Identity) -> Response:
    if wants_page(request):
        place = f"/school/teams/{task_id.group_id}/assignments/{task_id.assignment_id}"
        return RedirectResponse(place, 303)
    return await _task_page(request, task_id, identity)


async def _task_page(
    request: Request,
    task_id: TaskId,
    identity: Identity,
    *,
    refused: SchoolError | None = None,
    entered: str | None = None,
) -> Response:
    app = service_of(request)
    now = app.clock.now()
    async with app.database.acquire() as connection:
        task, team, seen_as = await service.get_task(connection, task_id, identity, now)
        content = await repository.find_content(connection, task_id.assignment_id)
        person = await people.get_person(connection, task_id.student_id)
        work = await submissions.find_assigned(connection, task_id)
        note, statuses, pull = "", [], None
        if work is not None:
            note = await submissions.find_note(connection, work.submission_id, task_id.student_id)
            statuses = await history.list_statuses(connection, work.submission_id)
            if work.repository is not None and work.number is not None:
                pull = await pulls.find(connection, work.repository, work.number)
    due = team.due_on(task.week, task.due_day)
    if not wants_page(request):
        shown: dict[str, Any] = {"task": asdict(task), "content": content, "due_on": due}
        shown |= {"note": note}
        shown |= {"work": asdict(work) if work else None, "statuses": [asdict(x) for x in statuses]}
        return JSONResponse(jsonable_encoder(shown))
    (text,) = await render_texts([content])
    return render(
        request,
        "task.html",
        status=refused.status if refused is not None else 200,
        task=task,
        team=team,
        stage=team.stage(now),
        seen_as=seen_as,
        text=text,
        due=due,
        day=days_for(pages_of(request).texts(request).locale),
        login=person.github_login,
        task_owner=owner_of(task.repository_url),
        work=work,
        possible=(
            deeds.list_possible(work, team, identity, now)
            if work is not None
            else ({"send"} if team.stage(now) == "running" else frozenset())
        ),
        note=note,
        statuses=statuses,
        pull=pull,
        refused=told(request, refused) if refused is not None else None,
        entered=entered if entered is not None else (work.pull_url if work else None) or "",
    )


def _purpose(request: Request) -> str:
    """What a browser says that it fetches a page for."""
    return f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}".lower()
