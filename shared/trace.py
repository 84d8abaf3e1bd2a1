"""What became of a cause: a query over a service's outbox, inbox and parked messages."""

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection, from_row

OF_CAUSE = """
SELECT recorded_at AS at, 'recorded' AS step, type, message_id::text, NULL AS note
FROM outbox WHERE correlation_id = $1
UNION ALL
SELECT sent_at, 'sent', type, message_id::text, NULL
FROM outbox WHERE correlation_id = $1 AND sent_at IS NOT NULL
UNION ALL
SELECT handled_at, 'handled', type, message_id::text, round(ms::numeric, 1)::text || ' ms'
FROM inbox WHERE correlation_id = $1
UNION ALL
SELECT parked_at, CASE WHEN dead_at IS NULL THEN 'parked' ELSE 'dead' END, type, message_id, error
FROM parked WHERE correlation_id = $1
ORDER BY 1
LIMIT $2
"""

CAUSES = """
SELECT correlation_id FROM outbox WHERE message_id::text = $1
UNION
SELECT correlation_id FROM inbox WHERE message_id::text = $1
UNION
SELECT correlation_id FROM parked WHERE message_id = $1
"""

LATEST_CAUSE = """
SELECT correlation_id FROM outbox WHERE type = $1 AND recorded_at >= $2 ORDER BY id DESC LIMIT 1
"""

LIMIT = 500


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One thing that happened to one event in one service."""

    at: datetime
    step: str
    type: str
    message_id: str
    note: str | None


async def list_steps(connection: Connection, cause: str) -> list[TraceStep]:
    """Everything of a cause in this service, in the order of time."""
    return [from_row(TraceStep, row) for row in await connection.fetch(OF_CAUSE, cause, LIMIT)]


async def list_causes(connection: Connection, message_id: str) -> list[str]:
    """The causes that a message id belongs to."""
    return [row["correlation_id"] for row in await connection.fetch(CAUSES, message_id)]


async def find_latest_cause(connection: Connection, event_type: str, since: datetime) -> str | None:
    """The cause of the newest event of a type."""
    cause: str | None = await connection.fetchval(LATEST_CAUSE, event_type, since)
    return cause
