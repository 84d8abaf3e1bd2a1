"""Whatever a letter is made of, reading it costs little, and never more than a child."""

import asyncio
import os
import resource
import signal
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.mail.parsing import child as program
from services.mail.parsing import children, wire
from services.mail.parsing.children import Child, ChildCannotStart, ChildDied, LetterReader
from services.mail.parsing.letter import Letter
from services.mail.parsing.parse import parse
from services.mail.parsing.wire import Job
from tests.mail.hostile import letters
from tests.mail.writing import write
from tests.support.waiting import eventually

ZONE = ZoneInfo("Europe/Moscow")
HOSTILE = dict(letters())
SECOND = 1.0
MEMORY_KB = 256 * 1024
STALL = 0.05
TICK = os.sysconf("SC_CLK_TCK")


@pytest.fixture
async def reader() -> AsyncIterator[LetterReader]:
    made = LetterReader()
    yield made
    await made.close()


@pytest.fixture
async def parser() -> AsyncIterator[Child]:
    made = Child("parser")
    yield made
    await made.close()


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_kb(pid: int) -> int:
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmPeak"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_is_taken_apart_within_a_second(name: str) -> None:
    before = time.process_time()
    letter = parse(HOSTILE[name])
    assert time.process_time() - before < SECOND
    assert letter.sender.address == "anna@example.org"
    assert len(letter.own_text) <= 30_000


@pytest.mark.timeout(400)
async def test_hostile_letters_cost_the_parser_a_second_and_256_mb(parser: Child) -> None:
    for name, raw in HOSTILE.items():
        pid = parser.pid
        before = cpu_seconds(pid) if pid else 0.0
        try:
            answer = await parser.ask(Job("parse", str(ZONE), None), raw[: 25 * 1024 * 1024 + 1])
        except ChildDied:
            continue  # killed at its limit, which is the promise; `LetterReader` reads its headers
        assert answer.letter, name
        assert parser.pid
        if parser.pid == pid:
            assert cpu_seconds(parser.pid) - before <= SECOND, name
        assert peak_kb(parser.pid) <= MEMORY_KB, name


@pytest.mark.timeout(120)
async def test_the_loop_goes_on_while_large_letters_are_read(reader: LetterReader) -> None:
    """By the loop's own CPU time between two of its turns: other programs' is not its fault."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    watching = asyncio.create_task(watch())
    for name in ("a file of 24 MB", "HTML: 100 000 paragraphs in base64", "16 000 addresses"):
        await reader.read(HOSTILE[name], zone=ZONE, received_at=None)
    watching.cancel()
    assert longest < STALL


async def test_a_killed_parser_is_replaced_and_the_letters_headers_are_kept(
    reader: LetterReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = Child.ask

    async def ask(self: Child, job: Job, raw: bytes = b"") -> wire.Answer:
        asked.append(job.kind)
        if job.kind == "parse":
            self.kill()
            raise ChildDied
        return await whole(self, job, raw)

    monkeypatch.setattr(Child, "ask", ask)
    raw = write("Subject: Plan", body="By Friday, please.")
    letter, reading = await reader.read(raw, zone=ZONE, received_at=None)
    assert asked == ["parse", "head", "read"]
    assert (letter.subject, letter.sender.address) == ("Plan", "anna@example.org")
    assert letter.error == "it could not be borne: its headers alone were read"
    assert reading


async def test_a_child_that_is_killed_is_replaced_for_the_next_letter(parser: Child) -> None:
    job = Job("parse", str(ZONE), None)
    await parser.ask(job, write("Subject: one"))
    first = parser.pid
    assert first
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ChildDied):
        await parser.ask(job, write("Subject: two"))
    answer = await parser.ask(job, write("Subject: three"))
    assert answer.letter
    assert answer.letter.subject == "three"
    assert parser.pid != first


@pytest.fixture
def timer() -> Iterator[None]:
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)


@pytest.mark.usefixtures("timer")
def test_a_child_dies_of_too_much_time() -> None:
    pid = os.fork()
    if not pid:  # no test framework's handler is to be in the way: a process of its own
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        program._limit_cpu(0.05)
        while True:
            pass
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGPROF


def test_what_a_child_may_have_is_what_was_promised() -> None:
    assert program.MEMORY["parser"] == 256 * 1024 * 1024
    assert program.CPU_SECONDS["parser"] + program.HEAD_CPU_SECONDS <= SECOND
    assert resource.RLIMIT_AS


async def test_a_child_that_does_not_start_is_no_letters_fault(
    parser: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children.sys, "executable", "/bin/false")
    with pytest.raises(ChildCannotStart):
        await parser.ask(Job("parse", str(ZONE), None), write())


async def test_the_reader_is_started_by_russian_letters_alone(reader: LetterReader) -> None:
    _, reading = await reader.read(write(body="Come, please."), zone=ZONE, received_at=None)
    assert reading
    assert reader._reader.pid is None


@pytest.mark.timeout(120)
async def test_the_reader_is_ended_when_it_is_idle() -> None:
    reader = LetterReader(idle=0.01)
    raw = write("Content-Type: text/plain; charset=utf-8", body="Встреча в Казани в среду.")
    letter, reading = await reader.read(raw, zone=ZONE, received_at=datetime.now(UTC))
    assert letter.language == "ru"
    assert reading
    await eventually(lambda: reader._reader.pid is None)
    await reader.close()


def test_an_answer_is_made_of_nothing_but_letters_and_moments() -> None:
    evil = b"cos\nsystem\n(S'true'\ntR."
    with pytest.raises(Exception, match=r"an answer has no os\.system"):
        wire.load_answer(evil)
    letter = Letter(subject="x", written_at=datetime(2026, 3, 2, tzinfo=ZONE))
    assert wire.load_answer(wire.dump(wire.Answer(letter))).letter == letter
