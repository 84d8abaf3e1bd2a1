"""Doors that the bot hands out."""

from fastapi import APIRouter, Depends

from services.auth.doors import repository, service
from services.auth.doors.schemas import DoorMade, DoorWanted
from services.auth.persons.service import get_by_telegram
from services.auth.service import AuthService, auth_of
from shared.identity import called_by

router = APIRouter()


@router.post("/internal/doors", dependencies=[called_by("bot")])
async def make_door(wanted: DoorWanted, auth: AuthService = Depends(auth_of)) -> DoorMade:
    """A new door for the person whose chat asks.

    Not remembered under an Idempotency-Key: the answer is a secret, and a second door harmless.
    """
    async with auth.database.transaction() as connection:
        person = await get_by_telegram(connection, wanted.telegram_id)
        path = await service.make(connection, person.person_id)
    return DoorMade(
        path=path,
        valid_seconds=int(repository.VALID_FOR.total_seconds()),
    )
