"""A real RabbitMQ for tests: one that is there, or a private node that leaves nothing behind."""

from tests.support.rabbitmq.broker import Broker, broker
from tests.support.rabbitmq.installation import BrokerUnavailable
from tests.support.rabbitmq.node import RabbitNode

__all__ = ["Broker", "BrokerUnavailable", "RabbitNode", "broker"]
