"""Which wires there are: each service's to broker and database, and those to its door."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from parta.postgres import EmbeddedPostgres
from tests.faults.pair import Upstream
from tests.faults.proxy import Wire
from tests.support.rabbitmq import RabbitNode

VHOST = "faults"
BROKER, DATABASE, HOOK = "broker", "database", "hook"


@dataclass(repr=False)
class Wiring:
    """Makes the wires of a service, to the broker and to the database."""

    node: RabbitNode
    server: EmbeddedPostgres
    database: str
    make: Callable[[Upstream], Wire]
    wires: dict[tuple[str, str], Wire] = field(default_factory=dict)

    def urls(self, name: str) -> dict[str, str]:
        """What a process is told of the two, each behind a wire made for it."""
        broker = self.make(("127.0.0.1", self.node.port))
        postgres = self.make(self.server.socket_folder / ".s.PGSQL.5432")
        self.wires[name, BROKER], self.wires[name, DATABASE] = broker, postgres
        login = urlsplit(self.server.url(self.database)).netloc.rpartition("@")[0]
        return {
            "RABBITMQ_URL": f"amqp://guest:guest@127.0.0.1:{broker.port}/{VHOST}",
            "DATABASE_URL": f"postgresql://{login}@127.0.0.1:{postgres.port}/{self.database}",
        }

    def hook(self, name: str, port: int) -> None:
        """A wire to a service's door, for whoever asks from outside."""
        self.wires[name, HOOK] = self.make(("127.0.0.1", port))
