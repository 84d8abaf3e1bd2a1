"""From Telegram to a reply: once, in order, whoever dies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiogram.methods import SendMessage

from services.bot.chats import repository as chats
from services.bot.updates import repository
from services.bot.updates.poller import Poller
from services.bot.updates.repository import StoredUpdate
from services.bot.updates.worker import MOST_WAITING, UpdatesWorker
from shared.people import Person
from tests.bot.playing import SECOND, STUDENT, Play, message_update, person
from tests.support.waiting import eventually, running


@dataclass
class Script:
    """Dialogs that do what a test says, and remember in which order."""

    handled: list[int] = field(default_factory=list)
    do: dict[int, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def answer(self, update: StoredUpdate, person: Person | None) -> list[Any]:
        if act := self.do.get(update.update_id):
            await act()
        self.handled.append(update.update_id)
        return [SendMessage(chat_id=update.chat_id, text=str(update.update_id))]

    def apologise(
        self, update: StoredUpdate, person: Person | None, error: Exception, *, is_last: bool
    ) -> list[Any]:
        return [SendMessage(chat_id=update.chat_id, text="sorry")] if is_last else []


def worker(play: Play, script: Script, **changes: Any) -> UpdatesWorker:
    return UpdatesWorker(play.service.database, play.clock, script, **changes)


async def done(play: Play, count: int) -> None:
    async def enough() -> bool:
        query = "SELECT count(*) FROM updates WHERE handled_at IS NOT NULL"
        return bool(await play.value(query) == count)

    await eventually(enough)


async def replies(play: Play) -> list[str]:
    rows = await play.rows("SELECT payload ->> 'text' FROM outgoing WHERE chat_id <> 0 ORDER BY id")
    return [row[0] for row in rows]


async def test_an_update_that_comes_twice_has_its_effect_once(play: Play) -> None:
    update = message_update(10)
    await play.insert(update)
    await play.told(1)
    await play.insert(update, update)
    await play.insert(message_update(11))
    await play.told(2)


async def test_an_update_is_known_by_its_id_not_by_being_larger(play: Play) -> None:
    await play.insert(message_update(5_000_000))
    await play.told(1)
    await play.insert(message_update(7))
    await play.told(2)


async def test_two_workers_keep_the_order_of_a_chat(idle: Play) -> None:
    script = Script()

    async def slowly() -> None:
        await asyncio.sleep(0)

    script.do = dict.fromkeys(range(1, 41), slowly)
    ids = range(1, 41)
    await idle.insert(*(message_update(n, chat_id=(STUDENT, SECOND)[n % 2]) for n in ids))
    async with running(worker(idle, script).run(), worker(idle, script).run()):
        await done(idle, 40)
    for parity in (0, 1):
        assert [n for n in script.handled if n % 2 == parity] == [n for n in ids if n % 2 == parity]
    assert len(await replies(idle)) == 40


async def test_who_floods_the_bot_gets_no_more_answers_than_wait_already(idle: Play) -> None:
    raw = [message_update(number, "/help") for number in range(1, 61)]
    await idle.insert(*raw)
    worker = idle.service.loops["updates"]
    async with running(worker()):
        await eventually(lambda: none_undone(idle))
    assert await idle.value("SELECT count(*) FROM outgoing WHERE lane = 0") == MOST_WAITING
    assert await idle.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []


async def none_undone(play: Play) -> bool:
    query = "SELECT count(*) = 0 FROM updates WHERE handled_at IS NULL AND parked_at IS NULL"
    return bool(await play.value(query))


async def test_a_slow_chat_does_not_slow_the_others(idle: Play) -> None:
    script, gate = Script(), asyncio.Event()
    script.do[1] = lambda: _wait(gate)
    await idle.insert(message_update(1), message_update(2), message_update(3, chat_id=SECOND))
    async with running(worker(idle, script).run()):
        await done(idle, 1)
        assert script.handled == [3]
        gate.set()
        await done(idle, 3)
    assert script.handled == [3, 1, 2]


async def _wait(gate: asyncio.Event) -> None:
    await gate.wait()


async def _fail() -> None:
    raise ValueError("the handler is broken")


async def test_an_update_that_fails_is_tried_four_times_and_parked_and_the_chat_goes_on(
    idle: Play,
) -> None:
    script = Script()
    script.do[1] = _fail
    await idle.insert(message_update(1), message_update(2))
    async with running(worker(idle, script).run()):
        for attempts, seconds in ((2, 2), (3, 10)):
            await eventually(lambda n=attempts: has_attempts(idle, n))  # type: ignore[misc]
            assert script.handled == []
            idle.clock.advance(timedelta(seconds=seconds))
            idle.service.database.ring("updates")
        await done(idle, 1)
    (row,) = await idle.rows("SELECT * FROM updates WHERE parked_at IS NOT NULL")
    assert (row["update_id"], row["attempts"]) == (1, 4)
    assert row["error"] == "ValueError: the handler is broken"
    assert await replies(idle) == ["sorry", "2"]


async def has_attempts(play: Play, attempts: int) -> bool:
    return bool(await play.value("SELECT attempts FROM updates WHERE update_id = 1") == attempts)


async def test_a_handler_that_never_ends_is_a_failure(idle: Play) -> None:
    script = Script()
    script.do[1] = lambda: _wait(asyncio.Event())
    await idle.insert(message_update(1))
    async with running(worker(idle, script, handler_timeout=0.02).run()):
        await eventually(lambda: has_attempts(idle, 2))
    assert await idle.value("SELECT error FROM updates") == "TimeoutError: "


async def test_work_whose_lease_was_lost_is_dropped_and_done_by_another(idle: Play) -> None:
    script, gate = Script(), asyncio.Event()
    script.do[1] = lambda: _wait(gate)
    await idle.insert(message_update(1))
    other = Script()
    # One chat at a time: with its first one still in hand it cannot take the same chat again.
    async with running(worker(idle, script, most_chats=1).run()):
        await eventually(lambda: is_leased(idle))
        # Somebody else's, and over: its first holder can renew it no more.
        await idle.execute(
            "UPDATE chats SET lease_owner = $1, lease_until = now() - interval '1 second'", uuid4()
        )
        async with running(worker(idle, other, most_chats=1).run()):
            await done(idle, 1)
            gate.set()
            await eventually(lambda: script.handled == [1])
    assert other.handled == [1]
    assert await replies(idle) == ["1"]


async def is_leased(play: Play) -> bool:
    return bool(await play.value("SELECT count(*) FROM chats WHERE lease_owner IS NOT NULL"))


async def test_a_chat_is_free_again_when_its_updates_are_done(idle: Play) -> None:
    await idle.insert(message_update(1))
    async with running(worker(idle, Script()).run()):
        await done(idle, 1)
        await eventually(lambda: is_free(idle))


async def is_free(play: Play) -> bool:
    return not await is_leased(play)


async def test_a_hundred_slow_chats_do_not_slow_another(idle: Play) -> None:
    """Auth is away, and they all wait for it; nobody's handler holds a connection meanwhile."""
    script, gate = Script(), asyncio.Event()
    slow = range(1, 101)
    script.do = dict.fromkeys(slow, lambda: _wait(gate))
    await idle.insert(*(message_update(number, chat_id=number) for number in slow))
    async with running(worker(idle, script).run()):
        await eventually(lambda: leases(idle, 100))
        await idle.insert(message_update(1000, chat_id=1000))
        await done(idle, 1)
        assert script.handled == [1000]
        gate.set()
        await done(idle, 101)


