"""A message as the transports carry it: what the outbox holds and what a listener is handed."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from shared.events import BY_TYPE, Event

MAX_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """One event under way.

    `message_id` and `type` are text as they came: a stranger's may be no id at all. `sender` is
    the service that is known to have sent it (RabbitMQ vouches for `user_id`), None where a login
    is shared. `deliveries` counts how often it was handed out before.
    """

    message_id: str
    type: str
    body: bytes
    correlation_id: str
    sender: str | None = None
    deliveries: int = 0

    def digest(self) -> bytes:
        """What tells this body from another under the same id."""
        return hashlib.sha256(self.type.encode() + b"\0" + self.body).digest()


class Unreadable(Exception):
    """Nobody will ever be able to handle this message; its words say why."""


def read(message: Message) -> tuple[UUID, Event, str]:
    """The message's id, its event and the event's key.

    Raises:
        Unreadable: too large, no proper id, told by a service that may not, not of its contract.
    """
    if len(message.body) > MAX_BODY:
        raise Unreadable(f"the body has {len(message.body)} bytes, {MAX_BODY} are allowed")
    try:
        message_id = UUID(message.message_id)
    except ValueError:
        raise Unreadable("message_id is not a UUID") from None
    contract = BY_TYPE.get(message.type)
    if contract is None:
        raise Unreadable("no contract of its type")
    if message.sender is not None and message.sender != contract.publisher():
        raise Unreadable(f"{message.type} cannot come from {message.sender}")
    try:
        event = contract.model_validate_json(message.body)
    except ValidationError as error:
        raise Unreadable(f"not a {message.type}: {_first_complaint(error)}") from None
    key = event.key()
    if "\0" in key:
        raise Unreadable("its key holds a NUL, which Postgres refuses")
    return message_id, event, key


def _first_complaint(error: ValidationError) -> str:
    """Where and why, never what: a body may hold what belongs in no log."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
