"""(h) Six hundred notices to six hundred chats, and one person who asks for help meanwhile."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from bench.place import Place
from bench.report import Measure, Section, Target, percentile
from bench.running import module, running
from bench.task import Task
from bench.world import TOKEN
from sandbox.school import PEOPLE
from sandbox.telegram.limits import BOT_BURST, BOT_PER_SECOND
from tests.support.database import drop_database, new_database
from tests.support.processes import free_ports
from tests.support.waiting import eventually

SMALL = bool(os.environ.get("SMALL"))
"""Whether it is only tried out: the figures mean nothing."""
CHATS = 60 if SMALL else 600
REPEATS = 1 if SMALL else 3
FIRST_CHAT = 730_000_000
ASKER = PEOPLE[0].chat_id
ASKS_EACH = 1.0
"""Seconds."""
PATIENCE = 120
SIDES = ("parta", "plain")


@dataclass(frozen=True, slots=True)
class Broadcast:
    """How one went. `share` is percent of Telegram's pace, answers counted, the burst not."""

    share: float
    refused: int
    answers: Sequence[float]


def measure(place: Place) -> Section:
    """Parta and a plain loop in turn, each with a Telegram of its own."""
    held: dict[str, list[Broadcast]] = {side: [] for side in SIDES}
    for _ in range(REPEATS):
        for side in SIDES:
            held[side].append(asyncio.run(_broadcast(place, side)))
    ours, plain = held["parta"], held["plain"]
    return Section(
        f"(h) {CHATS} notices to {CHATS} chats, one /help a second meanwhile",
        measures=[
            _share("aiogram, a plain loop: share of 30/s", plain),
            Measure("aiogram, a plain loop: answers of 429", [one.refused for one in plain]),
            _answers("aiogram, a plain loop: /help, p50", plain, 0.5),
            _answers("aiogram, a plain loop: /help, p99", plain, 0.99),
            _answers("Parta: /help, p50", ours, 0.5),
        ],
        targets=[
            Target(_share("Parta: share of 30/s", ours), 97, at_least=True),
            Target(Measure("Parta: answers of 429", [one.refused for one in ours]), 0),
            Target(_answers("Parta: /help, p99", ours, 0.99), 300),
        ],
        notes=[
            "the sandbox keeps Telegram's limits; everything sent counts, the first "
            f"{BOT_BURST} of a broadcast, which are the bucket's burst, do not",
            "Parta: 600 events through the bot's own consumer; the loop: `send_message` to one "
            "chat after another, `sleep(retry_after)`, its answers by aiogram's polling",
        ],
    )


def _share(name: str, held: Sequence[Broadcast]) -> Measure:
    return Measure(name, [one.share for one in held], "%")


def _answers(name: str, held: Sequence[Broadcast], share: float) -> Measure:
    return Measure(name, [percentile(one.answers, share) for one in held], "ms")


async def _broadcast(place: Place, side: str) -> Broadcast:
    name = await new_database(place.server)
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    chats = [FIRST_CHAT + number for number in range(CHATS)]
    telegram = Task("", 0, settings={"port": port, "token": TOKEN, "chats": [*chats, ASKER]})
    sender = Task(
        side,
        CHATS,
        postgres=place.server.url(name),
        settings={"telegram": f"{address}/telegram", "token": TOKEN, "chats": chats},
    )
    try:
        with running((module("telegram"), telegram)):
            async with httpx.AsyncClient(base_url=address, timeout=10) as world:
                await eventually(lambda: _listens(world), 30)
                with running((module("fanout"), sender)) as [started]:
                    await asyncio.to_thread(started.result)
                    return await _follow(world, set(chats))
    finally:
        await drop_database(place.server, name)


async def _listens(world: httpx.AsyncClient) -> bool:
    return (await world.get("/telegram/calls")).is_success


async def _follow(world: httpx.AsyncClient, chats: set[int]) -> Broadcast:
    """Ask each second until everybody is told, then look at what came when."""
    asking = asyncio.create_task(_ask(world))
    try:
        await eventually(lambda: _has_all(world, len(chats)), PATIENCE)
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    calls = (await world.get("/telegram/calls")).json()
    sent = [call for call in calls if call["method"] == "sendMessage"]
    told = [_seconds(one) for one in sent if one["chat_id"] in chats and one["status"] == 200]
    began, ended = told[0], told[-1]
    during = [
        moment
        for moment in (_seconds(one) for one in sent if one["status"] == 200)
        if began <= moment <= ended
    ]
    counted = during[BOT_BURST:]
    pace = (len(counted) - 1) / (counted[-1] - counted[0])
    messages = (await world.get("/telegram/messages", params={"chat_id": ASKER})).json()
    return Broadcast(
        share=pace / BOT_PER_SECOND * 100,
        refused=sum(one["status"] == 429 for one in sent),
        answers=_waits(messages, began, ended),
    )


async def _has_all(world: httpx.AsyncClient, count: int) -> bool:
    # Asked seldom: the same process plays Telegram.
    await asyncio.sleep(1)
    calls = (await world.get("/telegram/calls")).json()
    told = {one["chat_id"] for one in calls if one["status"] == 200} - {ASKER, None}
    return len(told) >= count


async def _ask(world: httpx.AsyncClient) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await world.post("/telegram/say", json={"chat_id": ASKER, "text": "/help"})
        due += ASKS_EACH
        await asyncio.sleep(due - loop.time())


def _waits(messages: Sequence[dict[str, Any]], began: float, ended: float) -> list[float]:
    """Milliseconds from each question of the broadcast's time to its answer, one after another."""
    asked = [_seconds(one) for one in messages if one["from"] == "person"]
    answered = [_seconds(one) for one in messages if one["from"] == "bot"]
    pairs = zip(asked, answered, strict=False)
    return [(answer - ask) * 1000 for ask, answer in pairs if began <= ask <= ended]


def _seconds(one: dict[str, Any]) -> float:
    return datetime.fromisoformat(one["at"]).timestamp()