async def leases(play: Play, count: int) -> bool:
    query = "SELECT count(*) FROM chats WHERE lease_owner IS NOT NULL"
    return bool(await play.value(query) == count)


async def test_a_handler_that_hangs_is_cut_tried_again_and_parked_and_the_chat_goes_on(
    idle: Play,
) -> None:
    script, tries = Script(), 0

    async def hang() -> None:
        nonlocal tries
        tries += 1
        await asyncio.sleep(61)

    script.do[1] = hang
    await idle.insert(message_update(1), message_update(2))
    async with running(worker(idle, script, handler_timeout=0.02).run()):
        for attempts, seconds in ((2, 2), (3, 10)):
            await eventually(lambda n=attempts: has_attempts(idle, n))  # type: ignore[misc]
            idle.clock.advance(timedelta(seconds=seconds))
            idle.service.database.ring("updates")
        await done(idle, 1)
    assert (tries, script.handled) == (4, [2])
    assert await idle.value("SELECT error FROM updates WHERE parked_at IS NOT NULL") == (
        "TimeoutError: "
    )
    assert await replies(idle) == ["sorry", "2"]


async def test_a_worker_that_is_stopped_finishes_what_is_in_hand(idle: Play) -> None:
    script, gate = Script(), asyncio.Event()
    script.do[1] = lambda: _wait(gate)
    await idle.insert(message_update(1), message_update(2, chat_id=SECOND))
    task = asyncio.create_task(worker(idle, script, most_chats=1).run())
    await eventually(lambda: is_leased(idle))
    task.cancel()
    gate.set()
    await asyncio.gather(task, return_exceptions=True)
    assert script.handled == [1]
    await done(idle, 1)
    assert await is_free(idle)


async def test_whenever_a_worker_is_stopped_it_leaves_no_chat_behind(idle: Play) -> None:
    """Also in the moment between taking a chat and setting to work on it."""
    for number in range(60):
        await idle.insert(message_update(number))
        task = asyncio.create_task(worker(idle, Script()).run())
        await asyncio.wait({task}, timeout=number * 0.0003)
        task.cancel()
        await asyncio.wait({task})
        assert await is_free(idle), number


