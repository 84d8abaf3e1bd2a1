"""A service's way to the broker: its address, its login, its connections.

Plain `connect` and our own reconnecting: objects that the library restores are weak references
elsewhere.
"""

import asyncio
import contextlib

import aio_pika
from aio_pika.abc import AbstractConnection
from yarl import URL

from shared.events import SERVICES
from shared.rabbitmq.values import read_leniently

HEARTBEAT = 10
CONNECT_TIMEOUT = 10.0
CLOSE_TIMEOUT = 2.0


def login_of(service: str) -> str:
    """The RabbitMQ user that a service logs in as, where each has its own."""
    return f"parta_{service}"


SERVICE_OF_LOGIN = {login_of(service): service for service in SERVICES}


class Broker:
    """Where the broker is, and who we are there."""

    def __init__(self, url: str, service: str) -> None:
        self._url = URL(url).update_query(heartbeat=str(HEARTBEAT))
        self.service = service
        self.login = self._url.user or "guest"
        read_leniently()

    def has_own_login(self) -> bool:
        """Whether services have a user each, so that a neighbour's queue is not ours to touch."""
        return self.login in SERVICE_OF_LOGIN

    def sender(self, user_id: str | None) -> str | None:
        """Who sent a message, as far as RabbitMQ vouches: it refuses a `user_id` that is not the
        login.

        Where each service logs in under its own name, that name (or "nobody") is what counts;
        where one login serves all, there is nothing to compare.
        """
        if not self.has_own_login():
            return None
        return SERVICE_OF_LOGIN.get(user_id or "", "nobody")

    async def connect(self, purpose: str) -> AbstractConnection:
        """A connection of its own for a purpose, by which the broker lists it."""
        return await aio_pika.connect(
            self._url,
            timeout=CONNECT_TIMEOUT,
            client_properties={"connection_name": f"{self.service} {purpose}"},
        )


async def close(connection: AbstractConnection) -> None:
    """Close a connection, whatever state it is in."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await connection.close()
