"""Signed words that were used: each counts once."""

from datetime import timedelta

from services.auth.providers.telegram.signed import AHEAD, FRESH_FOR
from shared.db import Connection

KEPT: timedelta = FRESH_FOR + AHEAD
"""Longer than the word itself would be taken."""

SPEND = """
INSERT INTO spent_proofs (proof_hash, expires_at)
VALUES ($1, now() + $2::interval)
ON CONFLICT (proof_hash) DO NOTHING
RETURNING proof_hash
"""


async def spend(connection: Connection, digest: bytes) -> bool:
    """Use a word up; False: it was used before."""
    return await connection.fetchval(SPEND, digest, KEPT) is not None
