"""Where dialogues stand: any storage keeps the contract, ours with the update's own commit."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage

from services.bot.errors import DialogTooLarge, NoUpdateInHand
from services.bot.states import repository
from services.bot.states.repository import LARGEST_DATA
from services.bot.states.storage import HeldStorage
from tests.bot.keeping import dialogs, writing
from tests.bot.playing import Play

KEY = StorageKey(bot_id=1, chat_id=2, user_id=3)
OTHERS = (
    StorageKey(bot_id=9, chat_id=2, user_id=3),
    StorageKey(bot_id=1, chat_id=9, user_id=3),
    StorageKey(bot_id=1, chat_id=2, user_id=9),
    StorageKey(bot_id=1, chat_id=2, user_id=3, thread_id=9),
    StorageKey(bot_id=1, chat_id=2, user_id=3, business_connection_id="9"),
    StorageKey(bot_id=1, chat_id=2, user_id=3, destiny="9"),
)


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
