"""Addresses for sync, which finds accounts elsewhere by them."""

from fastapi import APIRouter, Depends

from services.auth.emails import repository
from services.auth.emails.schemas import EmailsTold, EmailsWanted
from services.auth.service import AuthService, auth_of
from shared.identity import called_by

router = APIRouter(dependencies=[called_by("sync")])


@router.post("/internal/emails")
async def tell_emails(wanted: EmailsWanted, auth: AuthService = Depends(auth_of)) -> EmailsTold:
    """Proved addresses alone: another's, written by somebody, would lead to the other's account."""
    async with auth.database.acquire() as connection:
        return EmailsTold(emails=await repository.list_proven(connection, wanted.person_ids))
