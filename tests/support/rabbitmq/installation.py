"""Where RabbitMQ's programs are, on this machine or in a folder that holds another Debian."""

import functools
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.apt import NotInstalled, install
from tests.support.rabbitmq.processes import checked

ROOT = "PARTA_TEST_RABBITMQ_ROOT"
"""Names a folder with a Debian of its own, whose RabbitMQ is taken; made when it is not there."""
SUITE = "trixie"
MAKE_LIMIT = 600


class BrokerUnavailable(Exception):
    """No RabbitMQ can be had here; the text is one line that says why and what would help."""


@dataclass(frozen=True, slots=True)
class Installation:
    """RabbitMQ's programs, and how to start them."""

    scripts: Path
    """The start scripts themselves; what stands on the PATH changes the user first."""
    root: Path = Path("/")

    def command(self, *words: str) -> list[str]:
        """What starts a program. In another root it has a /proc of its own, gone when it ends."""
        if self.root == Path("/"):
            return list(words)
        return ["unshare", "--mount-proc", f"--root={self.root}", *words]

    def script(self, name: str) -> list[str]:
        """What starts one of RabbitMQ's own."""
        return self.command(str(self.scripts / name))

    def erlang(self, name: str) -> list[str] | None:
        """What starts one of Erlang's; None where it is not installed."""
        if self.root == Path("/"):
            found = shutil.which(name)
            return [found] if found else None
        return self.command(f"/usr/bin/{name}") if (self.root / "usr/bin" / name).exists() else None

    def new_folder(self) -> Path:
        """An empty folder that those programs can reach."""
        parent = None if self.root == Path("/") else self.root / "tmp"
        return Path(tempfile.mkdtemp(prefix="parta-rabbitmq-", dir=parent))

    def inside(self, path: Path) -> Path:
        """The path as those programs see it."""
        return Path("/") / path.relative_to(self.root)


@functools.cache
def find_installation() -> Installation:
    """The RabbitMQ to start nodes of; installed first where it is missing and we are root."""
    if root := os.environ.get(ROOT):
        return _in_another_root(Path(root))
    found = _installed()
    if found is None:
        _install("rabbitmq-server")
        found = _installed()
    if found is None:
        raise BrokerUnavailable("No RabbitMQ here, though its package is: set RABBITMQ_URL.")
    return found


def _install(package: str) -> None:
    try:
        install(package)
    except NotInstalled as error:
        raise BrokerUnavailable(f"{error}; or set RABBITMQ_URL.") from error


def _installed() -> Installation | None:
    # On Debian the scripts beside the wrapper; elsewhere what is on the PATH is the script itself.
    debian = Path("/usr/lib/rabbitmq/bin")
    if (debian / "rabbitmq-server").exists():
        return Installation(debian)
    found = shutil.which("rabbitmq-server")
    return Installation(Path(found).parent) if found else None


def _in_another_root(root: Path) -> Installation:
    if os.geteuid() != 0:
        raise BrokerUnavailable(f"{ROOT}: only root can start a RabbitMQ in {root}.")
    if not root.exists():
        _make_root(root)
    return Installation(Path("/usr/lib/rabbitmq/bin"), root)


def _make_root(root: Path) -> None:
    """A small Debian with RabbitMQ in it, a minute; whole or not at all."""
    if shutil.which("debootstrap") is None:
        _install("debootstrap")
    half = root.with_name(f"{root.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    make = ["debootstrap", "--variant=minbase", "--include=rabbitmq-server", SUITE, str(half)]
    try:
        checked(make, env=dict(os.environ), timeout=MAKE_LIMIT)
    except subprocess.SubprocessError as error:
        raise BrokerUnavailable(f"{root} could not be made: {error}") from error
    half.rename(root)
