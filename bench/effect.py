"""What a handler does in the measurements: one row written, or written over, for one event."""

from collections.abc import Sequence

from shared.db import Connection
from shared.events import ReviewFound

TABLE = """
CREATE TABLE school.effects (
    review_id bigint PRIMARY KEY,
    number int NOT NULL,
    state text NOT NULL,
    submitted_at timestamptz NOT NULL
);
ALTER TABLE school.effects OWNER TO parta_school;
"""

KEEP = """
INSERT INTO effects (review_id, number, state, submitted_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (review_id) DO UPDATE
SET state = excluded.state, submitted_at = excluded.submitted_at
"""

KEEP_MANY = """
INSERT INTO effects (review_id, number, state, submitted_at)
SELECT *
FROM unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[])
ON CONFLICT (review_id) DO UPDATE
SET state = excluded.state, submitted_at = excluded.submitted_at
"""


async def keep(connection: Connection, event: ReviewFound) -> None:
    """One event, one statement."""
    await connection.execute(KEEP, event.review_id, event.number, event.state, event.submitted_at)


async def keep_many(connection: Connection, events: Sequence[ReviewFound]) -> None:
    """A batch, one statement."""
    await connection.execute(
        KEEP_MANY,
        [event.review_id for event in events],
        [event.number for event in events],
        [event.state for event in events],
        [event.submitted_at for event in events],
    )
