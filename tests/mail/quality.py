"""`make quality`: how well letters are read, beside labels; `parta read` is the only door used.

Prints a table for each half of the labelled letters and each language: how many the labels name
(n), how many were found, how many are right, and what follows from that. `--misses` lists what
was read wrong, of `work/` alone: `held/` keeps its worth by never being looked at.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.mail.letters.labelled import FOLDERS, LANGUAGES, LabelledLetter, list_letters
from tests.mail.scores import BY_ACCURACY, GOALS, Answer, Score, score

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = ("n", "found", "right", "precision", "recall", "F1", "asked")
PATIENCE = 300.0
"""Seconds that a run of `parta read` may take."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; gives its exit status: 0 measured, 1 a letter was not read."""
    parser = argparse.ArgumentParser(prog="python -m tests.mail.quality", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what was read wrong in work/")
    options = parser.parse_args(arguments)
    letters = [letter for folder in FOLDERS for letter in list_letters(folder)]
    answers = read_letters(letters)
    for folder in FOLDERS:
        for language in LANGUAGES:
            group = [one for one in letters if (one.folder, one.language) == (folder, language)]
            say(table(f"{folder}, {language}", group, answers) + "\n")
    if options.misses:
        say("\n".join(list_misses([one for one in letters if one.folder == "work"], answers)))
    unread = [one.id for one in letters if answers.get(one.id, NOTHING)["error"]]
    if unread:
        say(f"{len(unread)} of {len(letters)} letters were not read: these figures do not count")
    return 1 if unread else 0


def say(text: str) -> None:
    """Tell it at once: the runs that it is about take a while."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_letters(letters: Iterable[LabelledLetter]) -> dict[str, Answer]:
    """What `parta read` says of each letter, by the letter's id."""
    runs: dict[tuple[str, str | None], list[LabelledLetter]] = defaultdict(list)
    for letter in letters:
        runs[letter.zone, letter.received].append(letter)
    answers: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory(prefix="parta-quality-") as folder:
        for (zone, received), some in runs.items():
            paths = [_save(letter, Path(folder)) for letter in some]
            answers |= {answer["id"]: answer for answer in _read(paths, zone, received)}
    return answers


def _save(letter: LabelledLetter, folder: Path) -> Path:
    path = folder / f"{letter.id}.eml"
    path.write_bytes(letter.raw)
    return path


def _read(paths: Iterable[Path], zone: str, received: str | None) -> list[Answer]:
    command = [sys.executable, "-m", "parta", "read", *map(str, paths), "--zone", zone, "--json"]
    if received:
        command += ["--received", received]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def table(title: str, letters: Sequence[LabelledLetter], answers: Mapping[str, Answer]) -> str:
    """The figures of one group of letters, as text; a letter without an answer has all wrong."""
    totals = {field: Score() for field in GOALS}
    for letter in letters:
        for field, one in score(letter.labels, answers.get(letter.id, NOTHING)).items():
            totals[field] += one
    unread = sum(bool(answers.get(letter.id, NOTHING)["error"]) for letter in letters)
    title = f"{title} ({len(letters)} letters{f', {unread} NOT READ' if unread else ''})"
    heading = f"{title:<34}" + "".join(f"{one:>10}" for one in HEADINGS)
    return "\n".join([heading, *(_row(field, one) for field, one in totals.items())])


def _row(field: str, total: Score) -> str:
    counts = "".join(f"{one:>10}" for one in (total.labelled, total.found, total.right))
    if field in BY_ACCURACY:
        reached, figures = total.recall, f"{'':>10}{'accuracy':>10}{total.recall:>10.3f}"
    else:
        reached = total.f1
        figures = f"{total.precision:>10.3f}{total.recall:>10.3f}{total.f1:>10.3f}"
    goal = GOALS[field]
    asked = "" if goal is None else f"{goal:>10.2f}{'' if reached >= goal else '  below'}"
    return f"  {field:<32}{counts}{figures}{asked}"


def list_misses(letters: Iterable[LabelledLetter], answers: Mapping[str, Answer]) -> list[str]:
    """What was read wrong, letter by letter, the labels first."""
    misses, fields = [], Counter[str]()
    for letter in letters:
        answer = answers.get(letter.id, NOTHING)
        if answer["error"]:
            misses.append(f"{letter.id}: {answer['error']}")
        for field, one in score(letter.labels, answer).items():
            if not one.is_clean:
                fields[field] += 1
                misses.append(f"{letter.id}: {field}: {_wrong(field, letter, answer)}")
    return [*misses, "", *(f"{count:>4} {field}" for field, count in fields.most_common())]


def _wrong(field: str, letter: LabelledLetter, answer: Answer) -> str:
    labels, found = letter.labels, answer["deadline"] or {"at": None, "quote": None}
    said, got = {
        "deadline": ((_iso(labels.deadline), labels.quote), (found["at"], found["quote"])),
        "deadline's words": (labels.quote, found["quote"]),
        "event": (_iso(labels.event_at), answer["event_at"]),
        "places": (list(labels.places), answer["places"]),
        "category": (labels.category, answer["category"]),
        "status": (labels.status, answer["sender"]["status"]),
        "urgent": (labels.urgent, (answer["urgent"], answer["urgent_reason"])),
        "awaits answer": (labels.awaits_answer, answer["awaits_answer"]),
    }[field]
    return f"{said}, read as {got}"


def _iso(moment: object) -> str | None:
    return moment.isoformat() if hasattr(moment, "isoformat") else None


NOTHING: Answer = {
    "sender": {"status": None},
    "deadline": None,
    "event_at": None,
    "places": [],
    "category": None,
    "urgent": False,
    "urgent_reason": None,
    "awaits_answer": False,
    "error": "not answered",
}
"""The answer that stands for none."""


if __name__ == "__main__":
    sys.exit(main())
