"""What both transports promise: the same sentences, in one process and over RabbitMQ."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from parta.postgres import EmbeddedPostgres
from shared import outbox
from shared.consumer import DIED_TOO_OFTEN
from shared.events import BY_TYPE, Event, PullChanged
from shared.rabbitmq import receiver, topology
from shared.relay import Relay
from shared.suspects import MOST_DEATHS
from tests.support.database import make_template, new_database, postgres_server
from tests.support.house import (
    Died,
    House,
    Kind,
    Service,
    all_handled,
    count_effects,
    message_of,
    person,
    pull,
)
from tests.support.rabbitmq import Broker
from tests.support.waiting import apart, eventually, running


@pytest.fixture(params=["in_process", "rabbitmq"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def house(
    kind: Kind, database_url: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    # Only a broker that is killed needs its queues to be old.
    monkeypatch.setattr(topology, "QUEUE_SETTLES", 0)
    vhost = request.getfixturevalue("vhost_url") if kind == "rabbitmq" else ""
    house = House(kind, database_url, vhost)
    yield house
    await house.close()


@pytest.fixture
async def sync(house: House) -> Service:
    """Who tells."""
    return await house.add("sync")


@pytest.fixture
async def school(house: House) -> Service:
    """Who hears what sync tells."""
    return await house.add("school")


async def test_events_of_one_key_are_handled_in_the_order_of_their_commits(
    sync: Service, school: Service
) -> None:
    sync.start()
    school.start()
    for version in range(1, 31):
        await sync.tell(pull(version % 3, version))
    effects = await all_handled(school, 30)
    for number in range(3):
        versions = [version for key, version in effects if key == pull(number).key()]
        assert versions == sorted(versions)


async def test_each_listener_gets_what_names_it(house: House) -> None:
    auth = await house.add("auth")
    listeners = [await house.add(name) for name in ("sync", "mail", "school", "bot")]
    for service in (auth, *listeners):
        service.start()
    await auth.tell(person(1))
    for listener in listeners:
        assert await all_handled(listener, 1) == [(person(1).key(), 1)]


async def test_an_event_without_listeners_is_marked_sent(
    sync: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unheard(Event):
        type = "sync.nobody.cares.v1"
        listeners = ()
        keyed_by = "nothing"

        def key(self) -> str:
            return "nothing"

    monkeypatch.setitem(BY_TYPE, Unheard.type, Unheard)
    # As a row of an older version would be: recorded when somebody still listened.
    async with sync.database.transaction() as connection:
        await outbox.record(connection, Unheard())
        await connection.execute("UPDATE outbox SET sent_at = NULL")
    sync.start()
    await eventually(lambda: _none_unsent(sync))


async def test_an_event_of_a_type_that_this_version_does_not_know_holds_nobody_up(
    sync: Service, school: Service
) -> None:
    async with sync.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO outbox (message_id, type, key, body, correlation_id) "
            "VALUES ($1, 'sync.newer.thing.v9', 'k', '{}', 'test')",
            uuid4(),
        )
    sync.start()
    school.start()
    await sync.tell(pull(1))
    await all_handled(school, 1)

    async def only_the_unknown_is_left() -> bool:
        return await sync.unsent() == 1

    await eventually(only_the_unknown_is_left)


async def test_a_message_that_fails_is_parked_with_its_cause_and_others_go_on(
    sync: Service, school: Service
) -> None:
    school.fail(pull(1).key(), ValueError("the curator is unknown"))
    sync.start()
    school.start()
    await sync.tell(pull(1, 1), pull(2, 1), pull(1, 2), pull(3, 1))
    await all_handled(school, 2)
    await eventually(lambda: _none_unsent(sync))

    async def both_parked() -> list[Any]:
        rows = await school.parked()
        assert len(rows) == 2
        return rows

    failed, follower = await eventually(both_parked)
    assert failed["error"] == "ValueError: the curator is unknown"
    assert (failed["key"], failed["attempts"]) == (pull(1).key(), 1)
    assert (follower["key"], follower["attempts"]) == (pull(1).key(), 0)
    assert "waits behind" in follower["error"]
    assert {key for key, _ in await school.effects()} == {pull(2).key(), pull(3).key()}


async def test_the_ladder_tries_parked_messages_again_in_order(
    sync: Service, school: Service
) -> None:
    school.fail(pull(1).key())
    sync.start()
    school.start()
    await sync.tell(*(pull(1, version) for version in (1, 2, 3)))
    await eventually(lambda: _parked(school, 3))
    assert await school.consumer.retry_parked() == 0, "its time has not come"
    school.clock.advance(timedelta(seconds=6))
    assert await school.consumer.retry_parked() == 1
    assert await school.effects() == [], "the first failed again and the others wait"
    school.behave.clear()
    assert await school.consumer.retry_parked() == 0, "its next time has not come"
    school.clock.advance(timedelta(seconds=31))
    while await school.consumer.retry_parked():
        pass
    assert await school.effects() == [(pull(1).key(), version) for version in (1, 2, 3)]
    assert await school.parked() == []


async def test_a_message_that_never_succeeds_is_dead_at_last_and_its_key_goes_on(
    sync: Service, school: Service
) -> None:
    poisoned = pull(1, 1)
    school.fail((poisoned.key(), 1))
    sync.start()
    school.start()
    await sync.tell(poisoned, pull(1, 2))
    await eventually(lambda: _parked(school, 2))
    await school.retry_until_settled()
    (dead,) = await school.parked()
    assert dead["dead_at"] is not None
    assert dead["attempts"] == 5
    assert await school.effects() == [(poisoned.key(), 2)]


async def test_a_handler_that_hangs_is_timed_out_and_parked(house: House, sync: Service) -> None:
    school = await house.add("school", handler_timeout=0.1)
    school.hang(pull(1).key())
    sync.start()
    school.start()
    await sync.tell(pull(1), pull(2))
    await all_handled(school, 1)
    (row,) = await eventually(lambda: _parked(school, 1))
    assert row["error"].startswith("HandlerTimedOut")


@pytest.mark.parametrize("how", ["fails", "hangs"])
async def test_one_listener_in_trouble_does_not_keep_the_others_from_theirs(
    house: House, how: str
) -> None:
    auth = await house.add("auth")
    bot = await house.add("bot", handler_timeout=0.5)
    others = [await house.add(name) for name in ("sync", "mail", "school")]
    if how == "fails":
        bot.fail(person(1).key())
    else:
        bot.hang(person(1).key())
    for service in (auth, bot, *others):
        service.start()
    await auth.tell(person(1), person(1, 2))
    for other in others:
        assert await all_handled(other, 2) == [(person(1).key(), 1), (person(1).key(), 2)]
    await eventually(lambda: _parked(bot, 2))
    assert await bot.effects() == []


async def test_a_crash_between_two_listeners_leaves_each_with_one_effect(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "STOP_PATIENCE", 0)  # it dies, it does not finish
    auth = await house.add("auth")
    bot = await house.add("bot")
    others = [await house.add(name) for name in ("sync", "mail", "school")]
    bot.hang(person(1).key())
    for service in (auth, bot, *others):
        service.start()
    await auth.tell(person(1))
    for other in others:
        await all_handled(other, 1)
    await eventually(lambda: bot.tries[person(1).key()])
    for service in (auth, bot):
        await service.stop()
    assert await bot.effects() == []

    bot.behave.clear()
    for service in (auth, bot):
        service.start()
    await all_handled(bot, 1)
    await eventually(lambda: _none_unsent(auth))
    for service in (bot, *others):
        assert await service.effects() == [(person(1).key(), 1)]


async def test_a_message_that_comes_again_has_no_second_effect(
    house: House, school: Service
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    message = message_of(pull(1))
    await house.inject(school, message, message, message_of(pull(2)))
    await house.inject(school, message, message_of(pull(3)))
    effects = await all_handled(school, 3)
    assert set(count_effects(effects).values()) == {1}


async def test_an_id_that_comes_with_another_body_is_dead_at_once(
    house: House, school: Service
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    first = message_of(pull(1, 1))
    forged = replace(first, body=message_of(pull(1, 9)).body)
    await house.inject(school, first)
    await all_handled(school, 1)
    await house.inject(school, forged, forged, message_of(pull(2)))
    await all_handled(school, 2)
    (dead,) = await school.parked()
    assert dead["dead_at"] is not None
    assert "another body" in dead["error"]


GOOD = message_of(pull(1))
HOSTILE = {
    "not JSON": (replace(GOOD, body=b"{"), "not a sync.pull.changed.v1"),
    "not UTF-8": (replace(GOOD, body=b'"\xff\xfe"'), "not a sync.pull.changed.v1"),
    "empty": (replace(GOOD, body=b""), "not a sync.pull.changed.v1"),
    "nested deep": (replace(GOOD, body=b"[" * 60_000), "not a sync.pull.changed.v1"),
    "a wrong field": (
        replace(GOOD, body=GOOD.body.replace(b'"number":1', b'"number":"secret"')),
        "number: Input should be a valid integer",
    ),
    "no id": (replace(GOOD, message_id=""), "not a UUID"),
    "no proper id": (replace(GOOD, message_id="n\0t a uuid \U0001f4a5"), "not a UUID"),
    "70 KB": (replace(GOOD, body=b'"' + b"x" * 70_000 + b'"'), "70002 bytes"),
}


@pytest.mark.parametrize("message_and_words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_nobody_can_read_is_dead_at_once_and_the_queue_moves_on(
    house: House, school: Service, message_and_words: tuple[Any, str]
) -> None:
    message, words = message_and_words
    school.start(relay=False)
    await _queue_exists(house, school)
    await house.inject(school, message)
    await house.inject(school, message, message_of(pull(2)))
    assert await all_handled(school, 1) == [(pull(2).key(), 1)]
    (dead,) = await school.parked()
    assert dead["dead_at"] is not None
    assert words in dead["error"]
    assert "secret" not in dead["error"], "what a body holds belongs in no error"


async def test_a_body_with_fields_of_a_newer_version_is_understood(
    house: House, school: Service
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    newer = GOOD.body.replace(b'{"', b'{"since_v2":[1],"', 1)
    await house.inject(school, replace(GOOD, body=newer))
    await all_handled(school, 1)


async def test_a_body_without_a_field_that_older_versions_lacked_is_understood(
    house: House, school: Service
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    older = GOOD.body.replace(b'"draft":false,', b"")
    assert older != GOOD.body
    await house.inject(school, replace(GOOD, body=older))
    await all_handled(school, 1)


@pytest.mark.parametrize(
    "type_", ["", "sync.pull.changed.v0", "sync.pull.changed.v99", "x" * 200, "bot.a.b.v1"]
)
async def test_a_type_or_version_without_a_handler_is_ignored_and_counted(
    house: House, school: Service, type_: str
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    await house.inject(school, replace(GOOD, type=type_), message_of(pull(2)))
    assert await all_handled(school, 1) == [(pull(2).key(), 1)]
    assert await school.parked() == []
    assert b"parta_events_ignored_total{" in school.metrics.text()


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server that may be taken away."""
    with postgres_server() as server:
        apart(make_template(server))
        yield server


