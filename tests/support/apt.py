"""Debian's packages, installed where a test wants a program that is not here and we are root."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


class NotInstalled(Exception):
    """A package is not here and cannot be had; the text is one line that says why."""


def install(*packages: str) -> None:
    """Install packages, after an update where the lists are too old.

    Raises:
        NotInstalled: we may not, or apt could not.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotInstalled(f"install it first: apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    with _alone():
        for command in (wanted, ["apt-get", "update", "-qq"], wanted):
            done = subprocess.run(
                command, env=environment, check=False, timeout=600, capture_output=True, text=True
            )
            if done.returncode == 0 and command is wanted:
                return
    last = (done.stderr.strip().splitlines() or ["no word"])[-1]
    raise NotInstalled(f"{' '.join(packages)} could not be installed: {last}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Workers of one run want the same package at once; apt lets one in and refuses the rest."""
    with (Path(tempfile.gettempdir()) / "parta-tests-apt.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
