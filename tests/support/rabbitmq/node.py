"""A private node of RabbitMQ that may be stopped, killed and frozen."""

import atexit
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

from tests.support.processes import free_ports
from tests.support.rabbitmq.addresses import listens, speaks_amqp
from tests.support.rabbitmq.installation import BrokerUnavailable, find_installation
from tests.support.rabbitmq.processes import (
    POLL,
    checked,
    descendants,
    end,
    is_alive,
    signal_group,
    signal_one,
    wait_for,
)
from tests.support.rabbitmq.vhosts import adding, deleting

START_LIMIT = 60.0
CTL_LIMIT = 30.0

# No interface but loopback, no busy waiting on a machine of two cores, and `-noinput` because the
# server is started without the shell that would otherwise stand between us and its process.
_ERLANG = (
    "-noinput +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
)

# Reads process groups, a line each, and ends them when this process dies in whatever way: its end
# of the pipe closes then.
_GUARD = """
while read -r group; do groups="$groups -$group"; done
kill -9 $groups
sleep 1 # what is killed may still write
rm -rf -- "$1"
"""


class RabbitNode:
    """A private node with a port daemon (epmd), cookie, ports and folder of its own.

    What is durable outlives `stop`, `kill` and `start`; `close` ends all and deletes the folder.
    Use it as a context manager, or forget it: it ends with this process, however that ends.
    """

    def __init__(self) -> None:
        self._installation = find_installation()
        self.folder = self._installation.new_folder()
        self.port, dist_port, epmd_port = free_ports(3)
        self.name = f"parta{secrets.token_hex(4)}@localhost"
        self._epmd_port = epmd_port
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._cookie = secrets.token_hex(16)
        self._environment = self._write_files(dist_port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The Erlang machine's."""
        if self._process is None:
            raise RuntimeError("the node was never started")
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    def url(self, vhost: str = "/") -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def configure(self, settings: str) -> None:
        """Further lines of its rabbitmq.conf, before its start: the last word on each setting."""
        with (self.folder / "rabbitmq.conf").open("a") as config:
            config.write(settings)

    def path_of(self, file: Path) -> Path:
        """A file of its folder as the node itself sees it."""
        return self._installation.inside(file)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when it serves AMQP; 3 to 8 s on a small machine."""
        if self.is_running():
            return
        self._start_guard()
        self._start_epmd()
        self._process = self._start(self._installation.script("rabbitmq-server"))
        deadline = time.monotonic() + START_LIMIT
        while not speaks_amqp("127.0.0.1", self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                output = self._last_output()
                self.close()
                raise BrokerUnavailable(f"The private RabbitMQ node did not start: {output}")
            time.sleep(POLL)

    def stop(self) -> None:
        """In order, as a service manager would; harder where that takes too long."""
        if self._process is not None and self.is_running():
            signal_one(self._process.pid, signal.SIGCONT)
            signal_one(self._process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(CTL_LIMIT)
        self.kill()

    def settle(self) -> None:
        """Have the node write down the names of its quorum queues; before a `kill`, for justice.

        It does so by itself, but only every half second: killed before that, 3.10 has a queue of
        the same name afterwards that is empty and never answers (seen with ra 2.2.0).
        """
        self.eval("[ok = dets:sync(T) || T <- dets:all()]")

    def kill(self) -> None:
        """SIGKILL, as if the machine had died; returns when nothing of the node is left.

        What was declared in the half second before may be lost for good: see `settle`.
        """
        if self._process is None:
            return
        group = self._process.pid
        helpers = descendants(group)
        signal_group(group, signal.SIGKILL)
        self._process.wait(10)
        for pid in helpers:  # its helpers leave the group; they would end by themselves, later
            signal_one(pid, signal.SIGKILL)
        wait_for(lambda: not any(is_alive(pid) for pid in helpers), "the node's helpers to end")

    def pause(self) -> None:
        """Frozen (SIGSTOP): it holds its connections and answers nothing."""
        signal_one(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        signal_one(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything and delete its data. May be called twice."""
        try:
            self.kill()
        finally:
            for helper in (self._epmd, self._guard):
                if helper is not None:
                    end(helper)
            self._epmd = self._guard = None
            shutil.rmtree(self.folder, ignore_errors=True)
            atexit.unregister(self.close)

    def ctl(self, *args: str, timeout: float = CTL_LIMIT) -> str:
        """`rabbitmqctl` on this node; what it printed. Each call starts an Erlang machine: ~1 s."""
        command = [*self._installation.script("rabbitmqctl"), "-q", "-n", self.name, *args]
        return checked(command, env=self._environment, timeout=timeout)

    def eval(self, expression: str, *, timeout: float = CTL_LIMIT) -> str:
        """Run an Erlang expression in the node: milliseconds where `erl_call` is installed."""
        erl_call = self._installation.erlang("erl_call")
        if erl_call is None:
            return self.ctl("eval", f"{expression}.", timeout=timeout)
        said = checked(
            [*erl_call, "-n", self.name, "-c", self._cookie, "-e"],
            env=self._environment,
            timeout=timeout,
            text=f"{expression}.\n",
        )
        if not said.startswith("{ok, "):
            raise subprocess.SubprocessError(f"erl_call: {said}")
        return said.removeprefix("{ok, ").removesuffix("}")

    def add_vhost(self, name: str) -> None:
        self.add_vhosts(name)

    def delete_vhost(self, name: str) -> None:
        self.delete_vhosts(name)

    def add_vhosts(self, *names: str) -> None:
        """One call for all; `guest` may do everything in them."""
        self.eval(adding(names, user="guest"))

    def delete_vhosts(self, *names: str) -> None:
        self.eval(deleting(names))

    def _write_files(self, dist_port: int) -> dict[str, str]:
        folder = self._installation.inside(self.folder)
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "disk_free_limit.absolute = 200MB\n"
            "log.console = true\n"
            "log.file = false\n"
            "vm_memory_high_watermark.absolute = 512MiB\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        cookie = self.folder / ".erlang.cookie"
        cookie.touch(mode=0o600)
        cookie.write_text(self._cookie)
        cookie.chmod(0o400)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist_port),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "config"),
            "RABBITMQ_ALLOW_INPUT": "1",  # the script then becomes the server instead of its parent
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }

    def _start_epmd(self) -> None:
        """Ours, in the foreground: the one that Erlang starts by itself would outlive us."""
        if self._epmd is not None and self._epmd.poll() is None:
            return
        epmd = self._installation.erlang("epmd")
        if epmd is None:
            raise BrokerUnavailable("RabbitMQ is installed but Erlang's epmd is not on the PATH.")
        self._epmd = self._start([*epmd, "-port", str(self._epmd_port), "-address", "127.0.0.1"])
        wait_for(lambda: listens("127.0.0.1", self._epmd_port), "epmd to listen")

    def _start_guard(self) -> None:
        if self._guard is None:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, "guard", str(self.folder)],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                bufsize=0,
            )
            atexit.register(self.close)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """In a process group of its own, which the guard knows."""
        assert self._guard is not None
        assert self._guard.stdin is not None
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._guard.stdin.write(f"{process.pid}\n".encode())
        return process

    def _last_output(self) -> str:
        lines = self.log.read_text(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"exit {self._process and self._process.poll()}; " + " | ".join(said[-3:])
