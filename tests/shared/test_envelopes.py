"""Five hundred messages that are wrong in one thing each, among good ones: none gets in that should
not, none is lost in silence, and the consumer goes on."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.db import storable
from shared.message import Message
from shared.rabbitmq import QUEUE_ARGUMENTS
from tests.shared.envelopes import Envelope, Fate, make_envelopes
from tests.shared.raw_properties import RawProperties
from tests.support.house import House, Kind, Service, all_handled
from tests.support.waiting import eventually

SEED = 20260901
COUNT = 500


@pytest.fixture(params=["in_process", "rabbitmq"])
async def house(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[House]:
    kind: Kind = request.param
    vhost = request.getfixturevalue("vhost_url") if kind == "rabbitmq" else ""
    house = House(kind, database_url, vhost)
    yield house
    await house.close()


@pytest.fixture
async def school(house: House) -> Service:
    school = await house.add("school")
    school.start(relay=False)
    return school


async def deliver(house: House, school: Service, envelopes: Sequence[Envelope]) -> None:
    """Hand them to the service by the way that the house has."""
    if house.kind == "in_process":
        await school.consumer.handle([message_of(envelope) for envelope in envelopes])
        return
    async with house.channel() as channel:
        await channel.declare_queue("school", durable=True, arguments=QUEUE_ARGUMENTS)
        raw = await channel.get_underlay_channel()
        await asyncio.gather(
            *(
                raw.basic_publish(
                    one.body, routing_key="school", properties=RawProperties(one.properties)
                )
                for one in envelopes
            )
        )


def message_of(envelope: Envelope) -> Message:
    return Message(
        message_id=envelope.text("message_id"),
        type=envelope.text("type"),
        body=envelope.body,
        correlation_id="test",
    )


async def test_each_of_500_mutated_messages_ends_as_it_should(
    house: House, school: Service, caplog: pytest.LogCaptureFixture
) -> None:
    envelopes = [one for group in make_envelopes(SEED, COUNT) for one in group]
    by_fate = {fate: [one for one in envelopes if one.fate is fate] for fate in Fate}
    assert sum(one.kind != "as it should be" for one in envelopes) >= COUNT

    await deliver(house, school, envelopes)
    effects = await all_handled(school, len(by_fate[Fate.EFFECT]), timeout=20)
    await all_parked(school, len(by_fate[Fate.DEAD] + by_fate[Fate.FAILED]))
    await school.retry_until_settled()

    wanted = Counter(one.expects for one in by_fate[Fate.EFFECT])
    assert Counter(key for key, _ in effects) == wanted
    assert set(wanted.values()) == {1}
    buried = {(row["message_id"], row["body"]): row for row in await school.parked()}
    for one in by_fate[Fate.DEAD] + by_fate[Fate.FAILED]:
        row = buried.pop((storable(one.text("message_id"))[:200], one.body))
        assert row["dead_at"] is not None, one.kind
        assert one.expects in row["error"], one.kind
    assert len(buried) == 0
    assert ignored(school) == len(by_fate[Fate.IGNORED])

    assert "loop_failed" not in caplog.text, "the consumer went on all the while"


async def all_parked(school: Service, count: int) -> None:
    async def enough() -> bool:
        rows = await school.parked()
        assert len(rows) == count, f"{len(rows)} of {count} parked so far"
        return True

    await eventually(enough)


def ignored(school: Service) -> float:
    """How many were counted as ignored."""
    return sum(
        sample.value
        for metric in school.metrics.registry.collect()
        for sample in metric.samples
        if sample.name == "parta_events_ignored_total"
    )
