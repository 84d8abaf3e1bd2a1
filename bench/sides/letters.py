"""Letters read one after another in one process, as a child reads them; nothing is waited for."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bench.task import Tally, given_task
from services.mail.parsing.parse import parse
from services.mail.reading.names import NatashaNames
from services.mail.reading.read import read
from tests.mail.letters.labelled import LabelledLetter, list_letters

ORDINARY = range(500, 1_501)
"""Characters of text."""
LANGUAGES = ("en", "ru")


def choose() -> list[LabelledLetter]:
    """Ordinary letters of the labelled ones, as many of each language, in turn."""
    ordinary = [one for one in list_letters("work") if len(parse(one.raw).whole_text) in ORDINARY]
    sides = ([one for one in ordinary if one.language == language] for language in LANGUAGES)
    return [one for pair in zip(*sides, strict=False) for one in pair]


def main() -> None:
    """Read them all once, then again so often as is asked; tell the seconds of CPU of each."""
    letters = [(one.raw, ZoneInfo(one.zone), one.written_at) for one in choose()]
    names = NatashaNames()
    for text in ("Сдайте план до пятницы, встреча в Казани.", "Send the plan by Friday."):
        raw = f"Content-Type: text/plain; charset=utf-8\n\n{text}".encode()
        read(parse(raw), zone=ZoneInfo("UTC"), received_at=datetime.now(UTC), names=names)
    task = given_task()
    tally = Tally(task)
    tally.begin()

    def go_through() -> Sequence[float]:
        took = []
        for raw, zone, received_at in letters:
            before = time.process_time()
            read(parse(raw), zone=zone, received_at=received_at, names=names)
            took.append(time.process_time() - before)
        return took

    first = go_through()
    rounds = [go_through() for _ in range(task.count)]
    before = time.process_time()
    for raw, _, _ in letters:
        parse(raw)
    tally.finish(first=first, rounds=rounds, parse=(time.process_time() - before) / len(letters))


if __name__ == "__main__":
    main()
