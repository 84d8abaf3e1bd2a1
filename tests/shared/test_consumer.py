"""The consumer: effects once, order per key, failures set aside, whatever comes in what batches."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.clock import Clock
from shared.consumer import DIED_TOO_OFTEN, Consumer
from shared.context import correlation_id
from shared.db import Connection, Database
from shared.events import PullChanged
from shared.metrics import Metrics
from shared.suspects import MOST_DEATHS
from tests.support.house import LADDER, Died, Service, count_effects, message_of, pull
from tests.support.waiting import eventually


def test_two_handlers_for_one_event_are_refused_at_the_start() -> None:
    async def handle(connection: Connection, event: PullChanged, clock: Clock) -> None:
        """Never called."""

    with pytest.raises(ValueError, match="two handlers"):
        Consumer(
            database=Database("postgresql://nowhere", "school"),
            clock=Clock(),
            subscriptions=[(PullChanged, handle), (PullChanged, handle)],
            ladder=LADDER,
            metrics=Metrics(),
        )


async def test_an_effect_and_the_memory_of_it_commit_together(school: Service) -> None:
    school.fail(pull(1).key(), Died())
    with pytest.raises(Died):
        await school.consumer.handle([message_of(pull(1))])
    assert await school.effects() == []
    assert await school.rows("SELECT * FROM inbox") == []


async def test_a_handler_knows_the_cause_of_what_it_handles(school: Service) -> None:
    seen = []

    async def note() -> None:
        seen.append(correlation_id())

    school.behave[pull(1).key()] = note
    await school.consumer.handle([message_of(pull(1), correlation_id="first-cause")])
    assert seen == ["first-cause"]


async def test_what_a_failing_handler_wrote_is_undone_and_what_others_wrote_stays(
    school: Service,
) -> None:
    school.fail(pull(2).key())
    await school.consumer.handle([message_of(pull(number)) for number in (1, 2, 3)])
    assert await school.effects() == [(pull(1).key(), 1), (pull(3).key(), 1)]


async def test_a_connection_error_of_the_handlers_own_is_its_failure(school: Service) -> None:
    school.fail(pull(1).key(), ConnectionRefusedError("its own: the database is well"))
    await school.consumer.handle([message_of(pull(1)), message_of(pull(2))])
    assert await school.effects() == [(pull(2).key(), 1)]
    (row,) = await school.parked()
    assert row["error"].startswith("ConnectionRefusedError")


async def test_a_handlers_own_time_out_is_its_failure_and_not_the_databases(
    school: Service,
) -> None:
    school.fail(pull(1).key(), TimeoutError())
    await school.consumer.handle([message_of(pull(1))])
    assert len(await school.parked()) == 1


@pytest.mark.parametrize(
    "error", [asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError, asyncpg.DiskFullError]
)
@pytest.mark.parametrize("deliveries", [0, 2])
async def test_a_database_that_cannot_answer_just_now_burns_no_attempt(
    school: Service, error: type[asyncpg.PostgresError], deliveries: int
) -> None:
    school.fail(pull(1).key(), error("not now"))
    message = message_of(pull(1), deliveries=deliveries)
    with pytest.raises(error):
        await school.consumer.handle([message])
    assert school.tries[pull(1).key()] == 1, "it is not the handler's failure: nobody looks for one"
    assert await school.parked() == []
    school.behave.clear()
    await school.consumer.handle([message])
    assert await school.effects() == [(pull(1).key(), 1)]


async def test_many_that_hang_are_parked_one_by_one_and_each_is_committed(
    database_url: str, school: Service
) -> None:
    consumer = replace(school.consumer, handler_timeout=0.05)
    hanging = [pull(number) for number in range(6)]
    for event in hanging:
        school.hang(event.key())
    messages = [message_of(event) for event in [*hanging, pull(7), pull(1, 2)]]
    task = asyncio.create_task(consumer.handle(messages))

    async def two_parked() -> bool:
        return len(await school.parked()) >= 2

    await eventually(two_parked)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await school.parked()) >= 2, "a batch that is cut off keeps what it has done"
    await consumer.handle(messages)
    assert len(await school.parked()) == 7
    assert await school.effects() == [(pull(7).key(), 1)]


async def test_nothing_is_counted_that_did_not_commit(school: Service) -> None:
    school.fail(pull(2).key())
    unknown = message_of(pull(3), type="sync.pull.changed.v7")
    await school.consumer.handle([message_of(pull(1)), message_of(pull(2)), unknown])
    text = school.metrics.text().decode()
    assert 'parta_events_ignored_total{type="sync"} 1.0' in text
    assert 'parta_events_parked_total{dead="false",type="sync.pull.changed.v1"} 1.0' in text
    assert 'parta_event_seconds_count{type="sync.pull.changed.v1"} 1.0' in text


async def test_a_message_from_a_service_that_may_not_tell_it_is_dead(school: Service) -> None:
    for sender in ("bot", "nobody"):
        await school.consumer.handle([message_of(pull(1), sender=sender)])
    await school.consumer.handle([message_of(pull(2), sender="sync")])
    assert await school.effects() == [(pull(2).key(), 1)]
    assert {row["error"] for row in await school.parked()} == {
        "sync.pull.changed.v1 cannot come from bot",
        "sync.pull.changed.v1 cannot come from nobody",
    }


async def test_a_parked_message_that_ends_its_process_is_dead_untried_at_last(
    school: Service,
) -> None:
    school.fail(pull(1).key())
    await school.consumer.handle([message_of(pull(1, 1)), message_of(pull(1, 2))])
    school.behave.clear()
    school.fail((pull(1).key(), 1), Died())
    school.clock.advance(timedelta(seconds=6))
    for _ in range(MOST_DEATHS):
        school.__post_init__()  # a fresh process
        with pytest.raises(Died):
            await school.consumer.retry_parked()
    school.__post_init__()
    while await school.consumer.retry_parked():
        pass
    (dead,) = await school.parked()
    assert dead["error"] == DIED_TOO_OFTEN
    assert await school.effects() == [(pull(1).key(), 2)]


async def test_what_this_process_tries_again_is_no_death(school: Service) -> None:
    suspect = message_of(pull(1), deliveries=5)
    school.fail(pull(1).key(), Died())
    for _ in range(6):
        with pytest.raises(Died):
            await school.consumer.handle([suspect])
    school.behave.clear()
    await school.consumer.handle([suspect])
    assert await school.effects() == [(pull(1).key(), 1)]
    assert await school.rows("SELECT * FROM suspects") == []


Plan = tuple[list[int], list[list[int]]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """How often each message fails, and in what batches they come, some of them again."""
    failures = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 5, 9]), min_size=1, max_size=12))
    batches: list[list[int]] = []
    for number in range(len(failures)):
        if not batches or draw(st.booleans()):
            batches.append([])
        batches[-1].append(number)
        if draw(st.integers(0, 3)) == 0:
            batches[-1].append(draw(st.integers(0, number)))
    return failures, batches


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plan=plans(), keys=st.integers(1, 4), retry_between=st.booleans())
async def test_whatever_fails_each_effect_is_once_in_order_or_dead(
    school: Service, plan: Plan, keys: int, retry_between: bool
) -> None:
    failures, batches = plan
    async with school.database.transaction() as connection:
        await connection.execute("DELETE FROM effects; DELETE FROM inbox; DELETE FROM parked")
    school.behave.clear()
    school.__post_init__()
    messages = [message_of(pull(n % keys, n)) for n in range(len(failures))]
    _fail_as_planned(school, failures, keys)

    for batch in batches:
        await school.consumer.handle([messages[number] for number in batch])
        if retry_between:
            school.clock.advance(timedelta(seconds=40))
            await school.consumer.retry_parked()
    await school.retry_until_settled()

    effects = await school.effects()
    assert set(count_effects(effects).values()) <= {1}, "each effect once"
    by_key: dict[str, list[int]] = defaultdict(list)
    for key, number in effects:
        by_key[key].append(number)
    assert all(numbers == sorted(numbers) for numbers in by_key.values()), "order per key"
    done = {number for _, number in effects}
    assert done == {n for n, times in enumerate(failures) if times <= len(LADDER)}
    dead = {row["message_id"] for row in await school.parked()}
    assert dead == {messages[n].message_id for n in range(len(failures)) if n not in done}


def _fail_as_planned(school: Service, failures: Sequence[int], keys: int) -> None:
    """Fail each message's first tries; a try in a batch that is run again does not count."""
    for number, times in enumerate(failures):
        key = pull(number % keys).key()

        async def behave(key: str = key, number: int = number, times: int = times) -> None:
            made = await school.rows(
                "SELECT attempts FROM parked WHERE key = $1 AND body LIKE $2",
                key,
                f'%"title":"{number}"%'.encode(),
            )
            if (made[0]["attempts"] if made else 0) < times:
                raise ValueError(f"{number} fails {times} times")

        school.behave[key, number] = behave
