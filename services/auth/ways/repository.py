"""Proposals: accounts that wait for a person's yes, by the hash of what their page knows."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.auth.persons.repository import Account
from shared.db import Connection

VALID_FOR = timedelta(minutes=10)

ADD = """
INSERT INTO proposals (proposal_hash, session_id, issuer, subject, login, name, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7::interval)
"""
TAKE = """
DELETE FROM proposals
WHERE proposal_hash = $1
    AND session_id = $2
RETURNING issuer, subject, login, name, expires_at > now() AS is_open
"""
HAS_PASSWORD = "SELECT EXISTS (SELECT FROM passwords WHERE person_id = $1)"  # noqa: S105 - a statement


@dataclass(frozen=True, slots=True)
class Proposal:
    """An account that somebody proved to be theirs."""

    account: Account
    is_open: bool


async def add(
    connection: Connection, proposal_hash: bytes, session_id: UUID, account: Account
) -> None:
    """Keep an account for this session's yes, ten minutes long."""
    await connection.execute(
        ADD,
        proposal_hash,
        session_id,
        account.issuer,
        account.subject,
        account.login,
        account.name,
        VALID_FOR,
    )


async def take(connection: Connection, proposal_hash: bytes, session_id: UUID) -> Proposal | None:
    """This session's proposal, which is gone with that."""
    row = await connection.fetchrow(TAKE, proposal_hash, session_id)
    if row is None:
        return None
    account = Account(row["issuer"], row["subject"], row["login"], row["name"])
    return Proposal(account, row["is_open"])


async def has_password(connection: Connection, person_id: UUID) -> bool:
    """Whether the person can come in by e-mail and password."""
    found: bool = await connection.fetchval(HAS_PASSWORD, person_id)
    return found
