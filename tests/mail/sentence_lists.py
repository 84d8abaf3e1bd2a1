"""The sentences of `sentences/`, and the letter and reader that they are read for."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ZONE = ZoneInfo("Europe/Moscow")
WRITTEN_AT = datetime(2026, 11, 18, 10, 20, 33, tzinfo=ZONE)
"""A Wednesday."""

_FOLDER = Path(__file__).parent / "sentences"


def list_sentences(kind: str, *, are_labelled: bool = True) -> list[object]:
    """Parameters of a test, Russian then English: label and sentence, or the sentence alone."""
    return [
        pytest.param(*_fields(line, are_labelled=are_labelled), id=f"{language}-{number}")
        for language in ("ru", "en")
        for number, line in enumerate(_lines(f"{language}-{kind}.txt"), 1)
    ]


def told(moment: datetime | date | None) -> str:
    """A moment as the lists write it, on the reader's clock."""
    if isinstance(moment, datetime):
        return moment.astimezone(ZONE).isoformat()[:16]
    return "none" if moment is None else moment.isoformat()


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text(encoding="utf-8").splitlines()


def _fields(line: str, *, are_labelled: bool) -> list[str]:
    fields = line.split(" | ", 1) if are_labelled else [line]
    return [field.replace("\\n", "\n") for field in fields]
