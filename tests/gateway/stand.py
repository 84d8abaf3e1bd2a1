"""Both gateways side by side, before the same five services on one database."""

import asyncio
import ssl
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx

from parta.data_folder import DataFolder
from parta.gateway import Gateway
from parta.house import House
from parta.serving import Listening, serving
from services.auth import commands
from shared.clock import Clock
from tests.gateway.probe import Record, Recorded
from tests.support.names import Names
from tests.support.nginx import Nginx
from tests.support.processes import free_ports
from tests.sync.hook import SECRET

T = TypeVar("T")
Kind = Literal["embedded", "nginx"]

HOST = "localhost:8080"
PUBLIC_URL = f"http://{HOST}"
TELEGRAM_SECRET = "telegram-secret_1"
_addresses = count(1)
_no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def new_address() -> str:
    """An address of this machine that nobody has come from yet: limits are counted by address."""
    number = next(_addresses)
    return f"127.9.{number // 250}.{number % 250 + 1}"


def address_of(number: int) -> str:
    """Where a service listens: an address each, one port for all, as containers have it."""
    return f"127.0.1.{number}"


@dataclass
class Stand:
    """What runs, in a thread with a loop of its own, for as long as tests ask it."""

    database_url: str
    record: Record = field(default_factory=Record)
    ports: dict[Kind, int] = field(default_factory=dict)
    service_port: int = 0
    names: Names = field(default_factory=lambda: Names({}))
    nginx: Nginx | None = None
    house: House | None = None
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something in the services' own loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    def go_on(self, times: int = 1) -> None:
        """Let what hangs, and the probe's streams, go on by a step."""
        for _ in range(times):
            self._loop.call_soon_threadsafe(self.record.go_on.release)

    def begin(self) -> None:
        """Forget what an earlier test did."""
        self.record.seen.clear()
        self.record.trouble = None
        self.record.go_on = asyncio.Semaphore(0)

    def new_person(self, email: str) -> str:
        """The path of a door for a new student."""
        assert self.house is not None
        database = self.house.services["auth"].database
        return self.call(
            commands.create_person(database, email=email, role="student", name="Ann", locale="en")
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Both gateways and all services, for the length of the block."""
        ended = self._loop.create_future()
        ready = threading.Event()
        failures: list[BaseException] = []

        async def live() -> None:
            async with self._opened():
                ready.set()
                await ended

        def run() -> None:
            try:
                self._loop.run_until_complete(live())
            except BaseException as error:
                failures.append(error)
            finally:
                ready.set()
                self._loop.close()

        thread = threading.Thread(target=run, name="stand", daemon=True)
        thread.start()
        ready.wait(30)
        try:
            if failures:
                raise failures[0]
            yield
        finally:
            if thread.is_alive():
                self._loop.call_soon_threadsafe(ended.set_result, None)
            thread.join(20)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        self.service_port, self.ports["embedded"], self.ports["nginx"] = free_ports(3)
        with tempfile.TemporaryDirectory(prefix="parta-gateway-") as place:
            with DataFolder.open(Path(place) / "data") as folder:
                self.house = House(
                    database_url=self.database_url,
                    folder=folder,
                    values={
                        "public_url": PUBLIC_URL,
                        "github_webhook_secret": SECRET,
                        "telegram_bot_token": "4242:token-of-the-tests",
                        "telegram_bot_username": "parta_test_bot",
                        "telegram_webhook_secret": TELEGRAM_SECRET,
                    },
                    clock=Clock(),
                )
            apps = {name: Recorded(name, app, self.record) for name, app in self.house.apps.items()}
            places = {name: address_of(number) for number, name in enumerate(apps, 1)}
            self.names.addresses = {name: [place] for name, place in places.items()}
            self.nginx = Nginx(
                self.ports["nginx"],
                resolver=self.names.place,
                service_port=self.service_port,
                PUBLIC_URL=PUBLIC_URL,
            )
            listening = [
                Listening(apps[name], place, self.service_port, "PARTA_PORT")
                for name, place in places.items()
            ]
            gateway = Gateway(apps, public_url=PUBLIC_URL)
            door = Listening(
                gateway, "127.0.0.1", self.ports["embedded"], "PARTA_PORT", is_front=True
            )
            with self.names.answering(), self.nginx:
                async with self.house.open(), serving([*listening, door]):
                    yield


@dataclass
class Door:
    """One gateway as the outside meets it, from an address of its own."""

    kind: Kind
    stand: Stand
    http: httpx.AsyncClient
    cookie: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.stand.ports[self.kind]

    @property
    def record(self) -> Record:
        """What the services behind it saw."""
        return self.stand.record

    async def get(self, target: str | bytes, **headers: str) -> httpx.Response:
        """The target as it is: nobody tidies the path."""
        return await self.send("GET", target, headers=headers)

    async def send(
        self,
        method: str,
        target: str | bytes,
        *,
        headers: dict[str, str] | list[tuple[bytes, bytes]] | None = None,
        content: Any = None,
    ) -> httpx.Response:
        given = (
            {name.replace("_", "-"): value for name, value in headers.items()}
            if isinstance(headers, dict)
            else headers
        )
        return await self.http.request(
            method,
            f"http://127.0.0.1:{self.port}",
            headers=given,
            content=content,
            extensions={"target": target.encode() if isinstance(target, str) else target},
        )


@asynccontextmanager
async def door_to(kind: Kind, stand: Stand, cookie: str = "") -> AsyncIterator[Door]:
    """A client of one gateway."""
    transport = httpx.AsyncHTTPTransport(local_address=new_address(), verify=_no_tls)
    async with httpx.AsyncClient(transport=transport, headers={"Host": HOST}, timeout=15) as client:
        yield Door(kind, stand, client, cookie)
