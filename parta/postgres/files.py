"""Files that are on the disk when we say so."""

import os
from pathlib import Path

from parta.postgres.processes import Account


def write_private(path: Path, text: str, owner: Account | None = None) -> None:
    """Write it whole or not at all, for its owner alone (0600): for us where none is given.

    The text is on the disk when this returns; its name is after `sync_folder`.
    """
    half = path.with_name(f"{path.name}.new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        if owner is not None:
            os.fchown(descriptor, owner.uid, owner.gid)
        out.write(text)
        out.flush()
        os.fsync(descriptor)
    half.replace(path)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
