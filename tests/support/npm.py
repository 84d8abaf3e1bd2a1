"""What the tests take from npm, installed as the lock in tests/npm says."""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.apt import NotInstalled, install

FOLDER = Path(__file__).resolve().parents[1] / "npm"
INSTALLS_WITHIN = 180


class NpmUnavailable(Exception):
    """No npm can be had here; the text is one line that says why and what would help."""


def node() -> str:
    """The program, once everything in tests/npm can be run by it."""
    _find_npm()
    lock = FOLDER / "package-lock.json"
    stamp = FOLDER / "node_modules" / f".{hashlib.sha256(lock.read_bytes()).hexdigest()}"
    with _alone():
        if not stamp.exists():
            _run(["npm", "ci", "--no-audit", "--no-fund"])
            stamp.touch()
    found = shutil.which("node")
    assert found, "npm without node"
    return found


def _find_npm() -> None:
    if shutil.which("npm") and shutil.which("node"):
        return
    try:
        install("nodejs", "npm")
    except NotInstalled as error:
        raise NpmUnavailable(f"No npm here: {error}") from error


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=INSTALLS_WITHIN,
        check=False,
    )
    if done.returncode:
        raise NpmUnavailable(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two runs of the tests in one checkout install one after the other."""
    with (FOLDER / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
