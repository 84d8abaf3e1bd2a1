"""Uploads: how large they may be, how long they wait, who may see them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from starlette.datastructures import UploadFile

from services.school.errors import FileMissing, FileTooLarge, ImportNotFound
from services.school.exchange.imports import repository
from services.school.exchange.imports.repository import Import
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import Due

LARGEST_FILE = 1_000_000
"""Bytes. With what a form adds it is less than what gateways let through to any page."""
LARGEST_BODY = 12_000_000
"""What may be sent where a course is uploaded, so that one too large is told by how much."""


async def read_upload(file: UploadFile) -> bytes:
    """What was uploaded.

    Raises:
        FileMissing, FileTooLarge: there is nothing, or too much.
    """
    if (file.size or 0) > LARGEST_FILE:
        raise FileTooLarge(f"{(file.size or 0) / 1_000_000:.1f} MB")
    body = await file.read()
    if not body:
        raise FileMissing
    return body


async def get_import(
    connection: Connection,
    import_id: UUID,
    *,
    person_id: UUID,
    kind: Literal["course", "roster"],
    now: datetime,
    lock: bool = False,
) -> Import:
    """A person's own upload; locked, a second press of the same button waits for the first.

    Raises:
        ImportNotFound: there is none, or its hour is over.
    """
    found = await repository.find(
        connection, import_id, person_id=person_id, kind=kind, now=now, lock=lock
    )
    if found is None:
        raise ImportNotFound
    return found


async def forget_old(database: Database, clock: Clock) -> int:
    """Forget uploads whose hour is over: they hold names of people."""
    async with database.transaction() as connection:
        return await repository.forget(connection, clock.now())


FORGET_IMPORTS = Due(name="forget_imports", run=forget_old, every=300)
