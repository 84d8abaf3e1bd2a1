"""`parta read`: letters in files to lines of JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from parta import cli
from shared.events import SERVICES

KEYS = {
    "id", "subject", "sender", "deadline", "event_at", "places", "category", "urgent",
    "urgent_reason", "awaits_answer", "hashtags", "proof", "error",
}  # fmt: skip
LETTER = b"From: Anna <anna@example.org>\nSubject: Plan %d\n\nCould you send the plan?\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parta", "read", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write(folder: Path, count: int) -> Sequence[str]:
    files = [folder / f"letter-{number}.eml" for number in range(count)]
    for number, file in enumerate(files):
        file.write_bytes(LETTER % number)
    return [str(file) for file in files]


def test_a_line_a_letter_in_the_files_order(tmp_path: Path) -> None:
    done = run(*write(tmp_path, 9), "--zone", "Europe/Moscow", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [line["id"] for line in lines] == [f"letter-{number}" for number in range(9)]
    assert set(lines[0]) == KEYS
    assert lines[0]["subject"] == "Plan 0"
    assert lines[0]["sender"]["address"] == "anna@example.org"
    assert lines[0]["error"] is None


def test_a_person_gets_words(tmp_path: Path) -> None:
    done = run(*write(tmp_path, 1), "--zone", "Europe/Moscow")
    assert done.stdout.startswith("letter-0: Plan 0 (Anna): ")


def test_a_file_that_is_not_there_is_said_before_any_is_read(tmp_path: Path) -> None:
    done = run(*write(tmp_path, 1), str(tmp_path / "none.eml"), "--zone", "UTC", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"parta: {tmp_path}/none.eml: No such file or directory\n"


def test_a_folder_is_no_letter(tmp_path: Path) -> None:
    done = run(str(tmp_path), "--zone", "UTC", "--json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_letter_that_cannot_be_read_has_its_error(tmp_path: Path) -> None:
    file = tmp_path / "deep.eml"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40)
    )
    file.write_bytes(b"Subject: Deep\n" + nested)
    done = run(str(file), "--zone", "UTC", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["subject"]) == (0, "Deep")
    assert said["error"] == "its parts lie too deep: the outer ones were read"


def test_whoever_listens_no_longer_gets_no_complaint(tmp_path: Path) -> None:
    files = write(tmp_path, 20)
    command = [sys.executable, "-m", "parta", "read", *files, "--zone", "UTC", "--json"]
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--zone", "Nowhere/Land"], id="no such zone"),
        pytest.param([], id="no zone"),
        pytest.param(["--zone", "UTC", "--received", "today"], id="no moment"),
    ],
)
def test_misuse_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.run(["read", "a.eml", *arguments])
    assert stopped.value.code == 2
    assert "parta read: error" in capsys.readouterr().err


def test_a_received_moment_is_read_in_the_zone() -> None:
    assert cli._moment("2026-03-10T09:30") == datetime(2026, 3, 10, 9, 30)  # noqa: DTZ001


def test_the_command_line_knows_the_services_without_loading_them() -> None:
    assert cli.SERVICES == SERVICES