async def test_a_database_that_is_away_for_a_while_burns_no_attempt(
    kind: Kind,
    own_server: EmbeddedPostgres,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topology, "QUEUE_SETTLES", 0)
    vhost = request.getfixturevalue("vhost_url") if kind == "rabbitmq" else ""
    house = House(kind, own_server.url(await new_database(own_server)), vhost)
    try:
        sync, school = await house.add("sync"), await house.add("school")
        gate = school.hang(pull(5).key())
        sync.start()
        school.start()
        for number in range(20):
            await sync.tell(pull(number))
        await eventually(lambda: school.tries[pull(5).key()])
        await asyncio.to_thread(own_server.restart, "immediate")
        gate.set()
        effects = await all_handled(school, 20, timeout=20)
        assert set(count_effects(effects).values()) == {1}
        await eventually(lambda: _none_unsent(sync), timeout=15)
        assert await school.parked() == []
        assert await school.rows("SELECT * FROM suspects") == []
    finally:
        await house.close()


async def test_what_ends_its_process_again_and_again_is_dead_untried_at_last(
    house: House, sync: Service, school: Service
) -> None:
    poison = pull(13)
    school.fail(poison.key(), Died())
    await sync.tell(pull(1), poison, pull(2))
    deaths = 0
    while not await school.parked():
        sync.start()
        school.start()

        async def dead_or_done() -> bool:
            died = any(
                task.done() and isinstance(task.exception(), Died)
                for task in sync.running + school.running
            )
            return died or bool(await school.parked())

        await eventually(dead_or_done)
        deaths += not await school.parked()
        await sync.stop()
        await house.begin_anew(school)
        assert deaths < MOST_DEATHS + 4, "it is tried for ever"
    (dead,) = await school.parked()
    assert dead["error"] == DIED_TOO_OFTEN
    sync.start()
    school.start()
    assert sorted(await all_handled(school, 2)) == [(pull(1).key(), 1), (pull(2).key(), 1)]
    assert school.tries[poison.key()] == deaths


