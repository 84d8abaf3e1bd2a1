"""What RabbitMQ holds and who may do what in it, made from the contracts.

`python -m shared.definitions` writes `deploy/rabbitmq/definitions.json`, which the broker reads at
each start; a test holds it equal to what is made here. Each service has a user of its own. It may
make and read its own queue, bind that to what names it as a listener, and publish what it tells:
nothing of a neighbour's. A user has no password here, and so cannot log in: `start.sh` gives it.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.events import EVENTS, SERVICES
from shared.rabbitmq import EXCHANGE, QUEUE_ARGUMENTS, login_of

PLACE = Path(__file__).resolve().parents[1] / "deploy" / "rabbitmq" / "definitions.json"
VHOST = "/"
NOTHING = "^$"


def render() -> str:
    """The whole file: a line for each thing, so that a change shows as one."""
    sections = {
        "vhosts": [{"name": VHOST}],
        "users": [_user(service) for service in SERVICES],
        "permissions": [_permission(service) for service in SERVICES],
        "topic_permissions": [_topic_permission(service) for service in SERVICES],
        "exchanges": [
            {
                "name": EXCHANGE,
                "vhost": VHOST,
                "type": "topic",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
        ],
        "queues": [
            {
                "name": service,
                "vhost": VHOST,
                "durable": True,
                "auto_delete": False,
                "arguments": QUEUE_ARGUMENTS,
            }
            for service in SERVICES
        ],
        "bindings": [
            {
                "source": EXCHANGE,
                "vhost": VHOST,
                "destination": listener,
                "destination_type": "queue",
                "routing_key": event.type,
                "arguments": {},
            }
            for event in EVENTS
            for listener in event.listeners
        ],
    }
    parts = (f'  "{name}": [\n{_lines(things)}\n  ]' for name, things in sections.items())
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(things: Iterable[dict[str, Any]]) -> str:
    return ",\n".join(f"    {json.dumps(thing)}" for thing in things)


def _user(service: str) -> dict[str, Any]:
    return {
        "name": login_of(service),
        "password_hash": "",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def _permission(service: str) -> dict[str, str]:
    """To bind is to write a queue and to read an exchange; to delete is to configure."""
    both = _one_of([EXCHANGE, service])
    return {
        "user": login_of(service),
        "vhost": VHOST,
        "configure": _one_of([service]),
        "write": both,
        "read": both,
    }


def _topic_permission(service: str) -> dict[str, str]:
    """What it may publish, and what it may bind its queue to and unbind it from."""
    heard = [event.type for event in EVENTS if service in event.listeners + event.retired]
    return {
        "user": login_of(service),
        "vhost": VHOST,
        "exchange": EXCHANGE,
        "write": rf"^{re.escape(service)}\.",
        "read": _one_of(heard),
    }


def _one_of(names: Iterable[str]) -> str:
    """The pattern of exactly these names; of none, where there are none."""
    escaped = [re.escape(name) for name in names]
    return f"^({'|'.join(escaped)})$" if escaped else NOTHING


if __name__ == "__main__":
    PLACE.write_text(render(), encoding="utf-8")
