"""Real letters and hard cases that others collected: none is an exception, headers are right."""

import email
import email.policy
import os
import sysconfig
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from services.mail.parsing.parse import parse

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "material"
MATERIAL = Path(os.environ.get("PARTA_MATERIAL") or BESIDE) / "mail"
CPYTHON = Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data"


def list_letters() -> Iterator[Path]:
    yield from sorted(MATERIAL.glob("*/*.eml"))
    yield from sorted(path for path in CPYTHON.glob("*") if path.suffix in {".txt", ".eml"})


LETTERS = list(list_letters())
needs_letters = pytest.mark.skipif(not LETTERS, reason="needs PARTA_MATERIAL or CPython's tests")


@needs_letters
def test_no_letter_is_an_exception() -> None:
    for path in LETTERS:
        error = parse(path.read_bytes()).error
        assert error is None or "Error" not in error, path


@needs_letters
def test_no_letter_cut_anywhere_is_an_exception() -> None:
    for path in LETTERS:
        raw = path.read_bytes()[:20_000]
        for part in range(1, 8):
            error = parse(raw[: len(raw) * part // 8]).error
            assert error is None or "Error" not in error, path


@needs_letters
def test_subject_sender_and_date_are_those_of_the_standard_library() -> None:
    """Where it has them, in plain letters: what it leaves undecoded is no measure."""
    compared = 0
    for path in LETTERS:
        raw = path.read_bytes()
        try:
            expected = _expected(raw)
        except Exception:  # noqa: S112 - it fails on some of these letters
            continue
        letter = parse(raw)
        subject, address, date = expected
        if subject and subject.isascii() and "=?" not in subject:
            assert letter.subject == subject, path
        if address.count("@") == 1 and "," not in address:
            assert letter.sender.address == address, path
        if date is not None and date.tzinfo is not None:
            assert letter.written_at == date, path
        compared += 1
    assert compared > len(LETTERS) * 0.9


def _expected(raw: bytes) -> tuple[str, str, datetime | None]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    sender, date = message["from"], message["date"]
    # Of "a@x <b@y>" it takes the first, which is the name.
    is_plain = str(email.message_from_bytes(raw)["from"]).count("@") == 1
    address = sender.addresses[0].addr_spec if sender and sender.addresses and is_plain else ""
    return " ".join(str(message["subject"] or "").split()), address, date and date.datetime
