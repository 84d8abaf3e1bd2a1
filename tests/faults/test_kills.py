"""Killed at each named place: every event has its effect exactly once, in order."""

from collections.abc import AsyncIterator, Iterator

import pytest

from parta.postgres import EmbeddedPostgres
from tests.support.database import (
    drop_database,
    make_template,
    new_database,
    postgres_server,
)
from tests.support.processes import Process
from tests.support.rabbitmq import Broker, RabbitNode
from tests.support.system import System, system
from tests.support.waiting import apart, eventually

pytestmark = pytest.mark.timeout(120)

SERVICES = ("sync", "school", "bot")

# Each round kills one process of each service at the places named; together they are every named
# place of hook, relay, consumer and sender.
ROUNDS = (
    ("hook.after_read", "consumer.before_begin", "sender.before_call"),
    ("hook.before_commit", "consumer.after_claim", "consumer.after_claim"),
    ("hook.after_commit", "consumer.before_commit", "consumer.before_commit"),
    ("relay.after_select", "consumer.after_commit", "consumer.after_commit"),
    ("relay.mid_publish", "consumer.after_ack", "consumer.after_ack"),
    ("relay.after_confirm", "relay.after_confirm", ""),
    ("relay.after_mark", "relay.after_mark", "sender.after_call"),
)
HONEST = "sender.after_call"
"""Telegram had the message and we had not marked it: the one window in which it may come twice."""


@pytest.fixture
def own_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = apart(new_database(postgres))
    yield postgres.url(name)
    apart(drop_database(postgres, name))


@pytest.fixture
async def place(own_database: str, vhost_url: str) -> AsyncIterator[System]:
    async with system(
        database_url=own_database, rabbitmq_url=vhost_url, services=SERVICES
    ) as started:
        await started.know_people()
        yield started


async def _deliver_until_taken(place: System, payload: dict[str, object], name: str) -> None:
    """GitHub's operator delivers again, under the same id, until there is an answer; then once
    more, and once under another id: repetition is the rule here."""

    async def taken() -> bool:
        return await place.deliver(payload, name) == 202

    await eventually(taken, 20)
    await place.deliver(payload, name)
    await place.deliver(payload, f"{name}-again")


async def _revive(process: Process) -> None:
    await process.died()
    process.start()
    await process.answers()


async def test_killed_anywhere_a_review_arrives_once_and_in_order(place: System) -> None:
    for number, points in enumerate(ROUNDS, 1):
        title = f"work {number}"
        await place.send_work(title, number=number)
        for process, point in zip(place.processes.values(), points, strict=True):
            process.kill()
            process.start(point)
        hook = place.processes["sync"]
        await hook.answers()
        first = place.review("commented", number=number, review_id=number * 10, second=1)
        second = place.review("approved", number=number, review_id=number * 10 + 1, second=2)
        answer = await place.deliver(first, f"{number}-first")
        if points[0].startswith("hook."):
            assert answer is None, "the hook was not killed"
        await _revive(hook)
        await _deliver_until_taken(place, first, f"{number}-first")
        for process, point in zip(place.processes.values(), points, strict=True):
            if point and process is not hook:
                await _revive(process)
        await _deliver_until_taken(place, second, f"{number}-second")

        async def arrived(title: str = title) -> bool:
            texts = [
                message["text"]
                for message in await place.chat("student")
                if title in message["text"]
            ]
            assert await place.statuses(title) == ["review", "correction", "approved"]
            return len(texts) >= 2

        await eventually(arrived, 30)
    await _check_everything_once(place)


async def _check_everything_once(place: System) -> None:
    for number, points in enumerate(ROUNDS, 1):
        title = f"work {number}"
        texts = [
            message["text"] for message in await place.chat("student") if title in message["text"]
        ]
        once = list(dict.fromkeys(texts))
        assert len(once) == 2, texts
        assert len(texts) <= 2 + (HONEST in points), texts
    told = await place.fetch(
        "SELECT person_id, kind, subject, version, count(*) FROM bot.notices GROUP BY 1, 2, 3, 4"
    )
    assert {row["count"] for row in told} == {1}
    assert await place.dead() == 0
    unsent = await place.fetch(
        "SELECT 1 FROM sync.outbox WHERE sent_at IS NULL"
        " UNION ALL SELECT 1 FROM school.outbox WHERE sent_at IS NULL"
    )
    assert unsent == []


async def test_a_broker_and_a_database_that_restart_lose_and_double_nothing(
    rabbitmq: Broker,
) -> None:
    node = rabbitmq.node
    own = RabbitNode() if node is None else None
    if own is not None:
        own.start()
    node = node or own
    assert node is not None
    vhost = "restarts"
    node.add_vhost(vhost)
    with postgres_server() as server:
        await make_template(server)
        name = await new_database(server)
        async with system(
            database_url=server.url(name), rabbitmq_url=node.url(vhost), services=SERVICES
        ) as place:
            await place.know_people()
            await place.send_work("work 1", number=1)
            # The curator was told: every queue is there and in use. One that is younger than half
            # a second does not outlive a killed broker.
            await eventually(lambda: place.chat("curator"), 20)
            node.settle()
            for second, (state, disturb) in enumerate(
                (
                    ("commented", node.kill),
                    ("approved", lambda: server.restart("immediate")),
                    ("changes_requested", lambda: None),
                ),
                1,
            ):
                payload = place.review(state, number=1, review_id=second, second=second)
                assert await place.deliver(payload, f"{second}") == 202
                disturb()
                if second == 1:
                    node.start()
            expected = ["review", "correction", "approved", "correction"]

            async def arrived() -> bool:
                assert await place.statuses("work 1") == expected
                return len(await place.chat("student")) >= 3

            await eventually(arrived, 60)
            assert len(await place.chat("student")) == 3
            assert await place.dead() == 0
    node.delete_vhost(vhost)
    if own is not None:
        own.close()
