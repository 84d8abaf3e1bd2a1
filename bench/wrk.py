"""wrk, a load generator that costs little itself (Debian's package)."""

import re
import shutil
import subprocess
from collections.abc import Mapping

from tests.support.apt import NotInstalled, install

RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
ODD = re.compile(r"Non-2xx or 3xx responses: (\d+)")


class WrkFailed(Exception):
    """It is not here, or what it asked answered with errors."""


def requests_per_second(
    url: str, *, headers: Mapping[str, str], seconds: int, connections: int
) -> float:
    """How many requests a second are answered over so many connections kept open.

    Raises:
        WrkFailed: there is no wrk, or not every answer was good.
    """
    command = [_find(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(  # noqa: S603 - a program of the system, our arguments
        [*command, url], capture_output=True, text=True, timeout=seconds + 30, check=False
    )
    found = RATE.search(done.stdout)
    if found is None or ODD.search(done.stdout):
        raise WrkFailed(f"{done.stdout}{done.stderr}"[-1000:])
    return float(found[1])


def _find() -> str:
    if shutil.which("wrk") is None:
        try:
            install("wrk")
        except NotInstalled as error:
            raise WrkFailed(f"No wrk here: {error}") from error
    return shutil.which("wrk") or "wrk"
