"""The database of the one-process way: Postgres from a wheel, started and ended by us.

We use the wheel's programs alone. Its own Python class trusts every local user and, as root, opens
every parent folder of its data to all; here the password stands before the first connection can,
there is no TCP at all, and no right of any folder that is not ours is touched.

Everything here blocks, for a second or two at most: call it in a thread.
"""

from parta.postgres.errors import PostgresUnavailable
from parta.postgres.files import sync_folder, write_private
from parta.postgres.processes import Account, system_account
from parta.postgres.server import EmbeddedPostgres

__all__ = [
    "Account",
    "EmbeddedPostgres",
    "PostgresUnavailable",
    "sync_folder",
    "system_account",
    "write_private",
]
