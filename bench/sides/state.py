"""The storage of dialogues, asked and written as for one update after another."""

import random
import time
from collections import defaultdict
from typing import Any

import uvloop
from aiogram.fsm.storage.base import StorageKey

from bench.report import percentile
from bench.task import Tally, Task, given_task
from services.bot.states.storage import HeldStorage
from shared.clock import Clock
from shared.db import Database

BOT = 4242
FIRST_CHAT = 740_000_000
WARM_UP = 200
FILL = """
INSERT INTO dialogs (
    bot_id, chat_id, user_id, thread_id, business_connection_id, destiny, state, data, touched_at
)
SELECT $1, $2 + n, $2 + n, 0, '', 'default', 'feedback.1:text',
    jsonb_build_object('topic', 'lessons', 'text', repeat('x', 200)), now()
FROM generate_series(0, $3 - 1) AS n
"""


async def ask(task: Task, tally: Tally) -> None:
    """Time reading and writing, each update alone."""
    database = Database(task.postgres, "bot")
    await database.open()
    count = task.settings["dialogs"]
    async with database.acquire() as connection:
        await connection.execute(FILL, BOT, FIRST_CHAT, count)
        await connection.execute("ANALYZE dialogs")
    chance = random.Random(1)  # noqa: S311 - the same people in every run
    keys = [FIRST_CHAT + chance.randrange(count) for _ in range(task.count)]
    found = defaultdict(list)
    await _repeat(database, keys[:WARM_UP])
    tally.begin()
    for _ in range(task.settings["repeats"]):
        for name, took in (await _repeat(database, keys)).items():
            for share in (50, 99):
                found[f"{name}_p{share}"].append(percentile(took, share / 100) * 1000)
    tally.finish(**found)
    await database.close()


async def _repeat(database: Database, chats: list[int]) -> dict[str, list[float]]:
    clock = Clock()
    storage = HeldStorage(database)
    took: dict[str, list[float]] = {"read": [], "write": [], "both": []}
    for number, chat_id in enumerate(chats):
        key = StorageKey(bot_id=BOT, chat_id=chat_id, user_id=chat_id)
        began = time.perf_counter()
        with storage.hold() as held:
            known: dict[str, Any] = await storage.get_data(key)
            await storage.get_state(key)
            read = time.perf_counter()
            await storage.set_state(key, "feedback.1:topic")
            await storage.set_data(key, {**known, "number": number})
            async with database.transaction() as connection:
                await held.save(connection, clock)
        ended = time.perf_counter()
        took["read"].append(read - began)
        took["write"].append(ended - read)
        took["both"].append(ended - began)
    return took


if __name__ == "__main__":
    task = given_task()
    uvloop.run(ask(task, Tally(task)))
