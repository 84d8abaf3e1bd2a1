"""`once(key)`: a request that is repeated with its Idempotency-Key gets its first answer."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from shared.db import Connection
from shared.errors import Conflict, Unprocessable

RETENTION = timedelta(days=2)
LONGEST_KEY = 128

CLAIM = """
INSERT INTO once (caller, key, digest)
VALUES ($1, $2, $3)
ON CONFLICT (caller, key) DO NOTHING
RETURNING key
"""
EARLIER = "SELECT digest, answer FROM once WHERE caller = $1 AND key = $2"
ANSWER = "UPDATE once SET answer = $3 WHERE caller = $1 AND key = $2"
PRUNE = """
DELETE FROM once
WHERE (caller, key) IN (
    SELECT caller, key FROM once WHERE asked_at < now() - $1::interval ORDER BY asked_at LIMIT $2
)
"""


class KeyReused(Conflict):
    """The same Idempotency-Key came with another request."""


class KeyTooLong(Unprocessable):
    """An Idempotency-Key has 128 characters at most."""


async def once(
    connection: Connection,
    *,
    caller: str,
    key: str | None,
    request: bytes,
    do: Callable[[], Awaitable[Any]],
) -> Any:
    """Do it, or give the answer of the time it was done; without a key it is simply done.

    Runs in the caller's transaction: the effect and the memory of it commit together. A second
    request that comes while the first is under way waits for it. What `do` gives must be JSON;
    what it raises is not remembered.

    Raises:
        KeyReused: the key is known with another request.
        KeyTooLong: nobody remembers such a key.
    """
    if key is None:
        return await do()
    if len(key) > LONGEST_KEY:
        raise KeyTooLong(f"Idempotency-Key: {LONGEST_KEY} characters at most")
    digest = hashlib.sha256(request).digest()
    async with connection.transaction():
        if await connection.fetchval(CLAIM, caller, key, digest) is None:
            earlier = await connection.fetchrow(EARLIER, caller, key)
            if earlier is None or earlier["digest"] != digest:
                raise KeyReused(key)
            return earlier["answer"]
        answer = await do()
        await connection.execute(ANSWER, caller, key, answer)
    return answer


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` answers older than two days; gives how many."""
    return int((await connection.execute(PRUNE, RETENTION, limit)).split()[-1])
