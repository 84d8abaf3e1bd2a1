"""Access for services that may ask for it."""

from fastapi import APIRouter, Depends

from services.auth.persons.service import get_person
from services.auth.service import AuthService, auth_of
from services.auth.vault.passwords import MAY_OPEN, Mailbox
from services.auth.vault.schemas import (
    AccessGiven,
    AccessWanted,
    MailboxKept,
    MailboxOpened,
    MailboxRefused,
    MailboxTold,
    MailboxWanted,
)
from services.auth.vault.service import MAY_USE
from shared.db import storable
from shared.identity import Identity, called_by, current_identity

ASKERS = tuple(sorted({service for service, _ in MAY_USE}))

router = APIRouter(prefix="/internal/vault", dependencies=[called_by(*ASKERS)])


@router.post("/access")
async def give_access(
    wanted: AccessWanted,
    caller: Identity = Depends(current_identity),
    auth: AuthService = Depends(auth_of),
) -> AccessGiven:
    """Access in a person's name: 404 never granted, 410 ended, 503 not now."""
    access = await auth.vault.access(
        wanted.person_id, wanted.right, by=caller.act or "", right_id=wanted.right_id
    )
    return AccessGiven(
        access_token=access.access_token,
        expires_in=int(access.expires_in),
        right_id=access.right_id,
    )


@router.post("/mailboxes", dependencies=[called_by(*MAY_OPEN)])
async def keep_mailbox(told: MailboxTold, auth: AuthService = Depends(auth_of)) -> MailboxKept:
    """Keep a mailbox's password, in the place of an older one of the same box."""
    box = Mailbox(storable(told.host), storable(told.user), told.password.get_secret_value())
    async with auth.database.transaction() as connection:
        await get_person(connection, told.person_id)
        right_id = await auth.vault.mailboxes.keep(connection, told.person_id, box)
    return MailboxKept(right_id=right_id)


@router.post("/mailboxes/open", dependencies=[called_by(*MAY_OPEN)])
async def open_mailbox(
    wanted: MailboxWanted,
    caller: Identity = Depends(current_identity),
    auth: AuthService = Depends(auth_of),
) -> MailboxOpened:
    """The password, for one connect: 404 no such box of this person, 410 ended, 503 not now."""
    password = await auth.vault.mailboxes.open(
        wanted.person_id, wanted.right_id, by=caller.act or ""
    )
    return MailboxOpened(password=password)


@router.post("/mailboxes/refused", dependencies=[called_by(*MAY_OPEN)])
async def end_mailbox(
    wanted: MailboxWanted, auth: AuthService = Depends(auth_of)
) -> MailboxRefused:
    """The server does not take the password: the right ends, its person is told."""
    ended = await auth.vault.mailboxes.refused(wanted.person_id, wanted.right_id)
    return MailboxRefused(ended=ended)
