"""Numbers that matter, for Prometheus; one registry a service, so that five fit in a process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from shared.events import SERVICES

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """What a service counts about its events and requests."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._handled = Histogram(
            "parta_event_seconds", "Events handled, by type", ["type"], registry=self.registry
        )
        self._ignored = Counter(
            "parta_events_ignored", "Events without a handler", ["type"], registry=self.registry
        )
        self._parked = Counter(
            "parta_events_parked", "Events set aside", ["type", "dead"], registry=self.registry
        )
        self._sent = Counter("parta_events_sent", "Events sent", registry=self.registry)
        self._requests = Histogram(
            "parta_request_seconds",
            "Requests, by route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.waiting = Gauge("parta_parked_waiting", "Parked events", registry=self.registry)
        self.dead = Gauge("parta_parked_dead", "Dead events", registry=self.registry)
        self.unsent_age = Gauge(
            "parta_outbox_age_seconds", "Age of the oldest unsent event", registry=self.registry
        )
        self.progress = Gauge(
            "parta_loop_progress_timestamp", "Last turn of a loop", ["loop"], registry=self.registry
        )

    def handled(self, event_type: str, seconds: float) -> None:
        """An event had its effect."""
        self._handled.labels(event_type).observe(seconds)

    def ignored(self, event_type: str) -> None:
        """An event came that this version has no handler for."""
        # The type came from outside: a label a stranger may choose would grow without end.
        teller = event_type.split(".", 1)[0]
        self._ignored.labels(teller if teller in SERVICES else "?").inc()

    def parked(self, event_type: str, *, dead: bool) -> None:
        """An event was set aside."""
        self._parked.labels(event_type[:80], str(dead).lower()).inc()

    def sent(self, count: int) -> None:
        """Events left the outbox."""
        self._sent.inc(count)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(method if method in METHODS else "?", route, str(status)).observe(
            seconds
        )

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)
