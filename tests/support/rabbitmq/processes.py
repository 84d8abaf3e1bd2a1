"""Processes that tests start and end: checked, signalled, waited for."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

POLL = 0.02


def checked(
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


def end(helper: subprocess.Popen[bytes]) -> None:
    signal_group(helper.pid, signal.SIGKILL)
    helper.wait(10)
    if helper.stdin is not None:
        helper.stdin.close()


def descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2]
            parents.setdefault(int(after_name.split()[1]), []).append(int(entry))
    found = list(parents.get(pid, []))
    for one in found:  # it grows while it is read
        found += parents.get(one, [])
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def signal_one(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def wait_for(is_so: Callable[[], bool], what: str, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(POLL)
