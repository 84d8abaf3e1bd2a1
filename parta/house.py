"""The whole house in one process: every service's app and worker, side by side, on one Postgres."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from parta.data_folder import DataFolder
from parta.gateway import Gateway, Operations
from parta.parts import PARTS
from parta.postgres import EmbeddedPostgres
from parta.serving import Listening
from shared import secret
from shared.clock import Clock
from shared.log import get_log
from shared.loops import pause_after
from shared.service import Service
from shared.settings import Settings, WrongSetting, web_address
from shared.transport import InProcessTransport

log = get_log(__name__)

Values = Mapping[str, Any]
LOOK_EVERY = 0.5
ASKED = ("auth", "sync", "school")
"""Whose `/internal/*` others ask."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the house is reached."""

    bind: str
    public: int
    operations: int
    sandbox: int

    @classmethod
    def read(cls) -> "Ports":
        """From PARTA_BIND, PARTA_PORT, PARTA_OPS_PORT, SANDBOX_PORT.

        Raises:
            WrongSetting: one of them is no port.
        """
        return cls(
            bind=os.environ.get("PARTA_BIND") or "127.0.0.1",
            public=_port("PARTA_PORT", 8080),
            operations=_port("PARTA_OPS_PORT", 8082),
            sandbox=_port("SANDBOX_PORT", 8081),
        )


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise WrongSetting(f"{name}: must be a port from 1 to 65535")
    return int(text)


def data_path() -> Path | None:
    """PARTA_DATA, if it is set."""
    told = os.environ.get("PARTA_DATA")
    return Path(told).expanduser() if told else None


def is_set(name: str) -> bool:
    """Whether the environment gives a variable, itself or as `<NAME>_FILE`."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


class House:
    """Five services, wired to one another.

    `values` are settings by field name that win over the environment; what neither gives and can
    be made (keys, secrets) is made once and kept in the data folder.
    """

    def __init__(
        self, *, database_url: str, folder: DataFolder, values: Values, clock: Clock
    ) -> None:
        self.clock = clock
        self.apps: dict[str, Any] = {}
        made = dict(values)
        for name, make in _MADE.items():
            if name not in made and not is_set(name.upper()):
                made[name] = folder.secret(name, make)
        made["database_url"] = database_url
        made |= {f"{name}_url": f"http://{name}" for name in ASKED}
        auth_settings = read_settings("auth", made)
        secret_key = auth_settings.secret_key.get_secret_value()
        auth = PARTS["auth"].create_app(auth_settings, clock=clock)
        self.apps["auth"] = auth
        transports = {name: _Neighbour(self.apps, name) for name in ASKED}
        for name, part in PARTS.items():
            if name == "auth":
                continue
            told = {**made, "service_secret": secret.service_secret(secret_key, name)}
            self.apps[name] = part.create_app(
                read_settings(name, told), clock=clock, transports=transports
            )
        self.settings: Settings = auth_settings
        self.gateway = Gateway(
            self.apps,
            public_url=self.settings.public_url,
            webhook_path=read_settings("bot", {**made, "service_secret": None}).webhook_path,
        )
        self.operations = Operations(self.apps)

    @property
    def services(self) -> dict[str, Service]:
        """The services by name."""
        return {name: app.state.service for name, app in self.apps.items()}

    def advance(self, by: timedelta) -> None:
        """Move the clock of all services on, and let each look at once for what is due by it."""
        self.clock.advance(by)
        for service in self.services.values():
            for due in service.due:
                service.database.bell(f"due:{due.name}").ring()

    def listening(self, ports: Ports) -> list[Listening]:
        """What is served, and where."""
        return [
            Listening(self.gateway, ports.bind, ports.public, "PARTA_PORT", is_front=True),
            Listening(self.operations, "127.0.0.1", ports.operations, "PARTA_OPS_PORT"),
        ]

    async def migrate(self) -> None:
        """Bring every schema up to date."""
        for service in self.services.values():
            await service.migrate()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Pools open for the length of the block; closed in the reverse order."""
        async with contextlib.AsyncExitStack() as stack:
            for app in self.apps.values():
                # Apps that are called, not served: nobody else enters their lifespans.
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Workers run for the length of the block: in process, or over RABBITMQ_URL if it is set.

        All stop producing together, so that no listener is gone while a relay still offers.
        """
        services = list(self.services.values())
        shared_transport = None if self.settings.rabbitmq_url else InProcessTransport()
        for service in services:
            service.work(shared_transport)
        try:
            yield
        finally:
            await asyncio.gather(*(service.stop() for service in services))


_MADE: dict[str, Callable[[], str]] = {
    "secret_key": secret.new_token,
    "vault_keys": secret.KeyRing.generate,
    "data_keys": secret.KeyRing.generate,
}


class _Neighbour(httpx.AsyncBaseTransport):
    """The way to another service's app. Two may ask each other, so it may be wired after this."""

    def __init__(self, apps: Mapping[str, Any], name: str) -> None:
        self._apps = apps
        self._name = name

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Call the app."""
        transport = httpx.ASGITransport(app=self._apps[self._name])
        return await transport.handle_async_request(request)


def read_settings(name: str, values: Values) -> Any:
    """A service's settings: those of `values` that it has, the rest from the environment.

    Raises:
        WrongSetting: with one line that names the variable.
    """
    known = {
        key: value for key, value in values.items() if key in PARTS[name].settings.model_fields
    }
    return PARTS[name].settings.read(**known)


class _DatabaseAddress(Settings):
    """DATABASE_URL alone, checked as every service does."""


@contextlib.asynccontextmanager
async def database(folder: DataFolder | None) -> AsyncIterator[str]:
    """The address of the database: DATABASE_URL if it is set, else the embedded Postgres."""
    if is_set("DATABASE_URL"):
        yield _DatabaseAddress.read(service="house").database_url.get_secret_value()
        return
    if folder is None:
        raise WrongSetting("DATABASE_URL: is not set")
    server = await asyncio.to_thread(EmbeddedPostgres.start, folder.for_postgres())
    keeping = asyncio.create_task(_keep_alive(server), name="postgres")
    try:
        yield server.url()
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await asyncio.to_thread(server.stop)


async def _keep_alive(server: EmbeddedPostgres) -> None:
    """Start the server again when it died under us: nothing else on a laptop would."""
    failures = 0
    while True:
        await asyncio.sleep(LOOK_EVERY + (pause_after(failures) if failures else 0))
        try:
            if await asyncio.to_thread(server.is_running):
                failures = 0
                continue
            log.error("postgres_died", failures=failures)
            await asyncio.to_thread(server.restart, "immediate")
            log.warning("postgres_started_again")
        except Exception:
            failures += 1
            log.exception("postgres_does_not_start", failures=failures)


def public_url(ports: Ports) -> str:
    """PUBLIC_URL, by default the port that is served on localhost.

    Raises:
        WrongSetting: it is no address.
    """
    told = os.environ.get("PUBLIC_URL") or f"http://localhost:{ports.public}"
    try:
        return web_address(told)
    except ValueError as error:
        raise WrongSetting(f"PUBLIC_URL: {error}") from None


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where one service of a distributed system listens."""

    bind: str
    public: int


def own_place() -> OwnPlace:
    """From PARTA_BIND (every address of its container) and PARTA_PORT (8000)."""
    return OwnPlace(os.environ.get("PARTA_BIND") or "0.0.0.0", _port("PARTA_PORT", 8000))  # noqa: S104
