"""The outside is closed to tests: a connection that leaves this machine is a failure."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest


class OutsideIsClosed(Exception):
    """A test reached for a machine that is not this one."""

    def __init__(self, host: object) -> None:
        super().__init__(
            f"tests may not reach {host}: give the code a double (httpx.MockTransport) or the "
            "sandbox's address"
        )


@contextmanager
def closed_network() -> Iterator[None]:
    """Refuse names and addresses other than this machine's, and those of a named broker."""
    open_hosts = _named_broker()
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(address: Any) -> None:
        if isinstance(address, tuple) and not _is_here(address[0], open_hosts):
            raise OutsideIsClosed(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_here(host, open_hosts):
            raise OutsideIsClosed(host)
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def _named_broker() -> set[str]:
    host = urlsplit(os.environ.get("RABBITMQ_URL", "")).hostname
    if not host:
        return set()
    return {host, *(str(found[4][0]) for found in socket.getaddrinfo(host, None))}


def _is_here(host: Any, open_hosts: set[str]) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost") or name in open_hosts:
        return True
    try:
        address = ipaddress.ip_address(str(name).split("%", 1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
