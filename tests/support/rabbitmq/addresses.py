"""Addresses of brokers: taken apart, put together, tried."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit, urlunsplit

import aio_pika


def with_vhost(url: str, vhost: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(vhost, safe='')}"))


def shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5672}"


def listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def speaks_amqp(host: str, port: int) -> bool:
    """Whether it greets as AMQP 0-9-1 does: a method frame, `connection.start`."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.settimeout(5)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def lets_in(url: str) -> bool:
    async def enter() -> None:
        connection = await aio_pika.connect(url, timeout=10)
        await connection.close()

    try:
        with ThreadPoolExecutor(1) as thread:  # the caller may be inside a running loop
            thread.submit(asyncio.run, enter()).result()
    except (OSError, aio_pika.exceptions.AMQPError):
        return False
    return True
