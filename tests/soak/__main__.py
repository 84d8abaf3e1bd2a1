"""`make soak`: the bot at work for minutes on end; is its memory flat, are its tables bounded?"""

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from shared.db import Database
from shared.log import configure_logging
from shared.rabbitmq import RabbitTransport
from shared.secret import service_secret
from tests.bot.playing import Auth, RealClock
from tests.sandbox.serving import TOKEN, free_socket, listening, serve
from tests.soak.load import School
from tests.soak.samples import MOST_GROWTH, Sample, count_rows, growing_tables, growth, megabytes
from tests.support.database import make_template, new_database, postgres_server
from tests.support.processes import free_ports
from tests.support.rabbitmq import broker
from tests.support.waiting import eventually, running

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "secret-key-of-the-soak"
EACH = 10.0
"""Seconds between two samples; in a short run less."""


def main() -> int:
    """The program; gives its exit status: 0 flat, 1 not."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    seconds = parser.parse_args().minutes * 60
    configure_logging("error")
    with postgres_server() as server, broker() as rabbit:
        asyncio.run(make_template(server))
        url = server.url(asyncio.run(new_database(server)))
        samples = asyncio.run(soak(url, rabbit.new_vhost(), seconds))
    return tell(samples)


async def soak(database_url: str, rabbitmq_url: str, seconds: float) -> list[Sample]:
    """The bot as its own process, the school around it in this one."""
    database = Database(database_url, "school")
    await database.open()
    transport = RabbitTransport(rabbitmq_url, database)
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        auth = free_socket()
        async with serve(clock=RealClock()) as sandbox, listening(Auth().app, auth):
            environment = told(
                kept=seconds / 10,
                DATABASE_URL=database_url,
                RABBITMQ_URL=rabbitmq_url,
                TELEGRAM_API_URL=f"{sandbox.settings.url}/telegram",
                AUTH_URL=f"http://127.0.0.1:{auth.getsockname()[1]}",
            )
            async with bot(environment) as process:
                school = School(sandbox, transport)
                await eventually(lambda: is_up(sandbox.http, environment["PARTA_PORT"]), 120)
                await school.open()
                async with running(school.live()) as [load]:
                    samples = await watch(process.pid, connection, seconds, load)
            say(f"done: {school.done}")
        return samples
    finally:
        await connection.close(timeout=5)
        await transport.close()
        await database.close()


async def is_up(client: httpx.AsyncClient, port: str) -> bool:
    """Whether it answers, and the school may begin."""
    await asyncio.sleep(0.2)
    return (await client.get(f"http://127.0.0.1:{port}/healthz")).is_success


def told(*, kept: float, **where: str) -> dict[str, str]:
    """What the bot's process is told."""
    (port,) = free_ports(1)
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **where,
        "PUBLIC_URL": "http://localhost:8080",
        "SERVICE_SECRET": service_secret(SECRET_KEY, "bot"),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_BOT_USERNAME": "parta_test_bot",
        "PARTA_PORT": str(port),
        "PARTA_BIND": "127.0.0.1",
        "SOAK_KEPT": str(kept),
    }


@contextlib.asynccontextmanager
async def bot(environment: dict[str, str]) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A fresh interpreter: a forked one would take its parent's pages over, one by one."""
    with log_file() as log:
        process = await asyncio.to_thread(
            lambda: subprocess.Popen(
                [sys.executable, "-m", "tests.soak.bot"],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        )
        try:
            yield process
            assert process.poll() is None, f"it ended: {log.name}"
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, 30)


@contextlib.contextmanager
def log_file() -> Iterator["tempfile._TemporaryFileWrapper[bytes]"]:
    """Where the bot's log goes; it stays, to be looked at."""
    with tempfile.NamedTemporaryFile(prefix="parta-soak-", suffix=".log", delete=False) as log:
        say(f"the bot's log: {log.name}")
        yield log


async def watch(
    pid: int,
    connection: "asyncpg.Connection[asyncpg.Record]",
    seconds: float,
    load: asyncio.Task[Any],
) -> list[Sample]:
    """Look at it until the time is over, or the load on it."""
    began = time.monotonic()
    samples: list[Sample] = []
    each = min(EACH, seconds / 30)
    while (at := time.monotonic() - began) < seconds:
        sample = Sample(at, megabytes(pid), await count_rows(connection))
        samples.append(sample)
        rows = " ".join(f"{name} {count}" for name, count in sample.rows.items() if count)
        say(f"{at:5.0f} s  {sample.megabytes:6.1f} MB  {rows}")
        await asyncio.wait([load], timeout=each)
        if load.done():
            break
    return samples


def tell(samples: list[Sample]) -> int:
    """The verdict."""
    grown, tables = growth(samples), growing_tables(samples)
    is_flat = grown < MOST_GROWTH
    say(f"\nmemory: {grown:+.1f} MB in ten minutes (under {MOST_GROWTH:.0f} is flat)")
    say(f"tables: {'grow: ' + ', '.join(tables) if tables else 'bounded'}")
    say("flat" if is_flat and not tables else "NOT FLAT")
    return 0 if is_flat and not tables else 1


def say(text: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
