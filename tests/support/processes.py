"""Services as processes of their own, that can be killed: forked from a server that has imported
everything once, so that a start costs milliseconds."""

import asyncio
import multiprocessing
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "tests.support.processes",
        "parta.answering",
        "parta.demo",
        *(f"services.{name}.app" for name in ("auth", "sync", "mail", "school", "bot")),
        "sandbox.__main__",
    ]
)

STOP_WITHIN = 25

Run = Callable[..., None]
"""What a process does: it is given arguments, environment, log, and where to print if not there."""


def parta(
    arguments: list[str], environment: dict[str, str], *, run: Run | None = None
) -> tuple[int, str, str]:
    """Run one of Parta's commands to its end: exit status, what was printed, what complained."""
    with tempfile.TemporaryDirectory(prefix="parta-command-") as folder:
        printed, complaints = Path(folder) / "out", Path(folder) / "err"
        process = _context.Process(
            target=run or run_parta,
            args=(arguments, environment, str(complaints), str(printed)),
            daemon=True,
        )
        process.start()
        process.join(40)
        status = process.exitcode
        if status is None:
            process.kill()
            raise AssertionError(f"parta {' '.join(arguments)} does not end")
        process.close()
        return status, printed.read_text(), complaints.read_text()


def run_parta(
    arguments: list[str], environment: dict[str, str], log: str, printed: str = ""
) -> None:
    """One of Parta's commands in this process, which it ends."""
    _settle_in(environment, log, printed or log)
    from parta.cli import run
    from shared import crash

    crash.arm(environment.get(crash.VARIABLE, ""))
    try:
        status = run(arguments)
    except SystemExit as left:
        status = int(left.code or 0)
    sys.stdout.flush()
    os._exit(status)


def _run_sandbox(environment: dict[str, str], log: str) -> None:
    _settle_in(environment, log, log)
    from sandbox.__main__ import main

    main()


def _settle_in(environment: dict[str, str], log: str, printed: str) -> None:
    # The parent's signals are pytest's; these are ours.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, path in ((1, printed), (2, log)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    os.chdir("/")


class Process:
    """One of Parta's commands, or the sandbox, in a process of its own.

    `run` is what the process does with the command's arguments, its environment and its log.
    """

    def __init__(
        self, name: str, environment: dict[str, str], log: Path, *, run: Run = run_parta
    ) -> None:
        self.name = name
        self.environment = environment
        self.log = log
        self._run = run
        self._process: ForkServerProcess | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        variable = "SANDBOX_PORT" if self.name == "sandbox" else "PARTA_PORT"
        return int(self.environment[variable])

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, crash_point: str = "") -> None:
        """Start it; with a crash point it ends itself there."""
        environment = {**self.environment, "PARTA_CRASH_POINT": crash_point}
        if self.name == "sandbox":
            self._process = _context.Process(
                target=_run_sandbox, args=(environment, str(self.log)), daemon=True
            )
        else:
            self._process = _context.Process(
                target=self._run,
                args=(
                    ["demo"] if self.name == "demo" else ["run", self.name],
                    environment,
                    str(self.log),
                ),
                daemon=True,
            )
        self._process.start()

    async def answers(self, timeout: float = 20) -> None:
        """Wait until it listens."""
        deadline = time.monotonic() + timeout
        while True:
            with socket.socket() as trial:
                trial.settimeout(0.2)
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if not self.is_alive() or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} does not answer: {self.last_words()}")
            await asyncio.sleep(0.02)

    async def died(self, timeout: float = 30) -> None:
        """Wait until it was ended by SIGKILL, its own crash point's."""
        assert self._process is not None
        deadline = time.monotonic() + timeout
        while self._process.is_alive():
            assert time.monotonic() < deadline, f"{self.name} lives on: {self.last_words()}"
            await asyncio.sleep(0.01)
        assert self._process.exitcode == -signal.SIGKILL, self.last_words()

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """Its process; None when it was never started, or is known to be gone."""
        return None if self._process is None else self._process.pid

    @property
    def exit_status(self) -> int | None:
        """How it ended; None while it runs. The number of a signal is negative."""
        return None if self._process is None else self._process.exitcode

    def kill(self) -> None:
        """SIGKILL, and gone."""
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
            self._process.close()
            self._process = None

    def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(STOP_WITHIN)
        status = self._process.exitcode
        if status is None:
            self.kill()
            raise AssertionError(f"{self.name} does not stop: {self.last_words()}")
        self._process.close()
        self._process = None
        return status

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


def free_ports(count: int) -> list[int]:
    """Ports that nobody has now, of those that the system gives to no connection by itself: while
    a killed server is away, no client may come to sit on its port."""
    sockets: list[socket.socket] = []
    try:
        while len(sockets) < count:
            one = socket.socket()
            try:
                one.bind(("127.0.0.1", random.randrange(10_000, _first_of_clients())))  # noqa: S311
            except OSError:
                one.close()
            else:
                sockets.append(one)
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _first_of_clients() -> int:
    """Where the ports begin that connections are given."""
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        return 32_768


@contextmanager
def killed_at_the_end(*processes: Process) -> Iterator[None]:
    """Whatever happens, none is left behind."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
