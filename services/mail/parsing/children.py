"""Letters are read in children: what a letter does, it does to a process that can be replaced.

Two kinds. The *parser* takes a letter apart, and says what English ones say; it has 256 MB and a
second of CPU time a letter. The *reader* knows Russian names, which takes seconds to load and
hundreds of megabytes: it is started by the first Russian letter and ended when none came for long.
"""

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from services.mail.parsing import limits, wire
from services.mail.parsing.letter import Letter
from services.mail.parsing.wire import Answer, Job
from services.mail.reading.reading import Reading

PATIENCE = {"parser": 30.0, "reader": 90.0}
"""Seconds of waiting for an answer, on a machine that has much else to do; starting included."""
IDLE = 300.0
_SLICE = 256 * 1024
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_TOO_MUCH = "it could not be borne: its text was not read"

Kind = Literal["parser", "reader"]


class ChildDied(Exception):
    """The child ended, or took too long and was ended, before it answered."""


class ChildCannotStart(Exception):
    """A child ended before it had any letter: it is the installation or the machine, no letter."""


class Child:
    """One process of a kind, started when it is needed; a job at a time."""

    def __init__(self, kind: Kind, *, idle: float | None = None) -> None:
        self._kind = kind
        self._idle = idle
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._buried: set[asyncio.Task[int]] = set()

    @property
    def pid(self) -> int | None:
        """Its process, None where it does not run."""
        return self._process.pid if self._process else None

    async def ask(self, job: Job, raw: bytes = b"") -> Answer:
        """Have a job done.

        Raises:
            ChildDied: it was not; the next job has a child of its own.
            ChildCannotStart: there is no child to do it.
        """
        async with self._lock:
            if self._ending:
                self._ending.cancel()
            try:
                return await self._ask(job, raw)
            except (OSError, EOFError, TimeoutError, ValueError, pickle.UnpicklingError) as error:
                self.kill()
                raise ChildDied(self._kind) from error
            except asyncio.CancelledError:
                self.kill()  # its answer would be taken for another letter's
                raise
            finally:
                if self._idle is not None and self._process:
                    loop = asyncio.get_running_loop()
                    self._ending = loop.call_later(self._idle, self.kill)

    async def _ask(self, job: Job, raw: bytes) -> Answer:
        async with asyncio.timeout(PATIENCE[self._kind]):
            process = self._process or await self._start()
            assert process.stdin  # noqa: S101 - a pipe, as is the other
            assert process.stdout  # noqa: S101
            process.stdin.write(wire.frame(wire.dump(job), raw))
            for start in range(0, len(raw), _SLICE):
                process.stdin.write(raw[start : start + _SLICE])
                await process.stdin.drain()
            await process.stdin.drain()
            length, _ = wire.HEAD.unpack(await process.stdout.readexactly(wire.HEAD.size))
            if length > wire.ANSWER_BYTES:
                raise ValueError("no answer is that long")
            return wire.load_answer(await process.stdout.readexactly(length))

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.mail.parsing.child",
            self._kind,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a traceback may quote the letter
            env=_environment(os.environ),
            start_new_session=True,
        )
        assert self._process.stdout  # noqa: S101 - a pipe
        if await self._process.stdout.read(len(wire.READY)) != wire.READY:
            self.kill()
            raise ChildCannotStart(f"the process that reads letters ({self._kind}) does not start")
        return self._process

    def kill(self) -> None:
        """End it at once; the next job starts another."""
        if self._ending:
            self._ending.cancel()
        process, self._process = self._process, None
        if process:
            # Not by `process.kill`: that looks whether it has ended, which is the watcher's to see.
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            burial = asyncio.create_task(process.wait())
            self._buried.add(burial)
            burial.add_done_callback(self._buried.discard)

    async def close(self) -> None:
        """End it, and wait until it has."""
        self.kill()
        await asyncio.gather(*self._buried)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """What a child is told: no secret of ours is."""
    names = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "TZDIR", "PYTHONDONTWRITEBYTECODE")
    return {name: given[name] for name in names if name in given} | _ENVIRONMENT


class LetterReader:
    """Reads letters in a parser and a reader of its own; `close` ends them."""

    def __init__(self, *, idle: float = IDLE) -> None:
        self._parser = Child("parser")
        self._reader = Child("reader", idle=idle)

    async def read(
        self, raw: bytes, *, zone: ZoneInfo, received_at: datetime | None
    ) -> tuple[Letter, Reading | None]:
        """A letter and what it says: None where nothing can be said; its `error` says what failed.

        Raises:
            ChildCannotStart: no letter can be read now.
        """
        job = Job("parse", str(zone), received_at)
        letter, reading = await self._parse(job, raw[: limits.LETTER_BYTES + 1])
        if reading is None:
            job = replace(job, kind="read", letter=letter)
            if letter.language == "ru":
                return await self._read_russian(job, letter)
            return await self._ask(self._parser, job, letter)
        return letter, reading

    async def _parse(self, job: Job, raw: bytes) -> tuple[Letter, Reading | None]:
        for kind in (job.kind, "head"):
            with contextlib.suppress(ChildDied):
                answer = await self._parser.ask(replace(job, kind=kind), raw)
                if answer.letter:
                    return answer.letter, answer.reading
        return Letter(error=_TOO_MUCH), None

    async def _read_russian(self, job: Job, letter: Letter) -> tuple[Letter, Reading | None]:
        """Without names where names are what the reader cannot bear."""
        found, reading = await self._ask(self._reader, replace(job, with_names=True), letter)
        if reading is None:
            return await self._ask(self._reader, job, letter)
        return found, reading

    async def _ask(self, child: Child, job: Job, letter: Letter) -> tuple[Letter, Reading | None]:
        try:
            answer = await child.ask(job)
        except ChildDied:
            return replace(letter, error=letter.error or _TOO_MUCH), None
        return answer.letter or letter, answer.reading

    async def close(self) -> None:
        """End both children."""
        await self._parser.close()
        await self._reader.close()
