"""`make faults` in small: the same code, one world, a minute."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.catalogue import FAULTS
from tests.faults.fault import Fault, run
from tests.faults.report import line
from tests.faults.world import World, world
from tests.support.rabbitmq import Broker

pytestmark = [pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="module")]

SHORT = [pytest.param(fault, id=fault.what) for fault in FAULTS if fault.times.short]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(rabbitmq: Broker) -> AsyncIterator[World]:
    async with world(rabbitmq.node) as made:
        yield made


@pytest.mark.parametrize("fault", SHORT)
async def test_nothing_is_lost_doubled_or_reordered_when(fault: Fault, place: World) -> None:
    result = await run(fault, place, length="short", seed="short")
    assert result.is_as_promised, line(result)
    assert result.times > 0
    assert result.verdict.ok > 0
