"""(c) From a review's POST to the hook until Telegram has both notices of it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import asyncpg

from bench import school
from bench.place import Place
from bench.report import Measure, Section, Target, percentile
from bench.running import module, run, running
from bench.task import Task
from bench.world import World, world
from tests.support.waiting import eventually

RATE = 10
SECONDS = 60
WARM_UP = 3
"""Seconds of the same before anything is counted."""
FAST_RATE = 50
FAST_SECONDS = 15
REPLICAS = 3

# What became of each review, in seconds since 1970: when each service had committed its part. The
# moment of a commit is the server's own record of it.
STEPS = """
SELECT
    (found.body::json ->> 'review_id')::bigint AS review_id,
    extract(epoch FROM pg_xact_commit_timestamp(reviews.xmin))::float8 AS hook,
    extract(epoch FROM pg_xact_commit_timestamp(decided.xmin))::float8 AS school,
    extract(epoch FROM pg_xact_commit_timestamp(notices.xmin))::float8 AS bot,
    extract(epoch FROM outgoing.begun_at)::float8 AS begun,
    outgoing.chat_id
FROM sync.outbox AS found
JOIN sync.reviews ON reviews.review_id = (found.body::json ->> 'review_id')::bigint
JOIN school.submission_statuses AS decided ON decided.review_id = reviews.review_id
JOIN bot.notices ON notices.correlation_id = found.correlation_id
JOIN bot.outgoing ON outgoing.id = notices.outgoing_id
WHERE found.type = 'sync.review.found.v1'
"""

COUNT_NOTICES = "SELECT count(*) FROM bot.notices"


HOPS = (
    ("POST → the hook's commit", "posted", "hook"),
    ("→ school's decision committed", "hook", "school"),
    ("→ the notice's row committed", "school", "bot"),
    ("→ the sender begins", "bot", "begun"),
    ("→ Telegram has it", "begun", "arrived"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One notice's way, in seconds since 1970."""

    posted: float
    hook: float
    school: float
    bot: float
    begun: float | None
    arrived: float | None


def measure(place: Place) -> Section:
    """One replica and three to Telegram, and five times the rate to the row."""
    one = _follow(place, replicas=1, rate=RATE, seconds=SECONDS, to="arrived")
    three = _follow(place, replicas=REPLICAS, rate=RATE, seconds=SECONDS, to="arrived")
    fast = _follow(place, replicas=1, rate=FAST_RATE, seconds=FAST_SECONDS, to="bot")
    hops = [
        _share(f"{name}, p50", one, 0.5, since, until, f"p99 {_ms(one, 0.99, since, until):.1f}")
        for name, since, until in HOPS
    ]
    bare = _pass_on(place)
    hops.append(
        Measure(
            "aio-pika alone, published → taken, p50",
            [percentile(bare, 0.5) * 1000],
            "ms",
            f"p99 {percentile(bare, 0.99) * 1000:.1f}; a review's way has two of these",
        )
    )
    return Section(
        f"(c) A review's way: {RATE}/s, two notices each, {school.PAIRS * 2} chats, {SECONDS} s",
        measures=hops,
        targets=[
            Target(_share("POST to Telegram, p50", one, 0.5), 15),
            Target(_share("POST to Telegram, p99", one, 0.99), 60),
            Target(_share(f"with {REPLICAS} replicas of each, p50", three, 0.5), 25),
            Target(_share(f"with {REPLICAS} replicas of each, p99", three, 0.99), 100),
            Target(_share(f"{FAST_RATE}/s to the row, p50", fast, 0.5, until="bot"), 10),
            Target(_share(f"{FAST_RATE}/s to the row, p99", fast, 0.99, until="bot"), 50),
        ],
        notes=[
            "five services, the sandbox and the load, a process each, over RabbitMQ and Postgres; "
            f"the first {WARM_UP} s are not counted",
            f"{FAST_RATE} reviews/s for {FAST_SECONDS} s: to the row, because the sender keeps "
            "Telegram's 30 a second whatever the sandbox allows",
        ],
    )


def _pass_on(place: Place) -> list[float]:
    """What the broker and its client alone take for one hop, at the same rate."""
    task = place.fresh(RATE * SECONDS // 4, {"rate": RATE})
    took: list[float] = run(module("raw"), replace(task, role="pass_on"))["took"]
    place.forget(task)
    return took


def _share(
    name: str,
    ways: Sequence[Way],
    share: float,
    since: str = "posted",
    until: str = "arrived",
    note: str = "",
) -> Measure:
    return Measure(name, [_ms(ways, share, since, until)], "ms", note)


def _ms(ways: Sequence[Way], share: float, since: str, until: str) -> float:
    took = [getattr(way, until) - getattr(way, since) for way in ways]
    return percentile(took, share) * 1000


def _follow(place: Place, *, replicas: int, rate: int, seconds: int, to: str) -> list[Way]:
    return asyncio.run(follow(place, replicas=replicas, rate=rate, seconds=seconds, to=to))


async def follow(place: Place, *, replicas: int, rate: int, seconds: int, to: str) -> list[Way]:
    """Deliver reviews at that rate and follow each notice to its row (`bot`) or to Telegram."""
    count = rate * (seconds + WARM_UP)
    async with world(place, replicas) as made:
        task = Task(role="", count=count, settings={"urls": made.hooks, "rate": rate})
        with running((module("github"), task)) as [github]:
            posted = await asyncio.to_thread(github.result)
        has_all = _has_all if to == "arrived" else _has_rows
        await eventually(lambda: has_all(made, count), 60)
        steps = await made.parta.fetch(STEPS)
        calls = await made.calls()
    refused = {status for _, status in posted["deliveries"] if status != 202}
    assert not refused, f"the hook answered {refused}"
    assert len(steps) == count * 2, f"{len(steps)} notices of {count} reviews"
    return _join(posted["deliveries"], steps, calls, since=rate * WARM_UP)


async def _has_all(made: World, count: int) -> bool:
    return len(await made.calls()) >= count * 2


async def _has_rows(made: World, count: int) -> bool:
    (row,) = await made.parta.fetch(COUNT_NOTICES)
    return bool(row["count"] >= count * 2)


def _join(
    deliveries: Sequence[tuple[float, int]],
    steps: Sequence[asyncpg.Record],
    calls: Sequence[dict[str, Any]],
    *,
    since: int,
) -> list[Way]:
    """The nth message of a chat is of the nth review that concerns it."""
    arrivals: dict[int, list[float]] = defaultdict(list)
    for call in calls:
        arrivals[call["chat_id"]].append(datetime.fromisoformat(call["at"]).timestamp())
    ways = []
    for row in steps:
        number = row["review_id"] - school.FIRST_REVIEW
        if number < since:
            continue
        mine = arrivals[row["chat_id"]]
        nth = number // school.PAIRS
        ways.append(
            Way(
                posted=deliveries[number][0],
                hook=row["hook"],
                school=row["school"],
                bot=row["bot"],
                begun=row["begun"],
                arrived=mine[nth] if nth < len(mine) else None,
            )
        )
    return ways