async def test_only_one_of_many_takes_a_chat(idle: Play) -> None:
    await idle.insert(message_update(1), message_update(2))
    database = idle.service.database

    async def take() -> list[chats.Lease]:
        async with database.acquire() as connection:
            return await chats.take(connection, idle.clock.now(), 8)

    taken = await asyncio.gather(*(take() for _ in range(5)))
    assert sorted(len(leases) for leases in taken) == [0, 0, 0, 0, 1]


async def test_what_a_person_wrote_is_forgotten_when_it_is_handled(play: Play) -> None:
    await play.say("my secret")
    await play.told(1)
    assert await play.value("SELECT body FROM updates") is None


async def test_updates_are_forgotten_after_two_days_and_not_before(play: Play) -> None:
    await play.insert(message_update(1), message_update(2))
    await play.told(2)
    await play.execute(
        "UPDATE updates SET handled_at = now() - interval '49 hours' WHERE update_id = 1"
    )
    (prune,) = [due for due in play.service.due if due.name == "prune_updates"]
    assert await prune.run(play.service.database, play.clock) == 1
    assert await play.value("SELECT update_id FROM updates") == 2


# The poller


async def test_a_crash_before_the_offset_moves_repeats_nothing(idle: Play) -> None:
    """The updates are in, the confirming poll was never sent: they are told again."""
    await idle.say("/start")
    await idle.say("/help")
    poller = Poller(idle.service.database, bot_of(idle), idle.clock, idle.service.metrics)
    told = await poller._poll(None)
    await idle.insert(*told)
    await idle.restart()
    await idle.told(2)
    await idle.say("/help")
    await idle.told(3)
    assert await idle.value("SELECT count(*) FROM updates") == 3


def bot_of(play: Play) -> Any:
    assert play.service.bot is not None
    return play.service.bot


async def test_only_one_poller_is_active(play: Play) -> None:
    second = play.new_service()
    await second.open()
    async with running(second.loops["poller"]()):
        await play.say("/start")
        await play.told(1)
        await play.say("/start")
        await play.told(2)
    assert await eventually(lambda: play.calls("deleteWebhook"))
    assert len(await play.calls("deleteWebhook")) == 1


@pytest.mark.parametrize("fault", [{"status": 409}, {"status": 401}, {"drop": True}])
async def test_after_trouble_the_poller_goes_on_and_says_no_token(
    idle: Play, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await idle.sandbox.post("/faults", system="telegram", method="getUpdates", **fault)
    await idle.restart()
    await idle.say("/start")
    await idle.told(1)
    log = "".join(record.getMessage() for record in caplog.records)
    assert "telegram_refused" in log
    assert "sandbox-token" not in log


async def test_a_webhook_that_was_set_elsewhere_is_removed(idle: Play) -> None:
    await idle.sandbox.call("setWebhook", url="https://elsewhere.example.org")
    await idle.restart()
    await idle.say("/start")
    await idle.told(1)


async def test_an_update_that_nobody_can_read_is_parked_at_once_and_alone(play: Play) -> None:
    broken = message_update(1)
    broken["message"]["text"] = 7
    await play.insert(broken, message_update(2))
    (sorry, _) = await play.told(2)
    assert sorry["text"].startswith("That did not work")
    (row,) = await play.rows("SELECT * FROM updates WHERE parked_at IS NOT NULL")
    assert (row["update_id"], row["attempts"]) == (1, 1)
    assert row["error"] == "UpdateUnreadable: message: 1 errors"


async def test_a_message_that_this_aiogram_cannot_read_whole_is_answered_all_the_same(
    play: Play,
) -> None:
    await play.insert(message_update(1, "/help", sticker={"new": "shape"}))
    (message,) = await play.told(1)
    assert "/language" in message["text"]


async def test_characters_that_postgres_refuses_in_json_do_no_harm(play: Play) -> None:
    await play.insert(message_update(1, "nul \0 and half a pair \ud83d"))
    await play.told(1)


async def test_a_person_who_stops_the_bot_is_marked_and_comes_back_with_a_message(
    play: Play,
) -> None:
    await play.know(person())
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=True)
    await eventually(lambda: is_marked(play, True))
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=False)
    await eventually(lambda: is_marked(play, False))
    await play.say("/start")
    await play.told(1)


async def is_marked(play: Play, wanted: bool) -> bool:
    rows = await play.rows("SELECT unreachable_at FROM chats WHERE chat_id = $1", STUDENT)
    return bool(rows) and (rows[0][0] is not None) is wanted


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        (
            {"update_id": 1, "callback_query": {"message": {"chat": {"id": 5}}, "from": {"id": 6}}},
            5,
        ),
        ({"update_id": 1, "inline_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "poll_answer": {"user": {"id": 7}}}, 7),
        ({"update_id": 1, "poll": {"id": "8"}}, 0),
        ({"update_id": 1, "message": None}, 0),
    ],
)
def test_an_update_belongs_to_its_chat(update: dict[str, Any], chat_id: int) -> None:
    assert repository.chat_of(update) == chat_id
