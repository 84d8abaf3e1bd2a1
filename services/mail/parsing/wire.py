"""What goes between a process and its children: a frame each way, values told in pickle.

A child reads letters, so a child may be anybody's: of its answer only the types below are made.
"""

import dataclasses
import io
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.mail.parsing import letter as letters
from services.mail.parsing.letter import Letter
from services.mail.reading import reading as readings
from services.mail.reading.reading import Reading

HEAD = struct.Struct(">II")
"""The lengths of the value and of the raw letter that follow."""
READY = b"\x06"
"""What a child says when it has loaded what it needs, before its first answer."""
ANSWER_BYTES = 8 * 1024 * 1024
_OURS = [
    one for of in (letters, readings) for one in vars(of).values() if dataclasses.is_dataclass(one)
]
_TYPES = (*_OURS, date, datetime, timedelta, timezone, ZoneInfo)
_MAKES = {(one.__module__, one.__qualname__): one for one in _TYPES if isinstance(one, type)}


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is asked for one letter.

    `parse` reads the raw letter, and says what it says at once where it is English; `head` reads
    its headers alone; `read` says what a parsed letter says, with names in it or without.
    """

    kind: Literal["parse", "head", "read"]
    zone: str
    received_at: datetime | None
    letter: Letter | None = None
    with_names: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child says; `reading` is None where it was not asked or is for the other child."""

    letter: Letter | None
    reading: Reading | None = None


def frame(value: bytes, raw: bytes = b"") -> bytes:
    """A frame, but for the raw letter: that is sent behind it."""
    return HEAD.pack(len(value), len(raw)) + value


def dump(value: Job | Answer) -> bytes:
    """A value for the other side."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=5)
    pickler.dispatch_table = {ZoneInfo: _reduce_zone}
    if isinstance(value, Answer):
        pickler.dump((value.letter, value.reading))
    else:
        pickler.dump(value)
    return file.getvalue()


def load_job(data: bytes) -> Job:
    """A job, told by the process that started this one."""
    job: Job = pickle.loads(data)  # noqa: S301 - from our own parent
    return job


def load_answer(data: bytes) -> Answer:
    """A child's answer.

    Raises:
        pickle.UnpicklingError: it is not made of what an answer is made of.
    """
    letter, reading = _Answers(io.BytesIO(data)).load()
    if not isinstance(letter, Letter | None) or not isinstance(reading, Reading | None):
        raise pickle.UnpicklingError("an answer is a letter and its reading")
    return Answer(letter, reading)


def _reduce_zone(zone: ZoneInfo) -> tuple[Callable[[str], ZoneInfo], tuple[str]]:
    return ZoneInfo, (str(zone),)


class _Answers(pickle.Unpickler):
    """Makes letters, readings and moments, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _MAKES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"an answer has no {module}.{name}") from None
