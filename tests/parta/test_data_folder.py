import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from parta.data_folder import DataFolder, DataFolderInUse, DataFolderUnusable, default_data_path

OPEN_AND_WAIT = """
import sys
from pathlib import Path
from parta.data_folder import DataFolder
folder = DataFolder.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with DataFolder.open(tmp_path / "data") as folder:
        yield folder


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another Parta that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_folder_we_make_is_shut_to_others(folder: DataFolder) -> None:
    assert _mode(folder.path) == 0o700


def test_a_folder_that_holds_something_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    tmp_path.chmod(0o755)
    with DataFolder.open(tmp_path):
        assert _mode(tmp_path) == 0o755


def test_the_process_that_holds_the_folder_is_named(
    tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    with pytest.raises(DataFolderInUse, match=rf"process {other_process.pid}\b"):
        DataFolder.open(tmp_path / "data")


def test_a_killed_process_leaves_no_lock(
    tmp_path: Path, other_process: subprocess.Popen[str]
) -> None:
    other_process.kill()
    other_process.wait(10)
    with DataFolder.open(tmp_path / "data"):
        pass


def test_a_closed_folder_can_be_opened_again(folder: DataFolder) -> None:
    folder.close()
    with DataFolder.open(folder.path):
        pass


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderUnusable, match="file"):
        DataFolder.open(tmp_path / "file")


def test_a_secret_is_made_once_and_kept(folder: DataFolder) -> None:
    assert folder.secret("session", lambda: "first") == "first"
    assert folder.secret("session", lambda: "second") == "first"
    folder.close()
    with DataFolder.open(folder.path) as again:
        assert again.secret("session", lambda: "third") == "first"


def test_secrets_are_for_their_owner_alone(folder: DataFolder) -> None:
    folder.secret("session", lambda: "value")
    assert _mode(folder.path / "secrets.json") == 0o600


def test_threads_that_ask_at_once_get_the_same_secret(folder: DataFolder) -> None:
    with ThreadPoolExecutor(8) as threads:
        values = [threads.submit(folder.secret, "key", partial(str, n)) for n in range(32)]
    assert len({value.result() for value in values}) == 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"session": 1}'])
def test_damaged_secrets_are_never_replaced_by_new_ones(folder: DataFolder, damage: str) -> None:
    folder.secret("session", lambda: "value")
    (folder.path / "secrets.json").write_text(damage)
    with pytest.raises(DataFolderUnusable, match=r"secrets\.json is damaged"):
        folder.secret("session", lambda: "new")
    assert (folder.path / "secrets.json").read_text() == damage


def test_a_secret_whose_making_fails_leaves_the_others_in_place(folder: DataFolder) -> None:
    folder.secret("session", lambda: "value")
    with pytest.raises(ZeroDivisionError):
        folder.secret("other", lambda: str(1 // 0))
    assert json.loads((folder.path / "secrets.json").read_text()) == {"session": "value"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root shares the folder with a system user")
def test_as_root_only_the_group_of_postgres_may_pass_through() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="parta-") as place,
        DataFolder.open(Path(place)) as folder,
    ):
        assert folder.for_postgres() == Path(place, "postgres")
        assert _mode(folder.path) == 0o710
        assert folder.path.stat().st_gid != 0


def test_root_has_a_place_of_its_own() -> None:
    expected = "/var/lib/parta" if os.geteuid() == 0 else ".parta"
    assert default_data_path() == Path(expected)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
