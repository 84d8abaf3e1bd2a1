"""The sandbox's memory: one JSON file, written whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

log = logging.getLogger(__name__)
S = TypeVar("S")


@functools.cache
def _adapter_of(shape: type[S]) -> TypeAdapter[S]:
    """Slow to make, and the same for every file of this shape."""
    return TypeAdapter(shape)


class StateFile(Generic[S]):
    """Holds the state; where there is a path, follows its changes half a second behind."""

    DELAY_S = 0.5

    def __init__(self, path: Path | None, shape: type[S], new: Callable[[], S]) -> None:
        self._path = path
        self._adapter: TypeAdapter[S] = _adapter_of(shape)  # type: ignore[arg-type]
        self._dirty = asyncio.Event()
        self._stopping = asyncio.Event()
        self.state = self._read() or new()

    def changed(self) -> None:
        self._dirty.set()

    async def keep(self) -> None:
        """Write after changes, and once more when told to stop."""
        while self._path is not None and not self._stopping.is_set():
            await self._dirty.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self.DELAY_S)
            await self._save(self._path)

    def stop(self) -> None:
        self._stopping.set()
        self._dirty.set()

    async def _save(self, path: Path) -> None:
        """A full disk is told of and tried again."""
        self._dirty.clear()
        try:
            await asyncio.to_thread(_write, path, self._adapter.dump_json(self.state))
        except OSError:
            log.exception("sandbox_state_not_written")
            self._dirty.set()

    def _read(self) -> S | None:
        if self._path is None:
            return None
        try:
            return self._adapter.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            broken = self._path.with_suffix(".broken")
            self._path.replace(broken)
            log.warning("sandbox_state_unreadable: kept as %s, started anew", broken)
            return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)
