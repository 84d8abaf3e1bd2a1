"""A real nginx for tests: the files of deploy/nginx as a container has them, a plain process."""

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from tests.support.apt import NotInstalled, install

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "65534"
START_WITHIN = 10.0


class NginxUnavailable(Exception):
    """No nginx can be had here; the text is one line that says why and what would help."""


class Nginx:
    """One nginx before services on `service_port`, whose names `resolver` knows.

    It runs as nobody where we are root, sees no file of this checkout but copies, and ends with
    the process that started it.
    """

    def __init__(self, port: int, *, resolver: str, service_port: int, **told: str) -> None:
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="parta-nginx-"))
        self.log = self.folder / "output.log"
        self._environment = {
            "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin",
            "NGINX_LISTEN": f"127.0.0.1:{port}",
            "NGINX_RESOLVER": resolver,
            "NGINX_RUN": str(self.folder / "run"),
            "SERVICE_PORT": str(service_port),
            **told,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Returns when it listens."""
        find_nginx()
        self._lay_out()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_as_nobody(), "/bin/sh", str(self.folder / "deploy/nginx/start.sh")],
                env=self._environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_WITHIN
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace")
                self.close()
                raise NginxUnavailable(f"nginx did not start: {said[-2000:]}")
            time.sleep(0.01)

    def reload(self) -> None:
        """Read the configuration again, as an operator would have it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def workers(self) -> set[int]:
        """The pids of its workers."""
        assert self._process is not None
        pid = self._process.pid
        return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def answered(self) -> list[dict[str, Any]]:
        """Its access log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def close(self) -> None:
        """Gone, with its files."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
            self._process.kill()
            self._process.wait(5)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _lay_out(self) -> None:
        shutil.copytree(ROOT / "deploy/nginx", self.folder / "deploy/nginx")
        shutil.copytree(ROOT / "shared/static", self.folder / "shared/static")
        for place in (self.folder, *self.folder.rglob("*")):
            place.chmod(0o755 if place.is_dir() else 0o644)
        (self.folder / "run").mkdir()
        (self.folder / "run").chmod(0o777)
        self.log.touch()
        self.log.chmod(0o666)

    def _listens(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0


def _as_nobody() -> list[str]:
    """It ends when we do, in whatever way."""
    command = ["setpriv", "--pdeathsig", "TERM"]
    if os.geteuid() == 0:
        command += ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs"]
    return [*command, "--"]


@functools.cache
def find_nginx() -> None:
    """See to it that there is one.

    Raises:
        NginxUnavailable: there is none, and we may not install it.
    """
    if _installed():
        return
    try:
        install("nginx-light")
    except NotInstalled as error:
        raise NginxUnavailable(f"No nginx here: {error}") from error


def _installed() -> bool:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") is not None
