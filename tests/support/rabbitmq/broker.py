"""A broker for a run of tests: the one that was named, one on this machine, or a private node."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import quote, unquote, urlsplit

from tests.support.rabbitmq.addresses import lets_in, shown, speaks_amqp, with_vhost
from tests.support.rabbitmq.installation import ROOT, BrokerUnavailable
from tests.support.rabbitmq.node import CTL_LIMIT, RabbitNode
from tests.support.rabbitmq.processes import checked
from tests.support.rabbitmq.vhosts import adding, deleting


class Admin(Protocol):
    """Who can make and delete virtual hosts on a broker."""

    def add_vhosts(self, *names: str) -> None: ...

    def delete_vhosts(self, *names: str) -> None: ...


@dataclass(slots=True)
class Broker:
    """A broker for this run, with a virtual host of its own; `close` deletes what was made."""

    url: str
    admin: Admin
    node: RabbitNode | None = None
    """The private node, which may be killed and frozen; None where the broker is somebody's."""
    _made: list[str] = field(default_factory=list)

    def new_vhost(self) -> str:
        """The address of one more empty virtual host."""
        return self.new_vhosts(1)[0]

    def new_vhosts(self, count: int) -> list[str]:
        """Several for the price of one call."""
        names = [f"parta-test-{secrets.token_hex(6)}" for _ in range(count)]
        self.admin.add_vhosts(*names)
        self._made += names
        return [with_vhost(self.url, name) for name in names]

    def delete_vhost(self, url: str) -> None:
        name = unquote(urlsplit(url).path[1:])
        self.admin.delete_vhosts(name)
        self._made.remove(name)

    def close(self) -> None:
        if self.node is not None:
            self.node.close()
        elif self._made:
            self.admin.delete_vhosts(*self._made)
        self._made.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def broker() -> Broker:
    """`RABBITMQ_URL`, else one on localhost that lets us in, else a private node.

    Only a broker that was named is insisted upon; where PARTA_TEST_RABBITMQ_ROOT names another
    Debian, it is a private node of that. Raises `BrokerUnavailable` when none can be had.
    """
    if named := os.environ.get("RABBITMQ_URL"):
        return _foreign_broker(named)
    if ROOT not in os.environ and speaks_amqp("localhost", 5672):
        with contextlib.suppress(BrokerUnavailable):
            return _foreign_broker("amqp://guest:guest@localhost:5672/")
    node = RabbitNode()
    node.start()
    made = Broker(url=node.url(), admin=node, node=node)
    made.url = made.new_vhost()
    return made


def _foreign_broker(url: str) -> Broker:
    parts = urlsplit(url)
    if not speaks_amqp(parts.hostname or "localhost", parts.port or 5672):
        raise BrokerUnavailable(f"No RabbitMQ answers at {shown(url)}.")
    for admin in (LocalCtl(url), ManagementApi(url)):
        made = Broker(url=url, admin=admin)
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            address = made.new_vhost()
            # Proof that whom we asked and whom we speak to are the same broker.
            if lets_in(address):
                made.url = address
                return made
            made.close()
    raise BrokerUnavailable(
        f"RabbitMQ at {shown(url)} gives tests no virtual host of their own: they need "
        "rabbitmqctl on this machine, or its management plugin on port 15672 and a user in "
        "RABBITMQ_URL with the tag administrator."
    )


@dataclass(frozen=True, slots=True)
class LocalCtl:
    """The `rabbitmqctl` of the broker that runs on this machine as a service."""

    url: str

    def add_vhosts(self, *names: str) -> None:
        self._eval(adding(names, user=unquote(urlsplit(self.url).username or "guest")))

    def delete_vhosts(self, *names: str) -> None:
        self._eval(deleting(names))

    def _eval(self, expression: str) -> None:
        ctl = shutil.which("rabbitmqctl")
        if ctl is None or urlsplit(self.url).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise FileNotFoundError("no rabbitmqctl for this broker")
        checked([ctl, "-q", "eval", f"{expression}."], env=dict(os.environ), timeout=CTL_LIMIT)


@dataclass(frozen=True, slots=True)
class ManagementApi:
    """The management plugin on its usual port, with the address's own user."""

    url: str

    def add_vhosts(self, *names: str) -> None:
        user = unquote(urlsplit(self.url).username or "guest")
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        for name in names:
            vhost = quote(name, safe="")
            self._call("PUT", f"vhosts/{vhost}", {})
            self._call("PUT", f"permissions/{vhost}/{quote(user, safe='')}", everything)

    def delete_vhosts(self, *names: str) -> None:
        for name in names:
            self._call("DELETE", f"vhosts/{quote(name, safe='')}", None)

    def _call(self, method: str, path: str, body: dict[str, str] | None) -> None:
        parts = urlsplit(self.url)
        user = f"{unquote(parts.username or 'guest')}:{unquote(parts.password or 'guest')}"
        request = urllib.request.Request(
            f"http://{parts.hostname or 'localhost'}:15672/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Basic {b64encode(user.encode()).decode()}",
                "Content-Type": "application/json",
            },
        )
        # A proxy in the environment is not asked about a broker of ours.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10):
            pass
