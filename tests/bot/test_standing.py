"""Dialogues among the updates: what commits, what is left behind, what ends with a word."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiogram.fsm.storage.base import StorageKey

from services.bot.auth import AuthClient
from services.bot.chats.repository import Lease
from services.bot.dialogs.dispatch import STEPS, Dialogs
from services.bot.dialogs.reply import Write
from services.bot.school import SchoolClient
from services.bot.sync import SyncClient
from services.bot.updates import repository as updates
from services.bot.updates.repository import StoredUpdate
from services.bot.updates.worker import UpdatesWorker
from shared.db import DatabaseAway
from shared.people import Person
from tests.bot.acting import Acting, are_handled
from tests.bot.keeping import dialogs, writing
from tests.bot.playing import STUDENT, Play, message_update, person, press_update
from tests.support.waiting import eventually, running

SENT = "SELECT count(*) FROM outgoing WHERE method = 'sendMessage'"


# States among the updates


def dialogs_of(play: Play) -> Dialogs:
    assert play.service.bot is not None
    return Dialogs(
        play.service.bot,
        AuthClient(None),  # type: ignore[arg-type]
        SchoolClient(None),  # type: ignore[arg-type]
        SyncClient(None),  # type: ignore[arg-type]
        database=play.service.database,
        clock=play.clock,
        public_url="http://localhost:8080",
    )


async def test_every_state_names_its_dialogues_version_and_has_its_words(idle: Play) -> None:
    states = dialogs_of(idle).states
    assert states
    for state in states:
        assert re.fullmatch(r"[a-z]+\.\d+:[a-z_]+", state), (
            f"{state}: name it `<dialogue>.<version>:<what is awaited>`"
        )
    assert {step.state.state for step in STEPS} == states, (
        "a state needs a Step with its words: add it to STEPS of its dialog, and that to dispatch"
    )


async def test_a_crash_before_the_commit_leaves_the_dialogue_where_it_stood(
    idle: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    await idle.know(person())
    await idle.insert(message_update(1, "/feedback"))
    crashes = 1

    def crash(point: str) -> None:
        nonlocal crashes
        if crashes:
            crashes -= 1
            raise ConnectionError(point)

    monkeypatch.setattr("services.bot.updates.worker.crash_point", crash)
    worker = UpdatesWorker(idle.service.database, idle.clock, dialogs_of(idle))
    async with running(worker.run()):
        await eventually(lambda: are_handled(idle, 1))
    assert crashes == 0
    assert [state for state, _ in await dialogs(idle)] == ["feedback.1:topic"]
    assert await idle.value(SENT) == 1


class Writing(Acting):
    """Dialogs that write down what cannot be, for the first update."""

    async def answer(self, update: StoredUpdate, person: Person | None) -> list[Any]:
        return [Write(self._write)] if update.update_id == 1 else []

    async def _write(self, connection: Any, clock: Any) -> None:
        await self._act(1)
        await connection.execute("INSERT INTO dialogs VALUES (1)")


async def test_what_cannot_be_written_down_fails_its_update_and_the_chat_goes_on(
    idle: Play,
) -> None:
    tries: list[int] = []

    async def count(number: int) -> None:
        tries.append(number)

    await idle.insert(message_update(1), message_update(2))
    worker = UpdatesWorker(idle.service.database, idle.clock, Writing(count))
    async with running(worker.run()):
        for attempts, seconds in ((2, 2), (3, 10)):
            await eventually(lambda n=attempts: len(tries) == n)  # type: ignore[misc]
            await eventually(lambda n=attempts: has_attempts(idle, n))  # type: ignore[misc]
            idle.clock.advance(timedelta(seconds=seconds))
            idle.service.database.ring("updates")
        await eventually(lambda: are_handled(idle, 1))
    assert len(tries) == 4
    assert await idle.value("SELECT update_id FROM updates WHERE parked_at IS NOT NULL") == 1


async def has_attempts(play: Play, attempts: int) -> bool:
    return bool(await play.value("SELECT attempts FROM updates WHERE update_id = 1") == attempts)


async def test_a_state_that_cannot_be_read_now_is_no_failure_of_the_update(
    idle: Play,
) -> None:
    """The database was away for a moment: the update is not a step nearer to being given up."""
    times = 0

    async def act(chat_id: int) -> None:
        nonlocal times
        times += 1
        if times <= 6:
            raise DatabaseAway("bot: gone")

    await idle.insert(message_update(1))
    worker = UpdatesWorker(idle.service.database, idle.clock, Acting(act))
    async with running(worker.run()):

        async def is_handled() -> bool:
            idle.service.database.ring("updates")
            return await are_handled(idle, 1)

        await eventually(is_handled)
    assert times == 7
    assert await idle.value("SELECT attempts FROM updates") == 0


async def test_a_handler_whose_lease_was_lost_leaves_the_dialogue_where_it_stood(
    idle: Play,
) -> None:
    await idle.know(person())
    await idle.insert(message_update(1, "/feedback"))
    ours = dialogs_of(idle)
    async with idle.service.database.acquire() as connection:
        update = await updates.find_next(connection, STUDENT)
    assert update is not None
    lease = Lease(chat_id=STUDENT, owner=UUID(int=1))
    worker = UpdatesWorker(idle.service.database, idle.clock, ours)
    assert not await worker._handle(lease, update, Person(UUID(int=1)))
    assert await dialogs(idle) == []
    assert await idle.value(SENT) == 0


# What an older version left behind


@asynccontextmanager
async def standing(play: Play, state: str, **data: Any) -> AsyncIterator[Play]:
    """A known person in that state."""
    await play.know(person())
    assert play.service.bot is not None
    key = StorageKey(bot_id=play.service.bot.id, chat_id=STUDENT, user_id=STUDENT)
    async with writing(play) as storage:
        await storage.set_state(key, state)
        await storage.set_data(key, data)
    yield play


@pytest.mark.parametrize(
    ("state", "data"),
    [
        ("feedback.0:text", {"topic": "Hours"}),
        ("gone.1:word", {}),
        ("nonsense <b>", {}),
        ("feedback.1:text", {}),
        ("feedback.1:text", {"topic": {"not": "text"}}),
    ],
)
async def test_a_dialogue_that_this_version_cannot_go_on_with_ends_politely(
    play: Play, state: str, data: dict[str, Any]
) -> None:
    async with standing(play, state, **data):
        await play.say("the answer")
        (message,) = await play.told(1)
    assert message["text"].startswith("I have changed since we began this")
    assert "/help" in message["text"]
    assert await dialogs(play) == []
    assert await play.value("SELECT count(*) FROM feedback") == 0
    await play.say("the answer")
    assert "I did not understand" in (await play.told(2))[-1]["text"]


async def test_a_command_is_carried_out_though_the_dialogue_is_of_an_older_version(
    play: Play,
) -> None:
    async with standing(play, "gone.1:word"):
        await play.say("/feedback")
        over, asked = await play.told(2)
    assert over["text"].startswith("I have changed")
    assert asked["text"].startswith("You are writing to the administrators")
    assert [state for state, _ in await dialogs(play)] == ["feedback.1:topic"]


async def test_a_press_is_answered_though_the_dialogue_is_of_an_older_version(play: Play) -> None:
    async with standing(play, "gone.1:word"):
        await play.insert(press_update(900, 5, "old:button"))
        (over,) = await play.told(1)
    assert over["text"].startswith("I have changed")
    assert (
        await play.value("SELECT count(*) FROM outgoing WHERE method = 'answerCallbackQuery'") == 1
    )
    assert await dialogs(play) == []
