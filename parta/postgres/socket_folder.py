"""The folder of the server's socket, whose path has to be short and plain."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from parta.postgres.errors import PostgresUnavailable
from parta.postgres.processes import Account

# The kernel's limit is 107 bytes on Linux and 103 on macOS.
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 100
# Postgres and asyncpg both cut a list of folders at commas; other odd characters are not worth it.
_PLAIN_PATH = re.compile(r"[\w./+@-]+", re.ASCII)


def socket_folder_of(data: Path) -> Path:
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


def make_socket_folder(folder: Path, data: Path, account: Account | None) -> None:
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
