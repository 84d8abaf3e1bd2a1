"""Logging: one JSON line an event, the same shape for our records and those of libraries."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.context import add_facts

_shared: tuple[structlog.typing.Processor, ...] = (
    add_facts,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)


def configure_logging(level: str = "info") -> None:
    """Send every record of the process to stderr as one JSON line."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _name_the_event,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their info lines carry whole addresses, secrets in paths included.
    for noisy in ("httpx", "httpcore", "aiogram", "aio_pika", "aiormq", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _name_the_event(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {"event": event.pop("event", ""), **event}


def get_log(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: ``log.info("homework_graded", homework_id=…)``, constant event, facts as fields."""
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return log
