"""Stepik as a part of sync: its settings, its due row, what `/readyz` says."""

from typing import Any

import pytest
from pydantic import SecretStr

from services.sync.settings import SyncSettings
from shared.settings import WrongSetting
from tests.sandbox.serving import serve
from tests.sync.asking import asking
from tests.sync.stepik_reading import COURSE

SET: dict[str, Any] = {"stepik_client_id": "id", "stepik_client_secret": SecretStr("secret")}


def read(**told: Any) -> SyncSettings:
    return SyncSettings.read(database_url=SecretStr("postgresql://nowhere"), **told)


@pytest.mark.parametrize(
    ("told", "courses"),
    [("67", (67,)), (" 67, 68 ,67,", (67, 68)), ("", ())],
    ids=["one", "several", "none"],
)
def test_courses_are_numbers_with_commas(told: str, courses: tuple[int, ...]) -> None:
    assert read(**SET, stepik_course_id=told).stepik_course_id == courses


@pytest.mark.parametrize(
    "told",
    ["python", "67;68", "-1", "0", "1" * 30, ",".join(str(one) for one in range(1, 22))],
    ids=["a word", "a semicolon", "below zero", "zero", "too long", "too many"],
)
def test_what_is_no_course_stops_the_start(told: str) -> None:
    with pytest.raises(WrongSetting, match="STEPIK_COURSE_ID"):
        read(**SET, stepik_course_id=told)


@pytest.mark.parametrize("minutes", [0, 1441])
def test_minutes_have_their_bounds(minutes: int) -> None:
    with pytest.raises(WrongSetting, match="STEPIK_SYNC_MINUTES"):
        read(stepik_sync_minutes=minutes)


@pytest.mark.parametrize("name", ["stepik_client_id", "stepik_client_secret", "stepik_course_id"])
def test_without_any_of_the_three_it_is_off(name: str) -> None:
    told = {**SET, "stepik_course_id": "67"}
    assert read(**told).reads_stepik
    del told[name]
    assert not read(**told).reads_stepik


async def test_where_it_is_off_readyz_says_so_and_nothing_is_due(database_url: str) -> None:
    async with asking(database_url) as sync:
        told = (await sync.client.get("/readyz")).json()
        assert "STEPIK_CLIENT_ID" in told["stepik"]["off"]
        assert "read_stepik" not in {due.name for due in sync.service.due}


async def test_where_it_is_on_its_row_is_due_and_readyz_says_how_it_stands(
    database_url: str,
) -> None:
    async with serve() as hub:
        await hub.post("/stepik/settings", rate=None)
        async with asking(
            database_url,
            stepik_url=f"{hub.settings.url}/stepik",
            stepik_client_id=hub.settings.stepik_client_id,
            stepik_client_secret=SecretStr(hub.settings.stepik_client_secret),
            stepik_course_id=str(COURSE),
        ) as sync:
            [due] = [due for due in sync.service.due if due.name == "read_stepik"]
            assert await due.run(sync.service.database, sync.clock) == 1
            told = (await sync.client.get("/readyz")).json()
            metrics = (await sync.client.get("/metrics")).text
    assert told["stepik"] == {
        str(COURSE): {"phase": "rest", "waits_seconds": 0.0, "failures": 0, "error": None}
    }
    assert told["heard_at"]["stepik"] is not None
    assert 'parta_stepik_asked_total{answer="200",path="course-grades"}' in metrics
