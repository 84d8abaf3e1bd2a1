"""Works, as people see them; the same addresses give JSON to programs."""

from dataclasses import asdict
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.errors import NotAStudent, SubmissionNotFound
from services.school.submissions import repository, service
from shared import people
from shared.identity import Identity, signed_in, signed_in_person
from shared.web import render, service_of, wants_page

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
    pull_url: str = Form(max_length=500),
    curator_id: UUID = Form(),
    person_id: UUID = Depends(signed_in_person),
    identity: Identity = Depends(signed_in),
) -> Response:
    """A student sends a pull request for review."""
    if not identity.has("student"):
        raise NotAStudent
    app = service_of(request)
    async with app.database.transaction() as connection:
        submission = await service.send_submission(
            connection,
            student_id=person_id,
            curator_id=curator_id,
            title=title,
            pull_url=pull_url,
            now=app.clock.now(),
        )
    return _answer(request, submission)


@router.get("/submissions/{submission_id}")
async def show_submission(
    request: Request, submission_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """One work and its history."""
    async with service_of(request).database.acquire() as connection:
        submission = await repository.find(connection, submission_id)
        if submission is None or not service.may_see(submission, identity):
            raise SubmissionNotFound
        statuses = await repository.list_statuses(connection, submission_id)
        student = await people.get_person(connection, submission.student_id)
        curator = await people.get_person(connection, submission.curator_id)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {**asdict(submission), "statuses": [asdict(status) for status in statuses]}
            )
        )
    return render(
        request,
        "submission.html",
        submission=submission,
        statuses=statuses,
        student=student,
        curator=curator,
        may_decide=service.may_decide(submission, identity),
        may_send=submission.student_id == identity.person_id and submission.status != "review",
    )


@router.post("/submissions/{submission_id}/send")
async def send_again(
    request: Request, submission_id: UUID, person_id: UUID = Depends(signed_in_person)
) -> Response:
    """A student sends a mended work again."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        submission = await service.send_again(
            connection, submission_id, student_id=person_id, now=app.clock.now()
        )
    return _answer(request, submission)


@router.post("/submissions/{submission_id}/decision")
async def decide_submission(
    request: Request,
    submission_id: UUID,
    decision: Literal["approved", "correction"] = Form(),
    comment: str = Form(default="", max_length=5000),
    identity: Identity = Depends(signed_in),
) -> Response:
    """The curator decides by hand."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        submission = await service.decide_by_hand(
            connection,
            submission_id,
            identity=identity,
            decision=decision,
            comment=comment,
            now=app.clock.now(),
        )
    return _answer(request, submission)


@router.get("/card")
async def card(request: Request, person_id: UUID = Depends(signed_in_person)) -> Response:
    """school's part of a person's own page."""
    async with service_of(request).database.acquire() as connection:
        own = await repository.list_of_student(connection, person_id, limit=5)
        to_review = await repository.list_of_curator(connection, person_id, limit=5)
    return render(
        request,
        "school-card.html",
        own=own,
        to_review=[one for one in to_review if one.status == "review"],
    )


def _answer(request: Request, submission: repository.Submission) -> Response:
    if wants_page(request):
        return RedirectResponse(f"/school/submissions/{submission.submission_id}", 303)
    return JSONResponse(jsonable_encoder(asdict(submission)), 200)
