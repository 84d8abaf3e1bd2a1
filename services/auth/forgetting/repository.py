"""Which rows are over, and when: one table of tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.auth.letters.repository import KEPT as LETTERS_KEPT
from services.auth.links.repository import KEPT_AFTER
from services.auth.sessions.repository import IDLE_FOR
from services.auth.slow_down.repository import FORGOTTEN_AFTER
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Passing:
    """Rows of `table` are forgotten when their `moment` lies this long back."""

    table: str
    key: str
    moment: str = "expires_at"
    kept: timedelta = timedelta(0)


PASSING: Sequence[Passing] = (
    Passing("attempts", "state_hash"),
    # Before sessions, which take theirs with them.
    Passing("link_codes", "code_hash", kept=KEPT_AFTER),
    Passing("sessions", "session_id", "ends_at"),
    Passing("sessions", "session_id", "last_used_at", IDLE_FOR),
    Passing("doors", "door_hash"),
    Passing("signing_keys", "key_id", "told_until"),
    Passing("proposals", "proposal_hash"),
    Passing("spent_proofs", "proof_hash"),
    Passing("email_proofs", "token_hash"),
    Passing("letters", "id", "recorded_at", LETTERS_KEPT),
    Passing("slow_downs", "subject_hash", "last_at", FORGOTTEN_AFTER),
)
PRUNE = """
DELETE FROM {table}
WHERE {key} IN (SELECT {key} FROM {table} WHERE {moment} < now() - $1::interval LIMIT $2)
"""


async def prune(connection: Connection, passing: Passing, limit: int) -> int:
    """Forget up to `limit` rows that are over; gives how many."""
    statement = PRUNE.format(table=passing.table, key=passing.key, moment=passing.moment)
    return int((await connection.execute(statement, passing.kept, limit)).split()[-1])
