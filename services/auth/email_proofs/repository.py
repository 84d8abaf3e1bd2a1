"""Links of letters in Postgres, by the hash of their token."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import asyncpg

from services.auth.errors import EmailTaken
from shared.db import Connection, from_row

Purpose = Literal["register", "reset", "add"]

ADD = """
INSERT INTO email_proofs
    (token_hash, purpose, email, person_id, name, locale, hash, browser_hash, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9::interval)
"""
FIND = """
SELECT *
FROM email_proofs
WHERE token_hash = $1 AND purpose = ANY($2::text[]) AND expires_at > now()
"""
USE = """
DELETE FROM email_proofs
WHERE token_hash = $1 AND purpose = ANY($2::text[]) AND expires_at > now()
RETURNING *
"""
FORGET_OF_PERSON = "DELETE FROM email_proofs WHERE person_id = $1"
CONFIRM = """
UPDATE persons
SET email = $2, email_confirmed_at = now()
WHERE person_id = $1
"""


@dataclass(frozen=True, slots=True)
class EmailProof:
    """A row of `email_proofs`. `name`, `locale`, `hash` and `browser_hash` are of one who
    registers, `person_id` is of all others."""

    purpose: Purpose
    email: str
    person_id: UUID | None = None
    name: str | None = None
    locale: str | None = None
    hash: str | None = None
    browser_hash: bytes | None = None


async def add(
    connection: Connection, token_hash: bytes, proof: EmailProof, *, lives_for: timedelta
) -> None:
    """Write down what opening the link will prove."""
    await connection.execute(
        ADD,
        token_hash,
        proof.purpose,
        proof.email,
        proof.person_id,
        proof.name,
        proof.locale,
        proof.hash,
        proof.browser_hash,
        lives_for,
    )


async def find(
    connection: Connection, token_hash: bytes, purposes: tuple[Purpose, ...]
) -> EmailProof | None:
    """What a link proves, while it lives; looking does not use it up."""
    row = await connection.fetchrow(FIND, token_hash, list(purposes))
    return from_row(EmailProof, row) if row else None


async def use(
    connection: Connection, token_hash: bytes, purposes: tuple[Purpose, ...]
) -> EmailProof | None:
    """What a link proves, and it is gone with that: of two users one gets it."""
    row = await connection.fetchrow(USE, token_hash, list(purposes))
    return from_row(EmailProof, row) if row else None


async def forget_of_person(connection: Connection, person_id: UUID) -> None:
    """Every other link that was sent for this person is worth nothing any more."""
    await connection.execute(FORGET_OF_PERSON, person_id)


async def confirm(connection: Connection, person_id: UUID, email: str) -> None:
    """The address is this person's from now on.

    Raises:
        EmailTaken: another person has it, in whatever case.
    """
    try:
        await connection.execute(CONFIRM, person_id, email)
    except asyncpg.UniqueViolationError as error:
        raise EmailTaken from error
