"""A sender that is killed at its worst moment: the one window in which a message shows twice."""

import asyncio
from pathlib import Path

import pytest

from services.bot.sending.sender import Sender
from services.bot.telegram import create_bot
from shared import crash
from shared.clock import Clock
from shared.db import Database
from shared.metrics import Metrics
from tests.bot.playing import Play
from tests.bot.queueing import enqueue, row
from tests.sandbox.serving import TOKEN
from tests.support.processes import Process, killed_at_the_end


def run_sender(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """What the process does: a sender and nothing beside it."""
    crash.arm(environment[crash.VARIABLE])
    asyncio.run(send(environment))


async def send(environment: dict[str, str]) -> None:
    database = Database(environment["DATABASE_URL"], "bot")
    bot = create_bot(TOKEN, environment["TELEGRAM_API_URL"])
    await database.open()
    await Sender(database, bot, Clock(), Metrics()).run()


@pytest.mark.parametrize(
    ("place", "shown"),
    [("sender.before_call", ["1", "2"]), ("sender.after_call", ["1", "1", "2"])],
)
async def test_a_killed_senders_message_is_sent_once_more_by_the_next(
    idle: Play, tmp_path: Path, place: str, shown: list[str]
) -> None:
    await enqueue(idle, "1", "2")
    environment = {
        "DATABASE_URL": idle.database_url,
        "TELEGRAM_API_URL": f"{idle.sandbox.settings.url}/telegram",
    }
    sender = Process("bot", environment, tmp_path / "log", run=run_sender)
    with killed_at_the_end(sender):
        sender.start(place)
        await sender.died()
        assert await idle.texts() == shown[:-2]
        begun = await row(idle)
        assert begun["begun_at"] is not None
        assert begun["sent_at"] is None
        sender.start()
        await idle.told(len(shown), timeout=15)
        await idle.settled()
    assert await idle.texts() == shown
    assert [(await row(idle, n))["unknown_outcomes"] for n in (0, 1)] == [1, 0]
