"""Where dialogues stand: any storage keeps the contract, ours with the update's own commit."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseEventIsolation, BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation

from services.bot.auth import AuthClient
from services.bot.chats.repository import Lease
from services.bot.dialogs.dispatch import STEPS, Dialogs
from services.bot.dialogs.reply import Write
from services.bot.errors import DialogTooLarge, LeaseNotHeld, NoUpdateInHand
from services.bot.states import repository
from services.bot.states.isolation import LeaseIsolation, holding
from services.bot.states.repository import LARGEST_DATA
from services.bot.states.storage import HeldStorage
from services.bot.updates import repository as updates
from services.bot.updates.repository import StoredUpdate
from services.bot.updates.worker import UpdatesWorker
from shared.db import DatabaseAway
from shared.people import Person
from tests.bot.playing import SECOND, STUDENT, Play, message_update, person
from tests.bot.test_dialogs import callback
from tests.support.waiting import eventually, running

SENT = "SELECT count(*) FROM outgoing WHERE method = 'sendMessage'"
KEY = StorageKey(bot_id=1, chat_id=2, user_id=3)
OTHERS = (
    StorageKey(bot_id=9, chat_id=2, user_id=3),
    StorageKey(bot_id=1, chat_id=9, user_id=3),
    StorageKey(bot_id=1, chat_id=2, user_id=9),
    StorageKey(bot_id=1, chat_id=2, user_id=3, thread_id=9),
    StorageKey(bot_id=1, chat_id=2, user_id=3, business_connection_id="9"),
    StorageKey(bot_id=1, chat_id=2, user_id=3, destiny="9"),
)


@asynccontextmanager
async def writing(play: Play) -> AsyncIterator[BaseStorage]:
    """What is written in the block is saved at its end, as an update's commit does."""
    storage = HeldStorage(play.service.database)
    with storage.hold() as held:
        yield storage
    async with play.service.database.transaction() as connection:
        await held.save(connection, play.clock)


@pytest.fixture(params=["memory", "held"])
async def storage(request: pytest.FixtureRequest, idle: Play) -> AsyncIterator[BaseStorage]:
    """aiogram's own keeps the contract too, so it is the contract that is right."""
    if request.param == "memory":
        yield MemoryStorage()
        return
    async with writing(idle) as storage:
        yield storage


# The contract of any storage


async def test_nobody_stands_anywhere_at_first(storage: BaseStorage) -> None:
    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}
    assert await storage.get_value(KEY, "topic", "none") == "none"


async def test_a_state_is_kept_by_its_name(storage: BaseStorage) -> None:
    await storage.set_state(KEY, State("text", group_name="feedback.1"))
    assert await storage.get_state(KEY) == "feedback.1:text"
    await storage.set_state(KEY, "other")
    assert await storage.get_state(KEY) == "other"
    await storage.set_state(KEY)
    assert await storage.get_state(KEY) is None


async def test_data_takes_the_place_of_data(storage: BaseStorage) -> None:
    await storage.set_data(KEY, {"topic": "Часы ⏰", "of": [1, {"a": None}]})
    assert await storage.get_data(KEY) == {"topic": "Часы ⏰", "of": [1, {"a": None}]}
    assert await storage.get_value(KEY, "topic") == "Часы ⏰"
    await storage.set_data(KEY, {"b": True})
    assert await storage.get_data(KEY) == {"b": True}


async def test_data_is_added_key_by_key_and_given_back_whole(storage: BaseStorage) -> None:
    assert await storage.update_data(KEY, {"a": 1, "b": {"c": 2}}) == {"a": 1, "b": {"c": 2}}
    assert await storage.update_data(KEY, {"b": 3}) == {"a": 1, "b": 3}
    assert await storage.update_data(KEY, {}) == {"a": 1, "b": 3}
    assert await storage.get_data(KEY) == {"a": 1, "b": 3}


async def test_state_and_data_do_not_touch_each_other(storage: BaseStorage) -> None:
    await storage.set_state(KEY, "a")
    await storage.set_data(KEY, {"b": 1})
    await storage.set_state(KEY, None)
    assert await storage.get_data(KEY) == {"b": 1}
    await storage.set_state(KEY, "c")
    await storage.set_data(KEY, {})
    assert await storage.get_state(KEY) == "c"


@pytest.mark.parametrize("other", OTHERS)
async def test_every_part_of_a_key_tells_dialogues_apart(
    storage: BaseStorage, other: StorageKey
) -> None:
    await storage.set_state(KEY, "mine")
    await storage.set_data(KEY, {"whose": "mine"})
    assert await storage.get_state(other) is None
    await storage.set_state(other, "theirs")
    await storage.update_data(other, {"whose": "theirs"})
    assert await storage.get_state(KEY) == "mine"
    assert await storage.get_data(KEY) == {"whose": "mine"}


