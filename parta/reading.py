"""`parta read`: letters in files, and what Parta says of them, a line each in the files' order."""

import argparse
import asyncio
import gc
import json
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.mail.parsing.children import ChildCannotStart, LetterReader
from services.mail.parsing.letter import Letter
from services.mail.parsing.limits import LETTER_BYTES
from services.mail.reading.reading import Reading

_AT_ONCE = 4
"""Letters under way: enough for both children to work, few enough to hold in memory."""
_NOTHING = Reading(status="person", category="work")
"""What is printed beside the `error` of a letter of which nothing can be said."""


class NoSuchFile(Exception):
    """A file that was named cannot be read; the text says which and why."""


async def read(options: argparse.Namespace) -> int:
    """Read the letters of these files; 2 where one of them is no file."""
    gc.enable()
    received_at: datetime | None = options.received
    if received_at and received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=options.zone)
    try:
        _check(options.files)
        async with aclosing(_read_all(options.files, options.zone, received_at)) as letters:
            async for file, letter, reading in letters:
                said = in_json(file, letter, reading or _NOTHING)
                print(json.dumps(said, ensure_ascii=False) if options.json else _in_words(said))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever listened has heard enough; what is still in the buffer is nobody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except NoSuchFile as error:
        return _complain(error, 2)
    except ChildCannotStart as error:
        return _complain(error, 1)
    return 0


def _complain(error: Exception, status: int) -> int:
    sys.stdout.flush()
    print(f"parta: {error}", file=sys.stderr)
    return status


def _check(files: Iterable[str]) -> None:
    """See that all are there before the first is read."""
    for file in files:
        try:
            with Path(file).open("rb"):
                pass
        except OSError as error:
            raise NoSuchFile(f"{file}: {error.strerror}") from error


async def _read_all(
    files: Iterable[str], zone: ZoneInfo, received_at: datetime | None
) -> AsyncGenerator[tuple[Path, Letter, Reading | None], None]:
    reader = LetterReader()
    under_way: deque[tuple[Path, asyncio.Task[tuple[Letter, Reading | None]]]] = deque()
    try:
        for path in map(Path, files):
            work = reader.read(_load(path), zone=zone, received_at=received_at)
            under_way.append((path, asyncio.create_task(work)))
            if len(under_way) == _AT_ONCE:
                first, task = under_way.popleft()
                yield first, *await task
        while under_way:
            first, task = under_way.popleft()
            yield first, *await task
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)
        await reader.close()


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LETTER_BYTES + 1)
    except OSError as error:
        raise NoSuchFile(f"{path}: {error.strerror}") from error


def in_json(path: Path, letter: Letter, reading: Reading) -> dict[str, Any]:
    """A letter as `parta read --json` prints it."""
    deadline, sender = reading.deadline, letter.sender
    return {
        "id": path.stem.encode("utf-8", "replace").decode(),
        "subject": letter.subject,
        "sender": {"name": sender.name, "address": sender.address, "status": reading.status},
        "deadline": {"at": deadline.at.isoformat(), "quote": deadline.quote} if deadline else None,
        "event_at": reading.event_at.isoformat() if reading.event_at else None,
        "places": list(reading.places),
        "category": reading.category,
        "urgent": reading.urgent,
        "urgent_reason": reading.urgent_reason,
        "awaits_answer": reading.awaits_answer,
        "hashtags": list(reading.hashtags),
        "proof": {
            name: {"from": proof.source, "quote": proof.quote}
            for name, proof in reading.proof.items()
        },
        "error": letter.error,
    }


def _in_words(said: dict[str, Any]) -> str:
    """For a person: what is there, on one line."""
    deadline = said["deadline"]
    about = [
        said["category"],
        f"by {deadline['at']} (“{' '.join(deadline['quote'].split())}”)" if deadline else "",
        f"at {said['event_at']}" if said["event_at"] else "",
        "; ".join(said["places"]),
        "urgent" if said["urgent"] else "",
        "awaits an answer" if said["awaits_answer"] else "",
        said["error"] or "",
    ]
    who = said["sender"]["name"] or said["sender"]["address"]
    return f"{said['id']}: {said['subject']} ({who}): {', '.join(filter(None, about))}"
