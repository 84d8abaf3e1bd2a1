"""Each fault of Telegram, so many times, against the sender: promise P10 and fault F22.

`python -m tests.bot.telegram_faults 200` meets each of them two hundred times; `make test` a few.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import cycle

from sandbox.school import PEOPLE
from services.bot.sending.tenure import TWICE_UNKNOWN
from tests.bot import weather
from tests.bot.weather import Arrival, Fault, Stand, moved_to, stand, told_to_wait
from tests.support.database import make_template, new_database, postgres_server
from tests.support.waiting import eventually

WAITS = (1, 60, 3600)
HAIR = 0.05


def waiting_chat(seconds: int) -> Scenario:
    """A chat that was just written to is told to wait: it waits to the second, others do not."""

    async def scenario(here: Stand, times: int) -> None:
        for _ in range(times):
            chat_id, other = here.new_chat(), here.new_chat()
            await here.enqueue(chat_id, "1")
            await here.rest()
            here.sky.coming[chat_id].append(told_to_wait(seconds))
            await here.enqueue(chat_id, "2", "3")
            await here.rest()
            await here.enqueue(other, "other")
            await here.after(seconds - HAIR)
            assert here.texts(other) == ["other"]
            assert here.texts(chat_id) == ["1", "2"]
            await here.after(HAIR)
            assert here.texts(chat_id) == ["1", "2", "2"]
            await here.after(1)
            assert await here.shown(chat_id) == ["1", "2", "3"]

    return scenario


def waiting_bot(seconds: int) -> Scenario:
    """A chat that had been quiet cannot be meant: everybody waits."""

    async def scenario(here: Stand, times: int) -> None:
        for _ in range(times):
            chat_id, other = here.new_chat(), here.new_chat()
            here.sky.coming[chat_id].append(told_to_wait(seconds))
            await here.enqueue(chat_id, "1")
            await here.rest()
            await here.enqueue(other, "other")
            came = len(here.sky.arrivals)
            await here.after(seconds - HAIR)
            assert len(here.sky.arrivals) == came
            await here.after(HAIR)
            assert (await here.shown(chat_id), await here.shown(other)) == (["1"], ["other"])
            await here.after(1)

    return scenario


async def waiting_bot_twice(here: Stand, times: int) -> None:
    """Two calls under way are told different times: the longer one counts."""
    for number in range(times):
        chats = [here.new_chat(), here.new_chat()]
        for chat_id, seconds in zip(chats, (60, 1) if number % 2 else (1, 60), strict=True):
            here.sky.coming[chat_id].append(told_to_wait(seconds))
        # In one transaction: else the second may still be at home when the first is told to wait.
        await here.enqueue_all([(chat_id, "1") for chat_id in chats])
        await here.rest()
        came = len(here.sky.arrivals)
        await here.after(60 - HAIR)
        assert len(here.sky.arrivals) == came
        await here.after(HAIR)
        await here.after(1)
        assert [await here.shown(chat_id) for chat_id in chats] == [["1"], ["1"]]


def left(fault: Fault) -> Scenario:
    """A person left: one try ends the chat, and their next message opens it again."""

    async def scenario(here: Stand, times: int) -> None:
        chats = cycle(person.chat_id for person in PEOPLE)
        for number, chat_id in zip(range(times), chats, strict=False):
            before = len(here.texts(chat_id))
            here.sky.coming[chat_id].append(fault)
            await here.enqueue(chat_id, f"{number} a", f"{number} b")
            await here.rest()
            assert len(here.texts(chat_id)) == before + 1
            assert fault.description in (await here.failed(chat_id))[-1]
            assert not await is_reachable(here, chat_id)
            await here.play.say("hello", chat_id)
            await eventually(lambda: is_reachable(here, chat_id))  # noqa: B023 - awaited at once
            await here.play.settled()
            await here.enqueue(chat_id, f"{number} c")
            await here.after(3)
            assert (await here.shown(chat_id))[-1] == f"{number} c"
            await here.after(10)

    return scenario


async def is_reachable(here: Stand, chat_id: int) -> bool:
    reason = "SELECT unreachable_reason FROM chats WHERE chat_id = $1"
    return await here.play.value(reason, chat_id) is None


async def no_such_chat(here: Stand, times: int) -> None:
    """A chat that is not there is asked once."""
    for number in range(times):
        chat_id = 990_000_000 + number
        await here.enqueue(chat_id, "1", "2")
        await here.rest()
        assert here.texts(chat_id) == ["1"]
        assert len(await here.failed(chat_id)) == 2
        await here.after(1)


async def migration(here: Stand, times: int) -> None:
    """A group became a supergroup: what waits goes there, in order, and the old one is left."""
    for _ in range(times):
        group, supergroup = here.new_chat(is_group=True), here.new_chat(is_group=True)
        here.sky.always[group] = moved_to(supergroup)
        await here.enqueue(group, "1", "2")
        await here.rest()
        assert here.texts(group) == ["1"]
        assert await here.shown(supergroup) == ["1", "2"]
        await here.after(1)


def failing(fault: Fault) -> Scenario:
    """Telegram fails: tried again by the ladder, in order, and shown once."""

    async def scenario(here: Stand, times: int) -> None:
        for _ in range(times):
            chat_id = here.new_chat()
            here.sky.coming[chat_id].extend([fault, fault])
            await here.enqueue(chat_id, "1", "2")
            for seconds in (0, 1 - HAIR):
                await here.after(seconds)
                assert here.texts(chat_id) == ["1"]
            await here.after(HAIR)
            await here.after(2 - HAIR)
            assert here.texts(chat_id) == ["1", "1"]
            await here.after(HAIR)
            await here.after(2)
            assert await here.shown(chat_id) == ["1", "2"]

    return scenario


def unknown(fault: Fault) -> Scenario:
    """Nobody knows whether it was taken: once more, and where that is unknown too no third time."""

    async def scenario(here: Stand, times: int) -> None:
        for number in range(times):
            chat_id, times_unknown = here.new_chat(), 1 + number % 2
            here.sky.coming[chat_id].extend([fault] * times_unknown)
            await here.enqueue(chat_id, "1")
            await here.rest()
            await here.after(1)
            await here.after(3600)
            assert here.texts(chat_id) == ["1", "1"]
            taken = times_unknown * fault.taken + (times_unknown == 1)
            assert len(await here.shown(chat_id)) == taken
            given_up = await here.failed(chat_id)
            assert [error.startswith(TWICE_UNKNOWN) for error in given_up] == [True] * (
                times_unknown - 1
            )

    return scenario


STORM = (
    *(told_to_wait(seconds) for seconds in WAITS),
    weather.INTERNAL,
    weather.GATEWAY,
    *weather.UNKNOWN,
)


async def storm(here: Stand, times: int) -> None:
    """All of it at once, to people and groups: nothing too early, too fast, or three times."""
    chance = random.Random(times)  # noqa: S311 - the same storm in every run
    chats = [here.new_chat(is_group=number % 5 == 0) for number in range(30)]
    faults = [fault for fault in STORM for _ in range(times)]
    chance.shuffle(faults)
    here.sky.choose = lambda _: faults.pop() if faults and chance.random() < 0.3 else None
    await here.enqueue_all([(chance.choice(chats), f"{n}") for n in range(6 * len(faults))])
    step = HAIR
    while await here.play.rows("SELECT FROM outgoing WHERE sent_at IS NULL AND failed_at IS NULL"):
        came = len(here.sky.arrivals)
        await here.after(step)
        # Where nothing comes, a long pause is passed in long steps.
        step = min(step * 2, 100.0) if len(here.sky.arrivals) == came else HAIR
    assert not faults
    check_waits(here.sky.arrivals)
    check_rates(here.sky.arrivals)
    check_times(here.sky.arrivals)
    calls = [call for call in await here.play.calls("sendMessage") if call["status"] == 429]
    assert len(calls) == sum(one.status == 429 for one in here.sky.arrivals)


def check_waits(arrivals: list[Arrival]) -> None:
    """After each 429 its chat is left alone for as long as was said; none came but those told."""
    closed_until: dict[int, float] = {}
    for one in arrivals:
        assert one.at >= closed_until.get(one.chat_id, 0.0) - 1e-6, one
        assert one.status != 429 or one.fault, f"Telegram counted otherwise: {one}"
        if one.fault and one.fault.retry_after:
            closed_until[one.chat_id] = one.at + one.fault.retry_after


def check_rates(arrivals: list[Arrival]) -> None:
    """Whatever second, minute or ten of them one looks at."""
    by_chat: dict[int, list[float]] = defaultdict(list)
    for one in arrivals:
        by_chat[one.chat_id].append(one.at)
    for seconds in (1, 10, 60):
        assert most([one.at for one in arrivals], seconds) <= 30 + 30 * seconds
        for chat_id, moments in by_chat.items():
            allowed = 3 + seconds if chat_id > 0 else 20
            assert most(moments, seconds) <= allowed, (chat_id, seconds)


def most(moments: list[float], seconds: float) -> int:
    """The most that came in so many seconds."""
    first, found = 0, 0
    for last, at in enumerate(moments):
        while at - moments[first] >= seconds - 1e-6:
            first += 1
        found = max(found, last - first + 1)
    return found


def check_times(arrivals: list[Arrival]) -> None:
    """Nothing comes after it was shown, or after its outcome was unknown twice."""
    shown: set[str] = set()
    unknowns: dict[str, int] = defaultdict(int)
    for one in arrivals:
        assert one.text not in shown, one
        assert unknowns[one.text] < 2, one
        if one.fault is None and one.status == 200:
            shown.add(one.text)
        unknowns[one.text] += one.fault is not None and one.fault.is_unknown


Scenario = Callable[[Stand, int], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {
    **{f"429 of a chat, {seconds} s": waiting_chat(seconds) for seconds in WAITS},
    **{f"429 of the bot, {seconds} s": waiting_bot(seconds) for seconds in WAITS},
    "429 of the bot, two at once": waiting_bot_twice,
    **{fault.name: left(fault) for fault in (weather.BLOCKED, weather.DEACTIVATED)},
    "no such chat": no_such_chat,
    "migration": migration,
    **{fault.name: failing(fault) for fault in (weather.INTERNAL, weather.GATEWAY)},
    **{fault.name: unknown(fault) for fault in weather.UNKNOWN},
    "all at once": storm,
}
WITH_DIALOGS = {weather.BLOCKED.name, weather.DEACTIVATED.name}


async def meet(name: str, times: int, database_url: str) -> None:
    """One fault, so many times."""
    async with stand(database_url, with_dialogs=name in WITH_DIALOGS) as here:
        await SCENARIOS[name](here, times)


def main() -> int:
    """The program; gives its exit status."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    failed = []
    with postgres_server() as server:
        asyncio.run(make_template(server))
        for name in SCENARIOS:
            began = time.monotonic()
            url = server.url(asyncio.run(new_database(server)))
            try:
                asyncio.run(meet(name, times, url))
            except AssertionError as error:
                failed.append(name)
                sys.stdout.write(f"{name}: {error}\n")
            took = time.monotonic() - began
            sys.stdout.write(f"{name:24} {times:>5} times in {took:5.1f} s\n")
            sys.stdout.flush()
    sys.stdout.write(f"NOT AS PROMISED: {', '.join(failed)}\n" if failed else "as promised\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
