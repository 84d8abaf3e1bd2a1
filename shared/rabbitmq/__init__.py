"""RabbitMQ: the only package that knows it.

Quorum queues, one a service, with a single active consumer. Publishing and consuming have a
connection each: an alarm blocks a publisher's, and acks must still get through.

What is done once a message goes to the library's channel below its objects (aiormq): those cost two
tasks and a copy of every property a message, a third of a consumer's time (measured).
"""

from shared.rabbitmq.broker import login_of
from shared.rabbitmq.receiver import PREFETCH
from shared.rabbitmq.topology import EXCHANGE, QUEUE_ARGUMENTS
from shared.rabbitmq.transport import RabbitTransport

__all__ = ["EXCHANGE", "PREFETCH", "QUEUE_ARGUMENTS", "RabbitTransport", "login_of"]