async def test_events_that_are_sent_again_have_no_second_effect(
    sync: Service, school: Service
) -> None:
    sync.start()
    school.start()
    await sync.tell(*(pull(number) for number in range(10)))
    await all_handled(school, 10)
    await eventually(lambda: _none_unsent(sync))
    async with sync.database.transaction() as connection:
        resent = await outbox.resend(
            connection, since=datetime.now(UTC) - timedelta(days=1), types=[PullChanged.type]
        )
    assert resent == 10
    await eventually(lambda: _none_unsent(sync))
    await sync.tell(pull(99))
    effects = await all_handled(school, 11)
    assert set(count_effects(effects).values()) == {1}


async def test_of_two_relays_one_is_active_and_the_other_takes_over_at_once(
    house: House, sync: Service, school: Service
) -> None:
    school.start(relay=False)
    await _queue_exists(house, school)
    second = await house.add("sync", replica="-2")
    relays = [Relay(one.database, one.transport, one.metrics) for one in (sync, second)]
    async with running(relays[0].run()) as (first,):
        await sync.tell(pull(1))
        await all_handled(school, 1)
        async with running(relays[1].run()):
            await sync.tell(pull(2))
            await all_handled(school, 2)
            await eventually(lambda: b"parta_events_sent_total 2.0" in sync.metrics.text())
            first.cancel()
            started = time.monotonic()
            await sync.tell(pull(3))
            await all_handled(school, 3)
            assert time.monotonic() - started < 3
            await eventually(lambda: b"parta_events_sent_total 1.0" in second.metrics.text())


