"""RabbitMQ as docker-compose.yaml has it: the image's start script really run, before Debian's."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.definitions import VHOST
from shared.events import SERVICES
from shared.rabbitmq import login_of
from tests.support.rabbitmq import RabbitNode

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
START = DEPLOY / "rabbitmq" / "start.sh"
CONFIG = DEPLOY / "rabbitmq" / "rabbitmq.conf"
PLACE = "/etc/rabbitmq/definitions.json"


def new_passwords() -> dict[str, str]:
    """One for each service."""
    return {service: secrets.token_hex(16) for service in SERVICES}


def run_start(
    definitions: Path, passwords: Mapping[str, str], *command: str
) -> subprocess.CompletedProcess[str]:
    """The script, with these passwords in its environment, before this command."""
    return subprocess.run(
        [str(START), *command],
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "RABBITMQ_DEFINITIONS": str(definitions),
            **{f"RABBITMQ_PASSWORD_{name.upper()}": word for name, word in passwords.items()},
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


@dataclass
class DeployedBroker:
    """A private node that was given deploy/rabbitmq/, and the passwords of its users."""

    node: RabbitNode
    passwords: dict[str, str] = field(default_factory=new_passwords)

    def start(self) -> None:
        """As the container starts, each time."""
        done = run_start(self.node.folder / "definitions.json", self.passwords, "true")
        assert done.returncode == 0, done.stderr
        self.node.start()

    def url(self, service: str, *, login: str = "", password: str = "") -> str:
        """Where a service finds it."""
        login = login or login_of(service)
        return f"amqp://{login}:{password or self.passwords[service]}@127.0.0.1:{self.node.port}/"

    def delete_queue(self, name: str) -> None:
        """As an operator would, with all that waits in it."""
        self.node.ctl("delete_queue", name, f"--vhost={VHOST}")

    def empty(self) -> None:
        """Nothing waits in any queue."""
        self.node.eval("[catch rabbit_amqqueue:purge(Q) || Q <- rabbit_amqqueue:list()]")


@contextmanager
def deployed_broker() -> Iterator[DeployedBroker]:
    """Started; gone at the end of the block."""
    broker = DeployedBroker(RabbitNode())
    definitions = broker.node.path_of(broker.node.folder / "definitions.json")
    broker.node.configure(CONFIG.read_text().replace(PLACE, str(definitions)))
    try:
        broker.start()
        yield broker
    finally:
        broker.node.close()
