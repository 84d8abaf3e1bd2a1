"""What was measured on: said before any figure."""

import importlib.metadata
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.place import Place

PACKAGES = ("aio-pika", "asyncpg", "uvloop", "faststream", "celery", "dramatiq", "pika")
SYNCS = 500


def describe(place: Place) -> dict[str, Any]:
    """Versions, cores, where data lie, and what the disk takes for one small write made safe."""
    return {
        "python": platform.python_version(),
        "rabbitmq": place.node.eval("rabbit_misc:version()").strip('"'),
        "postgres": place.ask(lambda connection: connection.fetchval("SHOW server_version")),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": round(os.getloadavg()[0], 2),
        "postgres_data": f"{place.folder} ({_file_system(place.folder)})",
        "rabbitmq_data": f"{place.node.folder} ({_file_system(place.node.folder)})",
        "fsync_us": {
            "postgres": _fsync_microseconds(place.folder),
            "rabbitmq": _fsync_microseconds(place.node.folder),
        },
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _file_system(path: Path) -> str:
    """Of the mount that holds the path: memory is told from a disk by it."""
    found = ("", "unknown")
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, mount, kind, *_ = line.split()
        if path.is_relative_to(mount) and len(mount) >= len(found[0]):
            found = (mount, kind)
    return found[1]


def _fsync_microseconds(folder: Path) -> float:
    """The median of appending 8 KiB and making it safe."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 8192)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    return round(statistics.median(took) * 1e6, 1)
