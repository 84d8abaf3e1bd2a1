"""Bells between the processes of a service: NOTIFY beside the write, never inside it.

NOTIFY within the writing transaction takes a lock that all writers share (writers 3.6 times
slower, measured). So a bell rung after a commit is passed on here, on a connection of its own, at
most once in ten milliseconds; and each waiting loop polls besides, because a listener can die
silently.
"""

import asyncio
from typing import Any

from shared.db import Database

AT_MOST_EVERY = 0.01
NOTIFY = "SELECT pg_notify($1, $2)"


def channel_of(service: str) -> str:
    """The NOTIFY channel of a service."""
    return f"parta_{service}"


async def pass_on(database: Database) -> None:
    """Ring here what was rung in other processes, and there what is rung here; until cut off."""
    connection = await database.connect()
    closed = asyncio.Event()
    connection.add_termination_listener(lambda _: closed.set())
    own_pid = connection.get_server_pid()

    def heard(_: Any, pid: int, __: str, payload: object) -> None:
        if pid != own_pid:
            database.hear(str(payload))

    try:
        await connection.add_listener(channel_of(database.service), heard)
        while not closed.is_set():
            try:
                async with asyncio.timeout(5):
                    await database.rang.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
                continue
            database.rang.clear()
            rung, database.rung = database.rung, set()
            for name in rung:
                await connection.execute(NOTIFY, channel_of(database.service), name)
            await asyncio.sleep(AT_MOST_EVERY)
        raise ConnectionError(f"{database.service}: the listening connection was closed")
    finally:
        connection.terminate()
