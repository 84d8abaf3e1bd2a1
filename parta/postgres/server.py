"""The server: started, taken over, ended; and the file in which it says how it is."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

import asyncpg

from parta.postgres.data import SUPERUSER, last_fatal, open_log, password_file_of, prepare_data
from parta.postgres.errors import PostgresUnavailable
from parta.postgres.processes import (
    Account,
    as_user,
    is_alive,
    is_postgres_of,
    processes_of,
    send_signal,
    system_account,
)
from parta.postgres.programs import find_programs
from parta.postgres.settings import FORGETFUL, SETTINGS
from parta.postgres.socket_folder import make_socket_folder, socket_folder_of

DATABASE = "parta"

_POLL = 0.01


class EmbeddedPostgres:
    """A running server that listens on one Unix socket, for those who know its password.

    It lives on when this process is killed; the next `start` on the same folder takes it over, so
    the caller must hold that folder's lock. Every method blocks, within a time-out.
    """

    def __init__(
        self,
        *,
        data: Path,
        programs: Path,
        password: str,
        account: Account | None,
        settings: Mapping[str, str],
        timeout: float,
    ) -> None:
        """For `start` alone: what it makes is a server that does not run yet."""
        self.data = data
        self.socket_folder = socket_folder_of(data)
        self._programs = programs
        self._password = password
        self._account = account
        self._settings = settings
        self._timeout = timeout
        self._pid = 0
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Self:
        """Make the data when there is none, run the server and see to it that `parta` is there.

        A server left alive by a killed run is used as it is, with the settings it has. The folder
        that holds `data` must exist. `durable=False` is for tests: it loses data with the machine.
        """
        data = data.parent.resolve() / data.name
        account = system_account()
        programs = find_programs(data.parent, account)
        server = cls(
            data=data,
            programs=programs,
            password=prepare_data(data, programs, account, durable=durable, timeout=timeout),
            account=account,
            settings={**SETTINGS, **({} if durable else FORGETFUL), **(settings or {})},
            timeout=timeout,
        )
        if not server._take_over():
            server._launch()
        server._make_database(DATABASE)
        return server

    @property
    def pid(self) -> int:
        """The postmaster's; 0 after `stop`."""
        return self._pid

    @property
    def log(self) -> Path:
        return self.data / "log"

    def url(self, database: str = DATABASE) -> str:
        """The address of one database, with the superuser's password in it: never log it."""
        return (
            f"postgresql://{SUPERUSER}:{quote(self._password)}@/{quote(database, safe='')}"
            f"?host={quote(str(self.socket_folder))}"
        )

    def is_running(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return bool(self._pid) and is_postgres_of(self._pid, self.data)

    def stop(self) -> None:
        """Cut all connections, write everything down and end; harder where that takes too long."""
        self._end(signal.SIGINT)

    def restart(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """`fast` ends in order; `immediate` as in a crash, so the next start recovers.

        Also starts a server that was killed.
        """
        self._end(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        self._launch()

    def kill(self) -> None:
        """SIGKILL for the postmaster, and a wait until the last of its children has gone too."""
        if self.is_running():
            send_signal(self._pid, signal.SIGKILL)
            self._wait(lambda: not self.is_running(), seconds=5)
        self._end_orphans()

    def _take_over(self) -> bool:
        """Use the server that already runs on this data; False when there is none."""
        deadline = time.monotonic() + self._timeout
        while (found := _read_pid_file(self.data)) and time.monotonic() < deadline:
            if not is_postgres_of(found.pid, self.data):
                if is_alive(found.pid):
                    # After a restart of the machine the number may be another program's, and
                    # Postgres would believe that it already runs.
                    (self.data / "postmaster.pid").unlink(missing_ok=True)
                self._end_orphans()
                return False
            if found.status == "ready":
                self._pid = found.pid
                self.socket_folder = found.socket_folder
                return True
            time.sleep(_POLL)  # it is starting, recovering or ending
        if found:
            raise PostgresUnavailable(
                f"The Postgres that already runs on {self.data} (process {found.pid}) is not ready "
                f"after {self._timeout:.0f} s; its log is {self.log}."
            )
        return False

    def _launch(self) -> None:
        make_socket_folder(self.socket_folder, self.data, self._account)
        settings = {**self._settings, "unix_socket_directories": str(self.socket_folder)}
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = open_log(self.log, self._account)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (the wheel's program, our arguments)
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for us: we stop the server after its last client.
                start_new_session=True,
                **as_user(self._account),
            )
        finally:
            os.close(log)
        self._pid = self._process.pid
        try:
            self._wait_until_ready(self._process)
        except PostgresUnavailable:
            self._end(signal.SIGQUIT)
            raise

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise PostgresUnavailable(f"Postgres did not start: {last_fatal(self.log)}")
            found = _read_pid_file(self.data)
            if found and found.pid == process.pid and found.status == "ready":
                return
            time.sleep(_POLL)
        raise PostgresUnavailable(
            f"Postgres was not ready after {self._timeout:.0f} s; its log is {self.log}."
        )

    def _end(self, first: signal.Signals) -> None:
        for number, patience in ((first, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if not self.is_running():
                break
            send_signal(self._pid, number)
            self._wait(lambda: not self.is_running(), seconds=patience)
        self._end_orphans()
        if self._pid and self.socket_folder != self.data:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()
        self._pid, self._process = 0, None

    def _end_orphans(self) -> None:
        """Wait for backends whose postmaster is dead: while one lives no other server can start."""
        if not self._wait(lambda: not any(processes_of(self.data)), seconds=2):
            for pid in processes_of(self.data):
                send_signal(pid, signal.SIGKILL)
            self._wait(lambda: not any(processes_of(self.data)), seconds=5)

    def _wait(self, is_so: Callable[[], bool], *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def _make_database(self, name: str) -> None:
        # In a thread of its own, because the caller's may already have a running loop.
        with ThreadPoolExecutor(1) as thread:
            try:
                thread.submit(asyncio.run, _make_database(self.url(SUPERUSER), name)).result()
            except asyncpg.InvalidPasswordError as wrong:
                raise PostgresUnavailable(
                    f"The database in {self.data} has another password than the one that is "
                    f"kept in {password_file_of(self.data)}."
                ) from wrong


async def _make_database(url: str, name: str) -> None:
    connection = await asyncpg.connect(url, timeout=10, command_timeout=20)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close(timeout=5)


@dataclass(frozen=True, slots=True)
class _PidFile:
    pid: int
    socket_folder: Path
    status: str


def _read_pid_file(data: Path) -> _PidFile | None:
    """None also while it is half written: the caller looks again."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    folder = lines[4].strip() if len(lines) > 4 else ""
    status = lines[7].strip() if len(lines) > 7 else ""
    return _PidFile(pid=pid, socket_folder=Path(folder), status=status)
