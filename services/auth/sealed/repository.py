"""The columns that hold sealed values, counted by key and written anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.db import Connection, from_row


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values. `place` is the SQL of what each is bound to."""

    table: str
    column: str
    id: str
    id_type: str
    place: str

    @property
    def name(self) -> str:
        """What operators read."""
        return f"{self.table}.{self.column}"


_OWNED = "right_id || ':' || person_id"
COLUMNS = (
    SealedColumn("signing_keys", "sealed", "key_id", "text", "'signing_keys:sealed:' || key_id"),
    SealedColumn("letters", "sealed", "id", "bigint", "'letters:sealed:' || id"),
    SealedColumn("rights", "sealed", "right_id", "uuid", f"'rights:sealed:' || {_OWNED}"),
    SealedColumn(
        "rights", "access_sealed", "right_id", "uuid", f"'rights:access_sealed:' || {_OWNED}"
    ),
)

# A sealed value is `v1:<key id>:<the rest>`.
COUNT = """
SELECT split_part({column}, ':', 2) AS key_id, count(*) AS count
FROM {table}
WHERE {column} IS NOT NULL
GROUP BY 1
"""
LOCK_PAGE = """
SELECT {id}::text AS row_id, {place} AS place, {column} AS sealed
FROM {table}
WHERE {column} IS NOT NULL
    AND split_part({column}, ':', 2) <> $1
    AND ($2::text IS NULL OR {id} > $2::text::{id_type})
ORDER BY {id}
LIMIT $3
FOR UPDATE
"""
WRITE = "UPDATE {table} SET {column} = $2 WHERE {id} = $1::text::{id_type}"


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One sealed value, locked."""

    row_id: str
    place: str
    sealed: str = field(repr=False)


async def count_by_key(connection: Connection, column: SealedColumn) -> dict[str, int]:
    """How many rows of the column each key id seals."""
    rows = await connection.fetch(_of(COUNT, column))
    return {row["key_id"]: row["count"] for row in rows}


async def lock_page(
    connection: Connection,
    column: SealedColumn,
    *,
    not_under: str,
    after: str | None,
    limit: int,
) -> list[SealedRow]:
    """The next rows that another key than this one seals, in the order of their ids."""
    rows = await connection.fetch(_of(LOCK_PAGE, column), not_under, after, limit)
    return [from_row(SealedRow, row) for row in rows]


async def write(
    connection: Connection, column: SealedColumn, resealed: Sequence[tuple[str, str]]
) -> None:
    """Write rows' values, by row id."""
    await connection.executemany(_of(WRITE, column), resealed)


def _of(statement: str, column: SealedColumn) -> str:
    """The statement for a column; all that is filled in stands in `COLUMNS`."""
    return statement.format(
        table=column.table,
        column=column.column,
        id=column.id,
        id_type=column.id_type,
        place=column.place,
    )
