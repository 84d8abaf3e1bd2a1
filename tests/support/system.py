"""The distributed system as a test has it: real processes, broker and database; the sandbox."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import httpx

from sandbox.school import PEOPLE, Person
from services.school.submissions import service as submissions
from shared.clock import Clock
from shared.db import Database
from shared.events import SERVICES, PersonChanged
from shared.people import project_person
from shared.secret import KeyRing, service_secret
from tests.material import captured
from tests.support.processes import Process, Run, free_ports, killed_at_the_end, run_parta
from tests.sync.hook import SECRET, deliver

NAMES = UUID("8a3f2c1e-0000-4000-8000-000000000000")
SECRET_KEY = "secret-key-of-the-tests"
NO_GITHUB = "http://127.0.0.1:9"
"""GITHUB_API_URL of sync where works lie in repositories that deliveries alone speak of."""


def person(key: str) -> Person:
    """One of the sandbox's people."""
    return next(one for one in PEOPLE if one.key == key)


def person_id(key: str) -> UUID:
    """Their id in Parta."""
    return uuid5(NAMES, key)


@dataclass
class System:
    """Five services, or some of them, and the outside world."""

    database_url: str
    processes: dict[str, Process]
    sandbox: Process
    delivered: int = field(default=0)

    async def know_people(self) -> None:
        """Every service is told of the sandbox's people, as auth would tell."""
        for service in SERVICES:
            database = Database(self.database_url, service)
            await database.open()
            try:
                async with database.transaction() as connection:
                    for one in PEOPLE:
                        event = PersonChanged(
                            person_id=person_id(one.key),
                            version=1,
                            name=one.name,
                            roles=one.roles,
                            locale="en",
                            telegram_id=one.chat_id,
                            github_id=one.github_id,
                            github_login=one.github_login,
                        )
                        await project_person(connection, event, Clock())
            finally:
                await database.close()

    async def send_work(
        self,
        title: str,
        *,
        number: int = 1,
        student: str = "student",
        curator: str = "curator",
        url: str = "",
    ) -> None:
        """A student sends a work to a curator; by default their pull request of that number."""
        database = Database(self.database_url, "school")
        await database.open()
        try:
            async with database.transaction() as connection:
                await submissions.send_submission(
                    connection,
                    student_id=person_id(student),
                    curator_id=person_id(curator),
                    title=title,
                    pull_url=url
                    or f"https://github.com/{person(student).github_login}/work/pull/{number}",
                    now=Clock().now(),
                )
        finally:
            await database.close()

    def review(
        self, state: str, *, number: int, review_id: int, second: int, student: str = "student"
    ) -> dict[str, Any]:
        """A captured review, adapted in ids alone."""
        payload = captured("pull_request_review", "submitted")
        payload["review"] |= {
            "id": review_id,
            "state": state,
            "submitted_at": f"2026-09-01T12:00:{second:02}Z",
        }
        payload["review"]["user"]["id"] = person("curator").github_id
        payload["pull_request"]["number"] = number
        payload["repository"]["id"] = 4711 + (student != "student")
        payload["repository"]["full_name"] = f"{person(student).github_login}/work"
        return payload

    async def deliver(self, payload: dict[str, Any], delivery_id: str) -> int | None:
        """GitHub delivers; gives the status, None when there was no answer."""
        async with httpx.AsyncClient(base_url=self.processes["sync"].url, timeout=10) as github:
            try:
                answer = await deliver(
                    github, "pull_request_review", payload, delivery_id=delivery_id
                )
            except httpx.TransportError:
                return None
        return answer.status_code

    async def chat(self, key: str) -> list[dict[str, Any]]:
        """What a person's chat shows of the bot."""
        async with httpx.AsyncClient(base_url=self.sandbox.url, timeout=10) as world:
            answer = await world.get("/telegram/messages", params={"chat_id": person(key).chat_id})
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()
        return [message for message in messages if message["from"] == "bot"]

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Look at the tables as nobody in particular."""
        connection = await asyncpg.connect(self.database_url, timeout=10)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows
        finally:
            await connection.close(timeout=5)

    async def statuses(self, title: str) -> list[str]:
        """A work's history."""
        rows = await self.fetch(
            """
            SELECT statuses.status
            FROM school.submission_statuses statuses
            JOIN school.submissions USING (submission_id)
            WHERE title = $1
            ORDER BY statuses.version
            """,
            title,
        )
        return [row["status"] for row in rows]

    async def dead(self) -> int:
        """Dead and parked messages, in all services."""
        rows = await self.fetch(
            " UNION ALL ".join(f"SELECT count(*) FROM {service}.parked" for service in SERVICES)
        )
        return sum(row["count"] for row in rows)