async def test_what_was_given_or_got_can_be_changed_without_harm(storage: BaseStorage) -> None:
    given = {"a": 1}
    await storage.set_data(KEY, given)
    given["a"] = 2
    (await storage.get_data(KEY))["a"] = 3
    (await storage.update_data(KEY, {"b": 1}))["a"] = 4
    assert await storage.get_data(KEY) == {"a": 1, "b": 1}


async def test_data_that_is_no_dict_is_refused(storage: BaseStorage) -> None:
    with pytest.raises(DataNotDictLikeError):
        await storage.set_data(KEY, ())  # type: ignore[arg-type]


# What ours adds to it


@pytest.fixture
async def our_storage(idle: Play) -> AsyncIterator[BaseStorage]:
    async with writing(idle) as storage:
        yield storage


async def test_too_much_data_is_refused_and_what_stood_stays(our_storage: BaseStorage) -> None:
    half = "я" * (LARGEST_DATA // 4)
    await our_storage.set_data(KEY, {"a": half})
    with pytest.raises(DialogTooLarge, match=str(LARGEST_DATA)):
        await our_storage.update_data(KEY, {"b": half})
    with pytest.raises(DialogTooLarge):
        await our_storage.set_data(KEY, {"b": half * 2})
    assert await our_storage.get_data(KEY) == {"a": half}


async def test_characters_that_postgres_refuses_are_left_out(our_storage: BaseStorage) -> None:
    await our_storage.update_data(KEY, {"a": "nul \0", "b": ["half \ud83d"]})
    assert await our_storage.get_data(KEY) == {"a": "nul ", "b": ["half ?"]}


async def dialogs(play: Play) -> list[tuple[str | None, dict[str, Any]]]:
    rows = await play.rows("SELECT state, data FROM dialogs ORDER BY chat_id")
    return [(row["state"], row["data"]) for row in rows]


async def test_a_dialogue_without_state_and_data_is_no_row(idle: Play) -> None:
    async with writing(idle) as storage:
        await storage.set_state(KEY, "a")
        await storage.update_data(KEY, {"b": 1})
    async with writing(idle) as storage:
        await storage.set_state(KEY)
    assert await dialogs(idle) == [(None, {"b": 1})]
    async with writing(idle) as storage:
        await storage.set_data(KEY, {})
    assert await dialogs(idle) == []


async def test_what_is_held_is_seen_by_nobody_else_until_it_is_saved(idle: Play) -> None:
    async with writing(idle) as storage:
        await storage.set_state(KEY, "before")
    async with writing(idle) as storage:
        await storage.set_state(KEY, "after")
        assert await storage.get_state(KEY) == "after"
        assert await dialogs(idle) == [("before", {})]
    assert await dialogs(idle) == [("after", {})]


async def test_what_was_read_and_not_written_is_not_saved(idle: Play) -> None:
    async with writing(idle) as storage:
        await storage.set_state(KEY, "before")
    async with writing(idle) as storage:
        assert await storage.get_state(KEY) == "before"
        (await storage.get_data(KEY))["a"] = 1
        await idle.execute("UPDATE dialogs SET state = 'by another'")
    assert await dialogs(idle) == [("by another", {})]


async def test_a_state_is_not_to_be_had_outside_a_handler(idle: Play) -> None:
    storage = HeldStorage(idle.service.database)
    with pytest.raises(NoUpdateInHand):
        await storage.set_state(KEY, "a")


async def test_dialogues_are_forgotten_after_thirty_days_and_not_before(idle: Play) -> None:
    (prune,) = [due for due in idle.service.due if due.name == "prune_dialogs"]
    async with writing(idle) as storage:
        await storage.set_state(KEY, "old")
    idle.clock.advance(timedelta(days=2))
    async with writing(idle) as storage:
        await storage.set_state(OTHERS[1], "young")
    assert await prune.run(idle.service.database, idle.clock) == 0
    idle.clock.advance(timedelta(days=29))
    assert await prune.run(idle.service.database, idle.clock) == 1
    assert await dialogs(idle) == [("young", {})]


@pytest.mark.parametrize("name", ["FIND", "DELETE"])
async def test_a_dialogue_is_found_by_its_key_among_many(idle: Play, name: str) -> None:
    await idle.execute(
        "INSERT INTO dialogs SELECT 1, n, n, 0, '', 'default', 'a', '{}', now()"
        " FROM generate_series(1, 5000) AS n"
    )
    await idle.execute("ANALYZE dialogs")
    values = (1, 2, 2, 0, "", "default", idle.clock.now())
    query = getattr(repository, name)
    given = values[: len(set(re.findall(r"\$\d", query)))]
    plan = "\n".join(row[0] for row in await idle.rows(f"EXPLAIN {query}", *given))
    assert "dialogs_pkey" in plan
    assert "Seq Scan" not in plan


# Isolation: how anybody runs handlers of chats


Run = Callable[[list[int], Callable[[int], Awaitable[None]]], Awaitable[None]]


def run_isolated(isolation: BaseEventIsolation) -> Run:
    """Events of chats, all at once, each behind aiogram's isolation."""

    async def run(chats: list[int], act: Callable[[int], Awaitable[None]]) -> None:
        async def one(chat_id: int) -> None:
            async with isolation.lock(StorageKey(bot_id=1, chat_id=chat_id, user_id=chat_id)):
                await act(chat_id)

        await asyncio.gather(*(one(chat_id) for chat_id in chats))

    return run


class Acting:
    """Dialogs that act behind our isolation, as the dispatcher does."""

    def __init__(self, act: Callable[[int], Awaitable[None]]) -> None:
        self._act = act
        self._isolation = LeaseIsolation()

    async def answer(self, update: StoredUpdate, person: Person | None) -> list[Any]:
        key = StorageKey(bot_id=1, chat_id=update.chat_id, user_id=update.chat_id)
        async with self._isolation.lock(key):
            await self._act(update.chat_id)
        return []

    def apologise(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def blocked(self, update: StoredUpdate) -> bool | None:
        return False


def run_by_replicas(play: Play) -> Run:
    """Updates of chats, waiting all at once for two workers as two replicas have them."""

    async def run(chats: list[int], act: Callable[[int], Awaitable[None]]) -> None:
        dialogs = Acting(act)
        await play.insert(*(message_update(n, chat_id=chat) for n, chat in enumerate(chats, 1)))
        replicas = [UpdatesWorker(play.service.database, play.clock, dialogs) for _ in range(2)]
        async with running(*(replica.run() for replica in replicas)):
            await eventually(lambda: are_handled(play, len(chats)))

    return run


async def are_handled(play: Play, count: int) -> bool:
    query = "SELECT count(*) FROM updates WHERE handled_at IS NOT NULL"
    return bool(await play.value(query) == count)


@pytest.fixture(params=["simple", "replicas"])
def run_events(request: pytest.FixtureRequest, idle: Play) -> Run:
    """aiogram's own, of one process, and ours, of any number."""
    if request.param == "simple":
        return run_isolated(SimpleEventIsolation())
    return run_by_replicas(idle)


async def test_a_chat_has_one_handler_at_a_time(run_events: Run) -> None:
    at_work: list[int] = []
    most = 0

    async def act(chat_id: int) -> None:
        nonlocal most
        at_work.append(chat_id)
        most = max(most, at_work.count(chat_id))
        for _ in range(5):
            await asyncio.sleep(0)
        at_work.remove(chat_id)

    await run_events([STUDENT, SECOND] * 10, act)
    assert most == 1


async def test_handlers_of_different_chats_run_side_by_side(run_events: Run) -> None:
    met = asyncio.Barrier(3)

    async def act(chat_id: int) -> None:
        async with asyncio.timeout(5):
            await met.wait()

    await run_events([1, 2, 3], act)


async def test_a_handler_that_fails_leaves_its_chat_free(run_events: Run) -> None:
    failed: list[int] = []

    async def act(chat_id: int) -> None:
        if not failed:
            failed.append(chat_id)
            raise ValueError("the handler is broken")

    try:
        await run_events([1], act)
    except ValueError:
        await run_events([1], act)
    assert failed == [1]


async def test_a_handler_does_not_run_in_a_chat_that_its_worker_does_not_hold() -> None:
    isolation = LeaseIsolation()
    with pytest.raises(LeaseNotHeld, match="chat 2"):
        async with isolation.lock(KEY):
            raise AssertionError("it ran")
    with holding(Lease(chat_id=7, owner=UUID(int=1))), pytest.raises(LeaseNotHeld):
        async with isolation.lock(KEY):
            raise AssertionError("it ran")
    with holding(Lease(chat_id=2, owner=UUID(int=1))):
        async with isolation.lock(KEY):
            pass


# States among the updates


def dialogs_of(play: Play) -> Dialogs:
    assert play.service.bot is not None
    return Dialogs(
        play.service.bot,
        AuthClient(None),  # type: ignore[arg-type]
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
        await play.insert(callback(900, 5, "old:button"))
        (over,) = await play.told(1)
    assert over["text"].startswith("I have changed")
    assert (
        await play.value("SELECT count(*) FROM outgoing WHERE method = 'answerCallbackQuery'") == 1
    )
    assert await dialogs(play) == []
