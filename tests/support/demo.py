"""`parta demo` as a test has it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.processes import Process, free_ports, killed_at_the_end
from tests.support.waiting import eventually

READY = "Ctrl-C ends it"


class Demo(Process):
    """`parta demo`, in a process and a folder of its own."""

    def __init__(self, folder: Path, rabbitmq_url: str | None = None) -> None:
        public, operations, sandbox, smtp = free_ports(4)
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "PARTA_DATA": str(folder / "data"),
            "PARTA_PORT": str(public),
            "PARTA_OPS_PORT": str(operations),
            "SANDBOX_PORT": str(sandbox),
            "SANDBOX_SMTP_PORT": str(smtp),
            "PARK_LADDER": "0.2,0.5,1",
            **({"RABBITMQ_URL": rabbitmq_url} if rabbitmq_url else {}),
        }
        super().__init__("demo", environment, folder / "demo.log")
        self.public = f"http://localhost:{public}"
        self.operations = f"http://127.0.0.1:{operations}"
        self.world = f"http://127.0.0.1:{sandbox}"

    async def is_ready(self) -> None:
        """Wait until it has told its story."""
        await eventually(lambda: READY in self.last_words(), 80)


def new_folder() -> Path:
    """A folder that Postgres' own user may pass through, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="parta-demo-"))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def demo_running(rabbitmq_url: str | None = None) -> AsyncIterator[Demo]:
    """A demo with data of its own; ended by SIGTERM, and that must work.

    With `rabbitmq_url` its services speak to one another over RabbitMQ.
    """
    folder = new_folder()
    started = Demo(folder, rabbitmq_url)
    with killed_at_the_end(started):
        started.start()
        await started.is_ready()
        yield started
        assert started.stop() == 0, started.last_words()
    shutil.rmtree(folder, ignore_errors=True)
