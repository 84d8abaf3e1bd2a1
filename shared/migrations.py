"""Schemas: plain SQL files, forward only, applied once, under a lock.

Each service has a role `parta_<service>` and a schema of its name. The spine's own tables
(`shared/migrations/`) come first in every schema, then the service's.
"""

import hashlib
from pathlib import Path

import asyncpg

from shared.db import session_of
from shared.log import get_log

log = get_log(__name__)

SPINE = Path(__file__).parent / "migrations"
LOCK = 0x70617274  # any fixed number: migrations of one database wait for each other

PREPARE = """
CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

CREATE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
        -- Since Postgres 16 who makes a role may give it away but not yet become it.
        GRANT {role} TO CURRENT_USER;
    ELSIF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
        GRANT {role} TO CURRENT_USER;
    END IF;
END
$$
"""

CREATE_SCHEMA = "CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {role}"


class MigrationChanged(Exception):
    """A file that was applied reads otherwise now: migrations only go forward."""


async def migrate(url: str, service: str, folder: Path) -> list[str]:
    """Bring one service's schema up to date; gives the names of the files applied.

    A login that may create roles and schemas does so; where they stand, none of that is needed.

    Raises:
        MigrationChanged: an applied file was edited.
    """
    files = _files(folder)
    connection = await asyncpg.connect(url, timeout=10, command_timeout=300)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        names = {"service": service, "role": session_of(service)["role"]}
        if not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", service
        ):
            await connection.execute(CREATE_ROLE.format(**names))
            await connection.execute(CREATE_SCHEMA.format(**names))
        for name, value in session_of(service).items():
            await connection.execute("SELECT set_config($1, $2, false)", name, value)
        return await _apply(connection, service, files)
    finally:
        await connection.close(timeout=5)


def _files(folder: Path) -> list[tuple[str, Path]]:
    spine = [(f"spine/{path.stem}", path) for path in sorted(SPINE.glob("*.sql"))]
    return spine + [(path.stem, path) for path in sorted(folder.glob("*.sql"))]


async def _apply(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, files: list[tuple[str, Path]]
) -> list[str]:
    await connection.execute(PREPARE)
    applied = {
        row["name"]: row["digest"]
        for row in await connection.fetch("SELECT name, digest FROM migrations")
    }
    done = []
    for name, path in files:
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if name in applied:
            if applied[name] != digest:
                raise MigrationChanged(f"{service}: {name} was changed after it was applied")
            continue
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            await connection.execute(text)
            await connection.execute(
                "INSERT INTO migrations (name, digest) VALUES ($1, $2)", name, digest
            )
        log.info("migration_applied", service=service, migration=name)
        done.append(name)
    return done
