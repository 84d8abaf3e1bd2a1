"""A real RabbitMQ for tests: one that is there, or a private node that leaves nothing behind."""

import asyncio
import atexit
import contextlib
import functools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import aio_pika

START_LIMIT = 60.0
CTL_LIMIT = 30.0
_POLL = 0.02

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


class BrokerUnavailable(Exception):
    """No RabbitMQ can be had here; the text is one line that says why and what would help."""


class Admin(Protocol):
    """Who can make and delete virtual hosts on a broker."""

    def add_vhosts(self, *names: str) -> None: ...

    def delete_vhosts(self, *names: str) -> None: ...


class RabbitNode:
    """A private node with a port daemon (epmd), cookie, ports and folder of its own.

    What is durable outlives `stop`, `kill` and `start`; `close` ends all and deletes the folder.
    Use it as a context manager, or forget it: it ends with this process, however that ends.
    """

    def __init__(self) -> None:
        self._server = _find_server()
        self.folder = Path(tempfile.mkdtemp(prefix="parta-rabbitmq-"))
        self.port, dist_port, epmd_port = _free_ports(3)
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

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when it serves AMQP; 3 to 8 s on a small machine."""
        if self.is_running():
            return
        self._start_guard()
        self._start_epmd()
        self._process = self._start([self._server])
        deadline = time.monotonic() + START_LIMIT
        while not _speaks_amqp("127.0.0.1", self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                output = self._last_output()
                self.close()
                raise BrokerUnavailable(f"The private RabbitMQ node did not start: {output}")
            time.sleep(_POLL)

    def stop(self) -> None:
        """In order, as a service manager would; harder where that takes too long."""
        if self._process is not None and self.is_running():
            _signal(self._process.pid, signal.SIGCONT)
            _signal(self._process.pid, signal.SIGTERM)
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
        descendants = _descendants(group)
        _signal_group(group, signal.SIGKILL)
        self._process.wait(10)
        for pid in descendants:  # its helpers leave the group; they would end by themselves, later
            _signal(pid, signal.SIGKILL)
        _wait(lambda: not any(_is_alive(pid) for pid in descendants), "the node's helpers to end")

    def pause(self) -> None:
        """Frozen (SIGSTOP): it holds its connections and answers nothing."""
        _signal(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        _signal(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything and delete its data. May be called twice."""
        try:
            self.kill()
        finally:
            for helper in (self._epmd, self._guard):
                if helper is not None:
                    _end(helper)
            self._epmd = self._guard = None
            shutil.rmtree(self.folder, ignore_errors=True)
            atexit.unregister(self.close)

    def ctl(self, *args: str, timeout: float = CTL_LIMIT) -> str:
        """`rabbitmqctl` on this node; what it printed. Each call starts an Erlang machine: ~1 s."""
        command = [str(Path(self._server).with_name("rabbitmqctl")), "-q", "-n", self.name, *args]
        return _checked(command, env=self._environment, timeout=timeout)

    def eval(self, expression: str, *, timeout: float = CTL_LIMIT) -> str:
        """Run an Erlang expression in the node: milliseconds where `erl_call` is installed."""
        erl_call = shutil.which("erl_call")
        if erl_call is None:
            return self.ctl("eval", f"{expression}.", timeout=timeout)
        said = _checked(
            [erl_call, "-n", self.name, "-c", self._cookie, "-e"],
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
        self.eval(_adding(names, user="guest"))

    def delete_vhosts(self, *names: str) -> None:
        self.eval(_deleting(names))

    def _write_files(self, dist_port: int) -> dict[str, str]:
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
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist_port),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "config"),
            "RABBITMQ_ALLOW_INPUT": "1",  # the script then becomes the server instead of its parent
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }

    def _start_epmd(self) -> None:
        """Ours, in the foreground: the one that Erlang starts by itself would outlive us."""
        if self._epmd is not None and self._epmd.poll() is None:
            return
        epmd = shutil.which("epmd")
        if epmd is None:
            raise BrokerUnavailable("RabbitMQ is installed but Erlang's epmd is not on the PATH.")
        self._epmd = self._start([epmd, "-port", str(self._epmd_port), "-address", "127.0.0.1"])
        _wait(lambda: _listens("127.0.0.1", self._epmd_port), "epmd to listen")

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


