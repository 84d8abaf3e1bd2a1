"""`parta sync stepik --once`."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from parta import cli
from shared.log import configure_logging
from tests.sync.stepik_reading import COURSE, Reading, account, beside, reading

LENA = UUID(int=1)
LISTS = 670203


@pytest.fixture
def told(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> Iterator[pytest.MonkeyPatch]:
    """Nothing but this test's database is in the environment; `.env` is nobody's."""
    monkeypatch.chdir(str(tmp_path))
    for name in ("STEPIK_CLIENT_ID", "STEPIK_CLIENT_SECRET", "STEPIK_COURSE_ID", "SERVICE_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    yield monkeypatch
    configure_logging()
    logging.getLogger().handlers.clear()


@contextmanager
def set_up(told: pytest.MonkeyPatch, stepik: Reading, course: int = COURSE) -> Iterator[None]:
    hub = stepik.hub.settings
    with told.context() as patch:
        patch.setenv("STEPIK_URL", f"{hub.url}/stepik")
        patch.setenv("STEPIK_CLIENT_ID", hub.stepik_client_id)
        patch.setenv("STEPIK_CLIENT_SECRET", hub.stepik_client_secret)
        patch.setenv("STEPIK_COURSE_ID", str(course))
        yield


async def run(*more: str) -> int:
    """The command as it is, in a thread and a loop of its own."""
    return await asyncio.to_thread(cli.run, ["sync", "stepik", "--once", *more])


async def test_it_reads_at_once_and_says_who_passed_what(
    database_url: str, told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(database_url) as stepik:
        with set_up(told, stepik):
            assert await run() == 0
            first = capsys.readouterr().out
            await stepik.pass_lesson("student", LISTS)
            assert await run() == 0
            second = capsys.readouterr().out
            assert await run() == 0
            third = capsys.readouterr().out
    assert "Python from the desk (67): " in first
    assert "First read: " in first
    assert f"({account('student')}) passed: Lists" in second
    assert "First read" not in second
    assert "passed" not in third


async def test_its_json_has_the_same(
    database_url: str, told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        with set_up(told, stepik):
            assert await run("--json") == 0
    said = json.loads(capsys.readouterr().out)
    [course] = said["courses"]
    assert said["read"] is True
    assert (course["course_id"], course["matched"], course["own"]) == (COURSE, 1, True)
    assert said["new"] == course["learners"]


async def test_it_ends_with_1_when_stepik_cannot_be_read(
    database_url: str, told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(database_url) as stepik:
        with set_up(told, stepik):
            await stepik.hub.post("/faults", system="stepik", status=503, times=50)
            assert await run() == 1
    assert "not read: Away" in capsys.readouterr().out


async def test_it_ends_with_1_when_the_course_is_not_there(
    database_url: str, told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(database_url) as stepik:
        with set_up(told, stepik, course=4711):
            assert await run() == 1
    assert "not read: Missing" in capsys.readouterr().out


async def test_without_credentials_it_names_what_is_missing(
    told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run() == 2
    assert capsys.readouterr().err == "parta: STEPIK_CLIENT_ID: is not set\n"


async def test_without_once_it_is_misuse(told: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(["sync", "stepik"])
    assert ended.value.code == 2


async def test_it_waits_for_another_process_that_reads(
    database_url: str, told: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(database_url) as stepik, beside(stepik, database_url) as other:
        held = asyncio.Event()
        go_on = asyncio.Event()
        grades = other.stepik.client.get_grades

        async def slowly(course_id: int, page: int) -> object:
            held.set()
            await go_on.wait()
            return await grades(course_id, page)

        other.stepik.client.get_grades = slowly  # type: ignore[method-assign, assignment]
        others = asyncio.create_task(other.read())
        await held.wait()
        with set_up(told, stepik):
            command = asyncio.create_task(run())
            while "Another process" not in (said := capsys.readouterr().err):
                assert not said
                assert not command.done()
                await asyncio.sleep(0)
            go_on.set()
            assert await command == 0
        assert await others == 1
        assert (await stepik.course())["pass_number"] == 1
    assert "another process read it" in capsys.readouterr().out
