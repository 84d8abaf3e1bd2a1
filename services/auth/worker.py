"""auth's tables of contents: it listens to nobody, and forgets what is over."""

from collections.abc import Awaitable, Callable, Sequence

from services.auth.doors import repository as doors
from services.auth.email_proofs import repository as email_proofs
from services.auth.keys import repository as keys
from services.auth.letters import repository as letters
from services.auth.links import repository as links
from services.auth.sessions import repository as sessions
from services.auth.sign_in import repository as attempts
from services.auth.slow_down import repository as slow_downs
from services.auth.telegram import repository as telegram
from services.auth.ways import repository as ways
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.handling import Subscriptions

SUBSCRIPTIONS: Subscriptions = ()

PRUNERS: Sequence[Callable[[Connection, int], Awaitable[int]]] = (
    attempts.prune,
    links.prune,  # before sessions, which take theirs with them
    sessions.prune,
    doors.prune,
    keys.prune,
    ways.prune,
    telegram.prune,
    email_proofs.prune,
    letters.prune,
    slow_downs.prune,
)


async def forget_what_is_over(database: Database, clock: Clock) -> int:
    """Expired attempts, sessions, codes, doors and public keys, in small portions."""
    forgotten = 0
    for prune in PRUNERS:
        async with database.transaction() as connection:
            forgotten += await prune(connection, PRUNED_AT_ONCE)
    return forgotten


DUE = (Due(name="forget what is over", run=forget_what_is_over, every=300),)
