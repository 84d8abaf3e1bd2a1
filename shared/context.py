"""The cause of what is being done: one correlation id from the first request to the last message.

It rides in a context variable, in the AMQP property ``correlation_id``, in HTTP's
``X-Correlation-Id`` between services, and in the columns of that name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

import structlog

_correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_SHAPE = re.compile(r"[A-Za-z0-9._:-]{1,64}")

HEADER = "X-Correlation-Id"


def correlation_id() -> str:
    """The id of the present cause; a new one where nothing has caused this yet."""
    return _correlation_id.get() or uuid4().hex


def is_correlation_id(value: str) -> bool:
    """Whether a value that came from elsewhere may be taken for one."""
    return _SHAPE.fullmatch(value) is not None


@contextmanager
def caused_by(cause: str | None = None, **facts: object) -> Iterator[str]:
    """Bind the cause (a new one when None) and facts for the log, for the length of the block."""
    cause = cause or uuid4().hex
    token = _correlation_id.set(cause)
    with structlog.contextvars.bound_contextvars(correlation_id=cause, **facts):
        try:
            yield cause
        finally:
            _correlation_id.reset(token)