@asynccontextmanager
async def system(
    *,
    database_url: str,
    rabbitmq_url: str,
    services: tuple[str, ...] = SERVICES,
    own: Mapping[str, Mapping[str, str]] | None = None,
    run: Run = run_parta,
) -> AsyncIterator[System]:
    """The system, started; killed at the end.

    `own` is what single services are told otherwise than all; `run` what their processes do.
    """
    folder = Path(tempfile.mkdtemp(prefix="parta-system-"))
    sandbox_port, *ports = free_ports(1 + len(SERVICES))
    public_url = f"http://localhost:{ports[0]}"
    world = f"http://127.0.0.1:{sandbox_port}"
    told = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": database_url,
        "RABBITMQ_URL": rabbitmq_url,
        "PUBLIC_URL": public_url,
        **{
            f"{name.upper()}_URL": f"http://127.0.0.1:{port}"
            for name, port in zip(SERVICES, ports, strict=True)
            if name in ("auth", "sync", "school")
        },
        "SECRET_KEY": SECRET_KEY,
        "VAULT_KEYS": KeyRing.generate(),
        "PARK_LADDER": "0.2,0.5,1",
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_TOKEN": secrets.token_hex(20),
        "GITHUB_HOOKS_TOKEN": secrets.token_hex(20),
        "GITHUB_OAUTH_CLIENT_ID": "client",
        "GITHUB_OAUTH_SECRET": "client-secret-of-the-tests",
        "GITHUB_URL": f"{world}/github",
        "GITHUB_API_URL": f"{world}/github/api",
        "TELEGRAM_API_URL": f"{world}/telegram",
        "TELEGRAM_BOT_TOKEN": f"12345678:{secrets.token_hex(17)}",
        "TELEGRAM_BOT_USERNAME": "parta_test_bot",
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_DATA": str(folder / "sandbox.json"),
        "PARTA_BIND": "127.0.0.1",
    }
    by_name = dict(zip(SERVICES, ports, strict=True))
    told["SANDBOX_HOOK_URL"] = f"http://127.0.0.1:{by_name['sync']}/hooks/github"
    processes = {
        name: Process(
            name,
            {
                **told,
                "PARTA_PORT": str(by_name[name]),
                "SERVICE_SECRET": service_secret(SECRET_KEY, name),
                **(own or {}).get(name, {}),
            },
            folder / f"{name}.log",
            run=run,
        )
        for name in services
    }
    outside = Process("sandbox", told, folder / "sandbox.log")
    with killed_at_the_end(outside, *processes.values()):
        outside.start()
        for process in processes.values():
            process.start()
        for process in (outside, *processes.values()):
            await process.answers()
        try:
            yield System(database_url, processes, outside)
        finally:
            _keep_logs(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _keep_logs(folder: Path) -> None:
    """Where a failing test looks: set PARTA_TEST_LOGS to a folder to keep them."""
    kept = os.environ.get("PARTA_TEST_LOGS")
    if kept:
        shutil.copytree(folder, Path(kept) / folder.name, dirs_exist_ok=True)
