"""A chat has one handler at a time, whoever isolates it: aiogram's own way, or our leases."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey
from aiogram.fsm.storage.memory import SimpleEventIsolation

from services.bot.chats.repository import Lease
from services.bot.errors import LeaseNotHeld
from services.bot.states.isolation import LeaseIsolation, holding
from services.bot.updates.worker import UpdatesWorker
from tests.bot.acting import Acting, are_handled
from tests.bot.playing import SECOND, STUDENT, Play, message_update
from tests.support.waiting import eventually, running

KEY = StorageKey(bot_id=1, chat_id=2, user_id=3)


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


def run_by_replicas(play: Play) -> Run:
    """Updates of chats, waiting all at once for two workers as two replicas have them."""

    async def run(chats: list[int], act: Callable[[int], Awaitable[None]]) -> None:
        dialogs = Acting(act)
        await play.insert(*(message_update(n, chat_id=chat) for n, chat in enumerate(chats, 1)))
        replicas = [UpdatesWorker(play.service.database, play.clock, dialogs) for _ in range(2)]
        async with running(*(replica.run() for replica in replicas)):
            await eventually(lambda: are_handled(play, len(chats)))

    return run


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
