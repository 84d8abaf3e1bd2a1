"""Two bots on one database, Telegram's ids that jump, and changes of how it is heard."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest

from shared.transport import InProcessTransport
from tests.bot.hooking import hooked, tell
from tests.bot.playing import CURATOR, SECOND, STUDENT, Play, message_update
from tests.support.waiting import eventually

CHATS = (STUDENT, SECOND, CURATOR)
OUT_OF_ORDER = """
SELECT update_id
FROM (
    SELECT update_id, handled_at < lag(handled_at) OVER told AS too_early,
        update_id < lag(update_id) OVER told AS swapped
    FROM updates
    WINDOW told AS (PARTITION BY chat_id ORDER BY seq)
) AS in_order
WHERE too_early OR swapped
"""


async def talk(play: Play, count: int) -> None:
    """So many messages in each chat, one after another."""
    for _ in range(count):
        await asyncio.gather(*(play.say("/help", chat_id) for chat_id in CHATS))


async def each_is_answered_once(play: Play, count: int) -> None:
    """So many in each chat, in order."""
    await eventually(lambda: was_handled(play, count * len(CHATS)))
    await play.settled(20)
    for chat_id in CHATS:
        await play.told(count, chat_id)
    assert not await play.rows(OUT_OF_ORDER)
    assert not await play.rows("SELECT update_id FROM updates WHERE parked_at IS NOT NULL")


async def was_handled(play: Play, count: int) -> bool:
    query = "SELECT count(*) FROM updates WHERE handled_at IS NOT NULL"
    return bool(await play.value(query) == count)


@contextlib.asynccontextmanager
async def two_bots(play: Play, way: str) -> AsyncIterator[None]:
    if way == "webhook":
        async with hooked(play, replicas=2):
            yield
        return
    for _ in range(2):
        service = play.new_service()
        await service.open()
        service.work(InProcessTransport())
    yield


@pytest.mark.parametrize("way", ["webhook", "polling"])
async def test_two_bots_answer_each_message_once_and_in_order(
    idle: Play, quick_chats: None, way: str
) -> None:
    """Some of Telegram's calls are answered and the answer is lost."""
    method = "webhook" if way == "webhook" else "getUpdates"
    fault = {"system": "telegram", "method": method, "drop": True, "after": True, "times": 2}
    async with two_bots(idle, way):
        await eventually(lambda: idle.calls("setWebhook", "deleteWebhook"))
        await talk(idle, 2)
        await idle.sandbox.post("/faults", **fault)
        await talk(idle, 6)
        await each_is_answered_once(idle, 8)
    assert len(await idle.calls("setWebhook")) == (1 if way == "webhook" else 0)


def jump(play: Play) -> None:
    """Telegram begins its ids anew, anywhere."""
    number = random.randrange(1, 2**31)  # noqa: S311 - any will do
    play.sandbox.app.state.world.messenger.state.next_update_id = number


@pytest.mark.parametrize("way", ["webhook", "polling"])
async def test_ids_that_jump_are_no_duplicates(idle: Play, quick_chats: None, way: str) -> None:
    async with two_bots(idle, way):
        for times in range(1, 6):
            await talk(idle, 2)
            await eventually(lambda count=times * 6: was_handled(idle, count))  # type: ignore[misc]
            await eventually(lambda: all_taken(idle))
            jump(idle)
        for chat_id in CHATS:
            await idle.told(10, chat_id)


async def all_taken(play: Play) -> bool:
    info = (await play.sandbox.call("getWebhookInfo")).json()["result"]
    return bool(info["pending_update_count"] == 0)


async def test_updates_over_five_jumps_are_kept_in_the_order_in_which_they_came(
    idle: Play,
) -> None:
    starts = random.sample(range(0, 2**31, 1000), 5)
    ids = [start + number for start in starts for number in range(100)]
    async with hooked(idle, replicas=2, at_work=False) as hook:
        for number, update_id in enumerate(ids):
            assert await tell(hook.apps[number % 2], message_update(update_id)) == 200
    rows = await idle.rows("SELECT update_id FROM updates ORDER BY seq")
    assert [row[0] for row in rows] == ids


async def test_changing_over_from_polling_to_a_webhook_and_back_loses_nothing(
    idle: Play, quick_chats: None
) -> None:
    """The new way starts before the old one has ended, as operators do it, and nobody stops
    talking."""
    idle.service.work(InProcessTransport())
    last = idle.new_service()
    await last.open()
    async with hooked(idle) as hook:
        await talk(idle, 2)
        await eventually(lambda: was_handled(idle, 6))
        assert not await idle.calls("setWebhook"), "it does not wait for the poller to end"
        await asyncio.gather(idle.service.stop(), talk(idle, 4))
        await eventually(lambda: hook.counted("taken") >= 6)
        last.work(InProcessTransport())
        talking = asyncio.create_task(talk(idle, 4))
        await eventually(lambda: hook.counted("taken") >= 12)
    await eventually(lambda: has_polled_after_webhook(idle))
    await talking
    await talk(idle, 2)
    await each_is_answered_once(idle, 12)


async def has_polled_after_webhook(play: Play) -> bool:
    methods = [call["method"] for call in await play.calls("setWebhook", "deleteWebhook")]
    return methods == ["deleteWebhook", "setWebhook", "deleteWebhook"]