async def test_what_reaches_no_queue_is_not_taken_and_heals(
    house: House, sync: Service, school: Service
) -> None:
    message = message_of(pull(1))
    if house.kind == "rabbitmq":
        assert await sync.transport.publish([message_of(pull(9))]) == set()
        async with house.channel() as channel:
            await channel.queue_delete("school")
    assert await sync.transport.publish([message]) == {0}
    school.start(relay=False)
    await _queue_exists(house, school)
    assert await sync.transport.publish([message]) == set()
    await all_handled(school, 1)


async def test_a_row_whose_queue_is_gone_stays_unsent_until_it_is_back(
    house: House, sync: Service, school: Service
) -> None:
    if house.kind == "rabbitmq":
        await sync.transport.publish([message_of(pull(9))])
        async with house.channel() as channel:
            await channel.queue_delete("school")
    relay = Relay(sync.database, sync.transport, sync.metrics)
    await sync.tell(pull(1))
    async with running(relay.run()):
        if house.kind == "in_process":
            await eventually(lambda: b"progress" in sync.metrics.text())
            assert await sync.unsent() == 1
            school.start(relay=False)
        else:
            school.start(relay=False)
        await eventually(lambda: _none_unsent(sync))
        await all_handled(school, 1)


async def test_stopping_with_200_in_flight_takes_moments_and_loses_nothing(
    house: House, sync: Service, school: Service
) -> None:
    await sync.tell(*(pull(number) for number in range(200)))
    sync.start()
    school.start()
    await eventually(lambda: school.tries)
    started = time.monotonic()
    await sync.stop()
    await school.stop()
    assert time.monotonic() - started < 5
    before = len(await school.effects())
    sync.start()
    school.start()
    effects = await all_handled(school, 200)
    assert len(effects) == 200 >= before
    assert set(count_effects(effects).values()) == {1}
    assert await school.parked() == []


