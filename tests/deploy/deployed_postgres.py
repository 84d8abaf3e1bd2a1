"""Postgres as docker-compose.yaml has it: the first start's script really run; and migrated."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from parta.postgres import EmbeddedPostgres
from parta.postgres.programs import find_programs
from shared.events import SERVICES
from shared.migrations import migrate
from tests.deploy.deployed_rabbitmq import DEPLOY, new_passwords
from tests.support.database import SERVICES_FOLDER, postgres_server
from tests.support.waiting import apart

INIT = DEPLOY / "postgres" / "init.sh"


@dataclass
class DeployedPostgres:
    """A server with a role a service, each with its own password, and every schema migrated."""

    server: EmbeddedPostgres
    passwords: Mapping[str, str]

    def url(self, service: str, *, password: str = "", database: str = "parta") -> str:
        """Where a service finds it, under its own login."""
        password = quote(password or self.passwords[service], safe="")
        host = quote(str(self.server.socket_folder))
        return f"postgresql://parta_{service}:{password}@/{database}?host={host}"


def run_init(
    server: EmbeddedPostgres, passwords: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The script, as the image runs it: as the superuser, on the server's own socket."""
    superuser = urlsplit(server.url())
    programs = find_programs(server.data.parent, None)
    return subprocess.run(
        [str(INIT)],
        env={
            "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
            "PGHOST": str(server.socket_folder),
            "PGPASSWORD": unquote(superuser.password or ""),
            "POSTGRES_USER": superuser.username or "",
            "POSTGRES_DB": superuser.path[1:],
            **{f"POSTGRES_PASSWORD_{name.upper()}": word for name, word in passwords.items()},
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@contextmanager
def deployed_postgres() -> Iterator[DeployedPostgres]:
    """Ready for services; gone at the end of the block."""
    passwords = {**new_passwords(), "bot": "o'dd$(x)\"`\\"}
    with postgres_server() as server:
        done = run_init(server, passwords)
        assert done.returncode == 0, done.stderr
        apart(_migrate(server.url()))
        yield DeployedPostgres(server, passwords)


async def _migrate(url: str) -> None:
    for service in SERVICES:
        await migrate(url, service, SERVICES_FOLDER / service / "migrations")