@dataclass(slots=True)
class Broker:
    """A broker for this run, with a virtual host of its own; `close` deletes what was made."""

    url: str
    admin: Admin
    node: RabbitNode | None = None
    """The private node, which may be killed and frozen; None where the broker is somebody's."""
    _made: list[str] = field(default_factory=list)

    def new_vhost(self) -> str:
        """The address of one more empty virtual host."""
        return self.new_vhosts(1)[0]

    def new_vhosts(self, count: int) -> list[str]:
        """Several for the price of one call."""
        names = [f"parta-test-{secrets.token_hex(6)}" for _ in range(count)]
        self.admin.add_vhosts(*names)
        self._made += names
        return [_with_vhost(self.url, name) for name in names]

    def delete_vhost(self, url: str) -> None:
        name = unquote(urlsplit(url).path[1:])
        self.admin.delete_vhosts(name)
        self._made.remove(name)

    def close(self) -> None:
        if self.node is not None:
            self.node.close()
        elif self._made:
            self.admin.delete_vhosts(*self._made)
        self._made.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def broker() -> Broker:
    """`RABBITMQ_URL`, else one on localhost that lets us in, else a private node.

    Only a broker that was named is insisted upon. Raises `BrokerUnavailable` when none can be had.
    """
    if named := os.environ.get("RABBITMQ_URL"):
        return _foreign_broker(named)
    if _speaks_amqp("localhost", 5672):
        with contextlib.suppress(BrokerUnavailable):
            return _foreign_broker("amqp://guest:guest@localhost:5672/")
    node = RabbitNode()
    node.start()
    made = Broker(url=node.url(), admin=node, node=node)
    made.url = made.new_vhost()
    return made


def _foreign_broker(url: str) -> Broker:
    parts = urlsplit(url)
    if not _speaks_amqp(parts.hostname or "localhost", parts.port or 5672):
        raise BrokerUnavailable(f"No RabbitMQ answers at {_shown(url)}.")
    for admin in (LocalCtl(url), ManagementApi(url)):
        made = Broker(url=url, admin=admin)
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            address = made.new_vhost()
            # Proof that whom we asked and whom we speak to are the same broker.
            if _lets_in(address):
                made.url = address
                return made
            made.close()
    raise BrokerUnavailable(
        f"RabbitMQ at {_shown(url)} gives tests no virtual host of their own: they need "
        "rabbitmqctl on this machine, or its management plugin on port 15672 and a user in "
        "RABBITMQ_URL with the tag administrator."
    )


@dataclass(frozen=True, slots=True)
class LocalCtl:
    """The `rabbitmqctl` of the broker that runs on this machine as a service."""

    url: str

    def add_vhosts(self, *names: str) -> None:
        self._eval(_adding(names, user=unquote(urlsplit(self.url).username or "guest")))

    def delete_vhosts(self, *names: str) -> None:
        self._eval(_deleting(names))

    def _eval(self, expression: str) -> None:
        ctl = shutil.which("rabbitmqctl")
        if ctl is None or urlsplit(self.url).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise FileNotFoundError("no rabbitmqctl for this broker")
        _checked([ctl, "-q", "eval", f"{expression}."], env=dict(os.environ), timeout=CTL_LIMIT)


@dataclass(frozen=True, slots=True)
class ManagementApi:
    """The management plugin on its usual port, with the address's own user."""

    url: str

    def add_vhosts(self, *names: str) -> None:
        user = unquote(urlsplit(self.url).username or "guest")
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        for name in names:
            vhost = quote(name, safe="")
            self._call("PUT", f"vhosts/{vhost}", {})
            self._call("PUT", f"permissions/{vhost}/{quote(user, safe='')}", everything)

    def delete_vhosts(self, *names: str) -> None:
        for name in names:
            self._call("DELETE", f"vhosts/{quote(name, safe='')}", None)

    def _call(self, method: str, path: str, body: dict[str, str] | None) -> None:
        parts = urlsplit(self.url)
        user = f"{unquote(parts.username or 'guest')}:{unquote(parts.password or 'guest')}"
        request = urllib.request.Request(
            f"http://{parts.hostname or 'localhost'}:15672/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Basic {b64encode(user.encode()).decode()}",
                "Content-Type": "application/json",
            },
        )
        # A proxy in the environment is not asked about a broker of ours.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10):
            pass


