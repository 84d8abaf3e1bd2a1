"""Works, as people see them; the same addresses give JSON to programs."""

from dataclasses import asdict
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.errors import NotAStudent, SubmissionNotFound
from services.school.profiles import repository as profiles
from services.school.service import school_of
from services.school.submissions import assigned, deeds, repository, service
from services.school.submissions.history import repository as history
from services.school.submissions.links import Place
from services.school.submissions.looks.service import look_at
from services.school.submissions.moving import find_team_of
from services.school.submissions.pulls import repository as pulls
from services.school.submissions.repository import Submission, TaskId
from services.school.submissions.works import repository as works
from services.school.weeks.calendar import told_day
from shared import people
from shared.db import Connection
from shared.errors import Unavailable
from shared.identity import Identity, signed_in, signed_in_person
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(prefix="/school")


@router.get("/submissions")
async def list_submissions(
    request: Request, person_id: UUID = Depends(signed_in_person)
) -> Response:
    """A person's works, as student and as curator."""
    async with service_of(request).database.acquire() as connection:
        own = await repository.list_of_student(connection, person_id)
        to_review = await repository.list_of_curator(connection, person_id)
        curators = await people.list_by_role(connection, "curator")
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {"own": [asdict(one) for one in own], "to_review": [asdict(x) for x in to_review]}
            )
        )
    return render(request, "submissions.html", own=own, to_review=to_review, curators=curators)


@router.post("/submissions")
async def send_submission(
    request: Request,
    title: str = Form(max_length=1000),
    pull_url: str = Form(max_length=1000),
    curator_id: UUID = Form(),
    person_id: UUID = Depends(signed_in_person),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student sends a pull request for review."""
    if not identity.has("student"):
        raise NotAStudent
    app = school_of(request)
    async with app.database.acquire() as connection:
        place = await service.read_own_link(connection, person_id, pull_url)
    seen = await look_at(app.database, app.github, place, student_id=person_id, now=app.clock.now())
    async with app.database.transaction() as connection:
        submission = await service.send_submission(
            connection,
            student_id=person_id,
            curator_id=curator_id,
            title=title,
            pull_url=pull_url,
            now=app.clock.now(),
            seen=seen,
            public_url=app.settings.public_url,
        )
    return _answer(request, submission)


@router.get("/submissions/{submission_id}")
async def show_submission(
    request: Request,
    submission_id: UUID,
    looked: str = Query("", max_length=1),
    identity: Identity = Depends(signed_in),
) -> Response:
    """One work and its history."""
    app = service_of(request)
    async with app.database.acquire() as connection:
        work = await works.find(connection, submission_id)
        if work is None or not await _may_read(connection, work.submission, identity):
            raise SubmissionNotFound
        submission = work.submission
        statuses = await history.list_statuses(connection, submission_id)
        team = await find_team_of(connection, submission)
        pull = None
        if submission.repository is not None and submission.number is not None:
            pull = await pulls.find(connection, submission.repository, submission.number)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {**asdict(submission), "statuses": [asdict(status) for status in statuses]}
            )
        )
    return render(
        request,
        "submission.html",
        work=work,
        submission=submission,
        statuses=statuses,
        team=team,
        pull=pull,
        due=told_day(work.due_on(team), pages_of(request).texts(request).locale),
        who=deeds.who_is(submission, identity),
        possible=deeds.list_possible(submission, team, identity, app.clock.now()),
        is_over=team is not None and team.stage(app.clock.now()) == "over",
        looked=looked,
    )


async def _may_read(connection: Connection, submission: Submission, identity: Identity) -> bool:
    """Who may decide it or sent it; and any curator who teaches its student, as on the board."""
    if deeds.may_see(submission, identity):
        return True
    if submission.group_id is None or identity.person_id is None:
        return False
    ties = await profiles.find_ties(
        connection, person_id=submission.student_id, viewer_id=identity.person_id
    )
    return ties.teaches


@router.post("/submissions/{submission_id}/send")
async def send_again(
    request: Request,
    submission_id: UUID,
    version: int | None = Form(None),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """A student sends a mended work again, where it lies."""
    app = school_of(request)
    async with app.database.acquire() as connection:
        submission = await repository.find(connection, submission_id)
    if submission is None or submission.student_id != person_id or submission.pull_url is None:
        raise SubmissionNotFound
    now, public_url = app.clock.now(), app.settings.public_url
    if submission.assignment_id is not None and submission.group_id is not None:
        task_id = TaskId(person_id, submission.assignment_id, submission.group_id)
        found = await assigned.find_pull(
            app.database, app.github, task_id, link=submission.pull_url, now=now
        )
        async with app.database.transaction() as connection:
            submission = await assigned.send_link(
                connection, task_id, found=found, now=now, public_url=public_url, version=version
            )
        return _answer(request, submission)
    assert submission.repository is not None  # noqa: S101 - with its link, see the table
    assert submission.number is not None  # noqa: S101
    place = Place(submission.repository, submission.number)
    seen = await look_at(app.database, app.github, place, student_id=person_id, now=now)
    async with app.database.transaction() as connection:
        submission = await service.send_again(
            connection,
            submission_id,
            student_id=person_id,
            now=now,
            seen=seen,
            public_url=public_url,
            version=version,
        )
    return _answer(request, submission)


@router.post("/submissions/{submission_id}/take-back")
async def take_back(
    request: Request,
    submission_id: UUID,
    version: int | None = Form(None),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student takes a work back from review."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        submission = await deeds.change_mind(
            connection,
            submission_id,
            "take_back",
            identity=identity,
            now=app.clock.now(),
            public_url=app.settings.public_url,
            version=version,
        )
    return _answer(request, submission)


@router.post("/submissions/{submission_id}/decision")
async def decide_submission(
    request: Request,
    submission_id: UUID,
    decision: Literal["approved", "correction"] = Form(),
    comment: str = Form(default="", max_length=5000),
    version: int | None = Form(None),
    identity: Identity = Depends(signed_in),
) -> Response:
    """The curator decides by hand."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        submission = await deeds.decide_by_hand(
            connection,
            submission_id,
            identity=identity,
            decision=decision,
            comment=comment,
            now=app.clock.now(),
            public_url=app.settings.public_url,
            version=version,
        )
    return _answer(request, submission)


@router.post("/submissions/{submission_id}/look")
async def look_again(
    request: Request, submission_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """Have GitHub asked now; what it says comes as any other news of it."""
    app = school_of(request)
    async with app.database.acquire() as connection:
        submission = await repository.find(connection, submission_id)
    if submission is None or not deeds.may_see(submission, identity):
        raise SubmissionNotFound
    if submission.repository is None or submission.number is None:
        raise SubmissionNotFound
    place = Place(submission.repository, submission.number)
    if app.github is None or not await app.github.look_again(place):
        raise Unavailable
    if wants_page(request):
        return RedirectResponse(f"/school/submissions/{submission_id}?looked=1", 303)
    return JSONResponse({"submission_id": str(submission_id)}, 202)


@router.get("/card")
async def card(request: Request, person_id: UUID = Depends(signed_in_person)) -> Response:
    """school's part of a person's own page."""
    async with service_of(request).database.acquire() as connection:
        own, _ = await works.list_own(connection, person_id, 5)
        _, waiting = await works.list_to_review(connection, person_id, 1)
    return render(request, "school-card.html", own=own, waiting=waiting)


def _answer(request: Request, submission: Submission) -> Response:
    if wants_page(request):
        return RedirectResponse(f"/school/submissions/{submission.submission_id}", 303)
    return JSONResponse(jsonable_encoder(asdict(submission)), 200)
