import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest

from tests.support.rabbitmq import BrokerUnavailable, RabbitNode, broker

START_AND_DIE = """
import os, signal, threading, time
from tests.support.rabbitmq import RabbitNode
node = RabbitNode()
threading.Thread(target=node.start, daemon=True).start()
while not (node.folder / "pid").exists():
    time.sleep(0.01)
print(node.pid, node.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def node() -> Iterator[RabbitNode]:
    try:
        node = RabbitNode()
    except BrokerUnavailable as reason:
        pytest.skip(str(reason))
    with node:
        yield node


async def test_a_durable_message_outlives_a_killed_node(node: RabbitNode) -> None:
    node.add_vhost("kept")
    async with await aio_pika.connect(node.url("kept"), timeout=10) as connection:
        channel = await connection.channel()
        await channel.declare_queue("letters", durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(b"hello", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "letters", timeout=10)
        node.settle()
        node.kill()
    node.start()
    async with await aio_pika.connect(node.url("kept"), timeout=10) as connection:
        queue = await (await connection.channel()).get_queue("letters")
        found = await queue.get(timeout=10)
        assert found is not None
        assert found.body == b"hello"
        await found.ack()


async def test_several_virtual_hosts_are_made_and_deleted_at_once(node: RabbitNode) -> None:
    names = ["plain", "with space", "слеш/"]
    node.add_vhosts(*names)
    for name in names:
        async with await aio_pika.connect(node.url(name), timeout=10) as connection:
            assert not connection.is_closed
    node.delete_vhosts(*names)
    with pytest.raises(aio_pika.exceptions.AMQPError):
        await aio_pika.connect(node.url("plain"), timeout=10)


def test_the_command_line_of_the_node_can_be_used(node: RabbitNode) -> None:
    assert node.name in node.ctl("cluster_status")


def test_a_wrong_expression_is_an_error_with_its_reason(node: RabbitNode) -> None:
    with pytest.raises(subprocess.SubprocessError, match="nonsense"):
        node.eval("nonsense:nonsense()")


async def test_a_frozen_node_answers_nothing_until_it_goes_on(node: RabbitNode) -> None:
    node.pause()
    try:
        with pytest.raises(TimeoutError):
            await aio_pika.connect(node.url(), timeout=0.5)
    finally:
        node.resume()
    async with await aio_pika.connect(node.url(), timeout=10) as connection:
        assert not connection.is_closed


async def test_a_broker_that_was_named_and_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RABBITMQ_URL", "amqp://guest:secret@127.0.0.1:1/")
    with pytest.raises(BrokerUnavailable) as refused:
        broker()
    assert str(refused.value) == "No RabbitMQ answers at 127.0.0.1:1."


@pytest.mark.usefixtures("node")
def test_a_killed_run_leaves_no_node_behind() -> None:
    killed = subprocess.run(
        [sys.executable, "-c", START_AND_DIE],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    pid, folder = killed.stdout.split()
    waiting = ["sh", "-c", f"while test -e {folder}; do sleep 0.05; done"]
    subprocess.run(waiting, check=True, timeout=20)
    assert _is_gone(int(pid))


def _is_gone(pid: int) -> bool:
    """Also a dead process that nobody has reaped yet is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