# The package


@functools.cache
def _find_server() -> str:
    """The start script itself; what stands on the PATH changes the user first."""
    found = _installed_server()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _installed_server()
    if found is None:
        raise BrokerUnavailable(
            "No RabbitMQ here: install rabbitmq-server (apt-get install rabbitmq-server), "
            "or set RABBITMQ_URL."
        )
    return found


def _installed_server() -> str | None:
    # On Debian the scripts beside the wrapper; elsewhere what is on the PATH is the script itself.
    debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return str(debian) if debian.exists() else shutil.which("rabbitmq-server")


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", "rabbitmq-server"]
    for command in (install, ["apt-get", "update"], install):
        try:
            _checked(command, env=environment, timeout=300)
        except subprocess.SubprocessError as failed:
            error = failed
        else:
            if command is install:
                return
    raise BrokerUnavailable(f"rabbitmq-server could not be installed: {error}")


def _adding(names: Sequence[str], *, user: str) -> str:
    every = '<<".*">>, <<".*">>, <<".*">>'
    return (
        f"lists:foreach(fun(V) -> rabbit_vhost:add(V, {_binary('tests')}), "
        f"ok = rabbit_auth_backend_internal:set_permissions("
        f"{_binary(user)}, V, {every}, {_binary('tests')}) end, {_list(names)})"
    )


def _deleting(names: Sequence[str]) -> str:
    return (
        f"lists:foreach(fun(V) -> rabbit_vhost:delete(V, {_binary('tests')}) end, {_list(names)})"
    )


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(_binary(name) for name in names)}]"


def _binary(text: str) -> str:
    return f"<<{','.join(str(byte) for byte in text.encode())}>>"


# Addresses


def _with_vhost(url: str, vhost: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(vhost, safe='')}"))


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5672}"


def _free_ports(count: int) -> list[int]:
    """All held at once, so that they differ; another program may still take one before its use."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _speaks_amqp(host: str, port: int) -> bool:
    """Whether it greets as AMQP 0-9-1 does: a method frame, `connection.start`."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.settimeout(5)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def _lets_in(url: str) -> bool:
    async def enter() -> None:
        connection = await aio_pika.connect(url, timeout=10)
        await connection.close()

    try:
        with ThreadPoolExecutor(1) as thread:  # the caller may be inside a running loop
            thread.submit(asyncio.run, enter()).result()
    except (OSError, aio_pika.exceptions.AMQPError):
        return False
    return True


# Processes


def _checked(
    command: Sequence[str], *, env: dict[str, str], timeout: float, text: str | None = None
) -> str:
    """Its output, or a SubprocessError whose text carries what it said."""
    with tempfile.TemporaryFile() as said:
        # A file, not a pipe: a helper that outlives the command would hold a pipe open for ever.
        code = _run(command, env=env, timeout=timeout, text=text, said=said)
        said.seek(0)
        output = said.read().decode(errors="replace").strip()
    if code:
        what = f"{Path(command[0]).name} ended with {code}"
        raise subprocess.SubprocessError(f"{what}: {' | '.join(output.splitlines()[-3:])}")
    return output


def _run(
    command: Sequence[str],
    *,
    env: dict[str, str],
    timeout: float,
    text: str | None,
    said: IO[bytes],
) -> int:
    return subprocess.run(
        command,
        env=env,
        check=False,
        timeout=timeout,
        input=(text or "").encode(),
        stdout=said,
        stderr=subprocess.STDOUT,
    ).returncode


def _end(helper: subprocess.Popen[bytes]) -> None:
    _signal_group(helper.pid, signal.SIGKILL)
    helper.wait(10)
    if helper.stdin is not None:
        helper.stdin.close()


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2]
            parents.setdefault(int(after_name.split()[1]), []).append(int(entry))
    found = list(parents.get(pid, []))
    for one in found:  # it grows while it is read
        found += parents.get(one, [])
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def _wait(is_so: Callable[[], bool], what: str, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(_POLL)
