"""Works, as the bot asks for them and changes them in a person's name."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Header, Request

from services.school.service import school_of
from services.school.submissions import assigned, deeds
from services.school.submissions.repository import Submission, TaskId
from services.school.submissions.works import service as works
from services.school.submissions.works.schemas import (
    Choices,
    Decided,
    LinkGiven,
    PlaceOfChats,
    Places,
    Sending,
    TakenBack,
    Work,
    WorkList,
)
from services.school.weeks import repository as weeks
from services.school.weeks.calendar import earliest_today
from shared.db import Connection
from shared.errors import Forbidden
from shared.identity import Identity, called_by
from shared.once import once

router = APIRouter(prefix="/internal", dependencies=[called_by("bot")])

MOST_PLACES = 100


@router.get("/works")
async def list_works(request: Request, person_id: UUID) -> WorkList:
    """A person's works, as student and as curator."""
    school = school_of(request)
    async with school.database.acquire() as connection:
        identity = await works.identity_of(connection, person_id)
        return await works.list_works(
            connection, identity, now=school.clock.now(), public_url=school.settings.public_url
        )


@router.get("/works/{submission_id}")
async def get_work(request: Request, submission_id: UUID, person_id: UUID) -> Work:
    """A work as a person may see it."""
    async with school_of(request).database.acquire() as connection:
        identity = await works.identity_of(connection, person_id)
        return await _told(request, connection, submission_id, identity)


@router.post("/works/choices")
async def list_choices(request: Request, given: LinkGiven) -> Choices:
    """What a link could be sent for."""
    school = school_of(request)
    async with school.database.acquire() as connection:
        return Choices(
            choices=await works.list_choices(
                connection, given.person_id, given.pull_url, school.clock.now()
            )
        )


@router.post("/works/send")
async def send_work(
    request: Request,
    given: Sending,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
) -> Any:
    """A student sends a pull request for an assignment."""
    school = school_of(request)
    now = school.clock.now()
    task_id = TaskId(given.person_id, given.assignment_id, given.group_id)
    found = await assigned.find_pull(
        school.database, school.github, task_id, link=given.pull_url, now=now
    )

    async def do(connection: Connection) -> Submission:
        return await assigned.send_link(
            connection, task_id, found=found, now=now, public_url=school.settings.public_url
        )

    return await _once(request, idempotency_key, given.person_id, do)


@router.post("/works/{submission_id}/take-back")
async def take_back(
    request: Request,
    submission_id: UUID,
    given: TakenBack,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
) -> Any:
    """A student takes a work back from review."""
    school = school_of(request)

    async def do(connection: Connection) -> Submission:
        return await deeds.change_mind(
            connection,
            submission_id,
            "take_back",
            identity=await works.identity_of(connection, given.person_id),
            now=school.clock.now(),
            public_url=school.settings.public_url,
            version=given.version,
        )

    return await _once(request, idempotency_key, given.person_id, do)


@router.post("/works/{submission_id}/decision")
async def decide(
    request: Request,
    submission_id: UUID,
    given: Decided,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
) -> Any:
    """A curator accepts a work, or returns it."""
    school = school_of(request)

    async def do(connection: Connection) -> Submission:
        return await deeds.decide_by_hand(
            connection,
            submission_id,
            identity=await works.identity_of(connection, given.person_id),
            decision=given.decision,
            comment=given.comment,
            now=school.clock.now(),
            public_url=school.settings.public_url,
            version=given.version,
            only_waiting=True,
        )

    return await _once(request, idempotency_key, given.person_id, do)


@router.get("/places")
async def list_places(request: Request, person_id: UUID) -> Places:
    """What a group chat can be linked to, for an administrator."""
    school = school_of(request)
    async with school.database.acquire() as connection:
        identity = await works.identity_of(connection, person_id)
        if not identity.has("administrator"):
            raise Forbidden
        since = earliest_today(school.clock.now())
        found = await weeks.list_places(connection, since, MOST_PLACES)
    return Places(places=[PlaceOfChats.model_validate(one, from_attributes=True) for one in found])


async def _once(
    request: Request,
    key: str | None,
    person_id: UUID,
    do: Callable[[Connection], Awaitable[Submission]],
) -> Any:
    """Do it once for its key, and give the work as it stands then."""
    async with school_of(request).database.transaction() as connection:

        async def answer() -> Any:
            done = await do(connection)
            identity = await works.identity_of(connection, person_id)
            work = await _told(request, connection, done.submission_id, identity)
            return work.model_dump(mode="json")

        about = request.url.path.encode() + b" " + await request.body()
        return await once(connection, caller="bot", key=key, request=about, do=answer)


async def _told(
    request: Request, connection: Connection, submission_id: UUID, identity: Identity
) -> Work:
    school = school_of(request)
    return await works.get_work(
        connection,
        submission_id,
        identity,
        now=school.clock.now(),
        public_url=school.settings.public_url,
    )
