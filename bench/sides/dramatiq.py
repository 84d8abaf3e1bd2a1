"""dramatiq with an actor that does nothing: `python -m dramatiq bench.sides.dramatiq …`.

Its queues are classic: it declares them itself and cannot be told otherwise.
"""

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from bench.task import Tally, given_task

QUEUE = "idle"

task = given_task()
tally = Tally(task)
dramatiq.set_broker(RabbitmqBroker(url=task.amqp))


@dramatiq.actor(queue_name=QUEUE)
def do_nothing(text: str) -> None:
    """Nothing but being taken and acknowledged."""
    tally.begin()
    tally.add()


if __name__ == "__main__":
    do_nothing.send(task.settings["text"])
    tally.finish()
