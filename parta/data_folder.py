"""The folder that holds all that one installation of the one-process way must not lose."""

import contextlib
import fcntl
import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from parta.postgres import sync_folder, system_account, write_private

LOCK = "lock"
SECRETS = "secrets.json"


class DataFolderInUse(Exception):
    """Another Parta runs on this folder; the text is one sentence that names its process."""


class DataFolderUnusable(Exception):
    """The folder cannot be made or read; the text is one sentence for the person who starts."""


def default_data_path() -> Path:
    """Where `PARTA_DATA` lies when it is not set.

    Root's own folders are shut to the user that Postgres runs as, so root has a place of its own.
    """
    return Path("/var/lib/parta") if os.geteuid() == 0 else Path(".parta")


class DataFolder:
    """An open data folder, ours alone until `close` or the end of this process.

    The lock is the kernel's (flock): a killed process leaves none behind. A child made by `fork`
    without `exec` would keep it.
    """

    def __init__(self, path: Path, lock: int) -> None:
        """For `open` alone."""
        self.path = path
        self._lock = lock
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """Make it where it is missing and lock it. Raises `DataFolderInUse`.

        A folder that we make, or find empty, is shut to all others (0700); one that already holds
        something keeps its rights, for it may be more than ours.
        """
        path = (path or default_data_path()).absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not any(path.iterdir()):
                path.chmod(0o700)
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as failed:
            raise DataFolderUnusable(
                f"The data folder {path} cannot be used ({failed.strerror}): "
                "set PARTA_DATA to another."
            ) from failed
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            holder = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(lock)
            raise DataFolderInUse(
                f"The data folder {path} is in use by another Parta (process {holder}): "
                "stop it, or set PARTA_DATA to another folder."
            ) from taken
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        return cls(path, lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up the lock. May be called twice."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)

    def for_postgres(self) -> Path:
        """The place of the embedded server's data.

        As root that server runs as a system user, so its group, and nobody else, may pass through
        the folder (0710): not list it, and read nothing in it that is not its own.
        """
        account = system_account()
        if account is not None:
            seen = self.path.stat()
            is_ours_alone = seen.st_uid == 0 and stat.S_IMODE(seen.st_mode) == 0o700
            if is_ours_alone:
                os.chown(self.path, -1, account.gid)
                self.path.chmod(0o710)
        return self.path / "postgres"

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """The stored secret of this name; made and stored, before it is returned, the first time.

        It is on the disk when this returns, so nothing is ever encrypted with a key that a loss of
        power takes away. Safe from several threads.
        """
        with self._writing:
            secrets = self._read_secrets()
            if name not in secrets:
                secrets[name] = make()
                self._write_secrets(secrets)
            return secrets[name]

    def change_secret(self, name: str, change: Callable[[str], str]) -> str:
        """Store a secret that stands as what `change` makes of it; on the disk when it returns.

        Raises:
            KeyError: there is none of this name.
        """
        with self._writing:
            secrets = self._read_secrets()
            secrets[name] = change(secrets[name])
            self._write_secrets(secrets)
            return secrets[name]

    @classmethod
    def peek(cls, path: Path, name: str) -> str | None:
        """A stored secret of a folder that may be another process's; None where there is none."""
        return cls(path, -1)._read_secrets().get(name)

    def _read_secrets(self) -> dict[str, str]:
        file = self.path / SECRETS
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        # Never made anew over a damaged one: what the lost keys have encrypted would be lost too.
        with contextlib.suppress(ValueError):
            secrets = json.loads(text)
            if isinstance(secrets, dict) and all(isinstance(v, str) for v in secrets.values()):
                return secrets
        raise DataFolderUnusable(f"{file} is damaged: bring it back from a copy.")

    def _write_secrets(self, secrets: dict[str, str]) -> None:
        text = json.dumps(secrets, indent=2, sort_keys=True) + "\n"
        write_private(self.path / SECRETS, text)
        sync_folder(self.path)
