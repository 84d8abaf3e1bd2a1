"""Other processes: run, found and signalled, as the system user when we are root."""

import contextlib
import functools
import os
import pwd
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parta.postgres.errors import PostgresUnavailable

SYSTEM_USER = "parta"


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
        done = run(command, timeout=20)
        return pwd.getpwnam(SYSTEM_USER)  # another start may have made it a moment before us
    except FileNotFoundError as missing:
        raise PostgresUnavailable(
            "Postgres refuses to run as root and this machine has no useradd to make a user for "
            "it: start Parta as a plain user."
        ) from missing
    except KeyError as missing:
        raise PostgresUnavailable(
            f"Postgres refuses to run as root and the system user {SYSTEM_USER} could not be made: "
            f"{last_line(done.stderr)}"
        ) from missing


def unreachable(folder: Path) -> PostgresUnavailable:
    return PostgresUnavailable(
        f"Postgres runs as the system user {SYSTEM_USER}, who cannot reach {folder}: "
        "set PARTA_DATA to a folder such as /var/lib/parta."
    )


def is_postgres_of(pid: int, data: Path) -> bool:
    """Whether this process is a Postgres on this very data: numbers are given out again.

    Postgres works inside its data folder. A dead process that nobody has reaped has no folder.
    """
    if _has_proc():
        try:
            name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace")
            return name.startswith("postgres") and os.path.samefile(f"/proc/{pid}/cwd", data)
        except OSError:
            return False
    done = run(["ps", "-p", str(pid), "-o", "command="], timeout=5)
    return "postgres" in done.stdout and str(data) in done.stdout


def processes_of(data: Path) -> Iterator[int]:
    """Every process of a server on this data; none where there is no /proc to look in."""
    if _has_proc():
        for entry in os.listdir("/proc"):
            if entry.isdigit() and is_postgres_of(int(entry), data):
                yield int(entry)


@functools.cache
def _has_proc() -> bool:
    return Path("/proc/self/cwd").exists()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send_signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def run(
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
            **as_user(account),
        )
    except subprocess.TimeoutExpired as late:
        raise PostgresUnavailable(
            f"{Path(command[0]).name} was not done after {timeout:.0f} s."
        ) from late


def as_user(account: Account | None) -> dict[str, Any]:
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


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