async def test_a_consumer_that_is_told_to_stop_while_it_starts_ends_all_the_same(
    school: Service,
) -> None:
    # The library swallows a cancellation that meets it at certain moments of its set-up.
    for steps in range(0, 120, 4):
        school.start(relay=False)
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await school.stop()


async def test_what_was_handled_does_not_come_again_to_the_next_process(
    database_url: str, vhost_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "QUEUE_SETTLES", 0)
    house = House("rabbitmq", database_url, vhost_url)
    try:
        sync, school = await house.add("sync"), await house.add("school")
        school.start(relay=False)
        await sync.transport.publish([message_of(pull(number)) for number in range(150)])
        await all_handled(school, 150)
        await school.stop()
        async with house.channel() as channel:
            queue = await channel.declare_queue("school", passive=True)
        assert queue.declaration_result.message_count == 0
    finally:
        await house.close()


async def test_nothing_is_published_to_a_queue_that_is_younger_than_the_broker_may_forget(
    database_url: str, vhost_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "QUEUE_SETTLES", 1.5)
    house = House("rabbitmq", database_url, vhost_url)
    try:
        took = []
        for replica in ("", "-2"):
            sync = await house.add("sync", replica=replica)
            started = time.monotonic()
            assert await sync.transport.publish([message_of(pull(1))]) == set()
            took.append(time.monotonic() - started)
    finally:
        await house.close()
    assert took[1] < 1.5 <= took[0], "only who made the queue waits"


async def test_a_broker_that_was_killed_and_came_back_has_lost_nothing(
    rabbitmq: Broker, database_url: str
) -> None:
    node = rabbitmq.node
    if node is None:
        pytest.skip("the broker is somebody's: RABBITMQ_URL, or one that runs on this machine")
    house = House("rabbitmq", database_url, rabbitmq.new_vhost())
    try:
        sync, school = await house.add("sync"), await house.add("school")
        sync.start()
        school.start()
        await sync.tell(pull(0))
        await all_handled(school, 1)
        await asyncio.to_thread(node.settle)

        async def keep_telling() -> None:
            for number in range(1, 300):
                await sync.tell(pull(number))
                await asyncio.sleep(0)

        async with running(keep_telling()) as (telling,):
            await eventually(lambda: len(school.tries) > 20)
            await asyncio.to_thread(node.kill)
            await asyncio.to_thread(node.start)
            await eventually(telling.done, timeout=20)
        effects = await all_handled(school, 300, timeout=30)
        assert set(count_effects(effects).values()) == {1}
        await eventually(lambda: _none_unsent(sync))
    finally:
        with suppress(Exception):
            await house.close()


async def _none_unsent(service: Service) -> bool:
    return await service.unsent() == 0


async def _parked(service: Service, count: int) -> list[asyncpg.Record]:
    rows = await service.parked()
    assert len(rows) == count, f"{len(rows)} parked so far"
    return rows


async def _queue_exists(house: House, service: Service) -> None:
    """A consumer of RabbitMQ declares its queue a moment after its start."""

    async def ready() -> bool:
        if house.kind == "in_process":
            return service.name in house._together._consumers
        async with house.channel() as channel:
            await channel.declare_queue(service.name, passive=True)
        return True

    await eventually(ready)
