"""The program of a child process: `python -m services.mail.parsing.child parser|reader`.

It takes a job from its standard input, answers on its standard output, and ends with its input.
A job that takes more time or memory than a letter may ends the process; its parent starts another.
"""

import os
import resource
import signal
import sys
from dataclasses import replace
from functools import cache
from typing import BinaryIO
from zoneinfo import ZoneInfo

from services.mail.parsing.letter import Letter
from services.mail.parsing.parse import parse, parse_head
from services.mail.parsing.wire import HEAD, READY, Answer, Job, dump, frame, load_job
from services.mail.reading.names import Names
from services.mail.reading.read import read

MEMORY = {"parser": 256 * 1024 * 1024, "reader": 1024 * 1024 * 1024}
CPU_SECONDS = {"parser": 0.9, "reader": 5.0}
"""Of one letter. The parser's leaves time to read the headers again, within a second for both."""
HEAD_CPU_SECONDS = 0.1
LOADING_CPU_SECONDS = 60.0


def main(kind: str) -> None:
    """Serve jobs until the input ends."""
    # Whatever a library prints must not look like an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if kind == "parser":
        _load_parser()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY[kind], MEMORY[kind]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers.write(READY)
    answers.flush()
    while (received := _receive(sys.stdin.buffer)) is not None:
        job, raw = received
        if job.with_names:
            _names()  # its loading is not the letter's to pay
        _limit_cpu(HEAD_CPU_SECONDS if job.kind == "head" else CPU_SECONDS[kind])
        answer = dump(_work(job, raw))
        _limit_cpu(LOADING_CPU_SECONDS)
        answers.write(frame(answer))
        answers.flush()


def _load_parser() -> None:
    """What is slow to load and would count as a letter's own time."""
    import icalendar  # noqa: F401

    letter = b"From: a@example.org\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n\nBy Friday, please?"
    _work(Job("parse", "UTC", None), letter)


def _limit_cpu(seconds: float) -> None:
    """Die after so much CPU time, in whatever code that is."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _receive(source: BinaryIO) -> tuple[Job, bytes] | None:
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    value, raw = HEAD.unpack(head)
    return load_job(source.read(value)), source.read(raw)


def _work(job: Job, raw: bytes) -> Answer:
    if job.kind == "head":
        return Answer(parse_head(raw, "it could not be borne: its headers alone were read"))
    if job.letter is not None:
        return _read(job, job.letter)
    letter = parse(raw)
    return _read(job, letter) if letter.language == "en" else Answer(letter)


def _read(job: Job, letter: Letter) -> Answer:
    names = _names() if job.with_names else None
    try:
        reading = read(letter, zone=ZoneInfo(job.zone), received_at=job.received_at, names=names)
    except Exception as error:  # said of the letter, which is still listed
        said = f"it could not be understood: {type(error).__name__}"
        return Answer(replace(letter, error=letter.error or said))
    return Answer(letter, reading)


@cache
def _names() -> Names:
    from services.mail.reading.names import NatashaNames

    return NatashaNames()


if __name__ == "__main__":
    main(sys.argv[1])
