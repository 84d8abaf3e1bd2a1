"""Chats that the bot links to courses, streams and teams: the newest word counts."""

from typing import Any, Literal
from uuid import UUID, uuid4

import pytest

from services.school.courses.service import link_chat
from shared.events import ChatLinked
from tests.school.courses import School, school

Place = Literal["course", "stream", "team"]
PLACES: tuple[Place, ...] = ("course", "stream", "team")
TABLES = {"course": "courses", "stream": "streams", "team": "groups"}


async def place_of(known: School, place: Place) -> UUID:
    """Something that a chat can be linked to."""
    stream_id = await known.stream(await known.course())
    team_id = await known.team(stream_id)
    course_id: UUID = await known.one("SELECT course_id FROM courses")
    return {"course": course_id, "stream": stream_id, "team": team_id}[place]


async def hear(known: School, place: Place, place_id: UUID, version: int, **facts: Any) -> None:
    event = ChatLinked(
        place=place,
        place_id=place_id,
        version=version,
        title="The chat",
        linked_at=known.clock.now(),
        **{"chat_id": -100, **facts},
    )
    async with known.database.transaction() as connection:
        await link_chat(connection, event, known.clock)


async def chat_of(known: School, place: Place) -> str | None:
    found: str | None = await known.one(f"SELECT chat_url FROM {TABLES[place]}")
    return found


@pytest.mark.parametrize("place", PLACES)
async def test_a_link_is_shown_and_its_end_takes_it_away(database_url: str, place: Place) -> None:
    async with school(database_url) as known:
        place_id = await place_of(known, place)
        await hear(known, place, place_id, 1, url="https://t.me/+one")
        assert await chat_of(known, place) == "https://t.me/+one"
        await hear(known, place, place_id, 2, url="https://t.me/+two")
        await hear(known, place, place_id, 1, url="https://t.me/+one")
        assert await chat_of(known, place) == "https://t.me/+two"
        await hear(known, place, place_id, 3, linked=False)
        assert await chat_of(known, place) is None
        await hear(known, place, place_id, 2, url="https://t.me/+two")
        assert await chat_of(known, place) is None


@pytest.mark.parametrize("place", PLACES)
async def test_what_an_administrator_entered_outlives_the_end_of_a_link(
    database_url: str, place: Place
) -> None:
    async with school(database_url) as known:
        place_id = await place_of(known, place)
        await known.rows(f"UPDATE {TABLES[place]} SET chat_url = 'https://t.me/by_hand'")
        await hear(known, place, place_id, 1)
        await hear(known, place, place_id, 2, linked=False)
        assert await chat_of(known, place) == "https://t.me/by_hand"
        await hear(known, place, place_id, 3, url="https://t.me/+one")
        assert await chat_of(known, place) == "https://t.me/+one"
        await known.rows(f"UPDATE {TABLES[place]} SET chat_url = 'https://t.me/by_hand'")
        await hear(known, place, place_id, 4, url="https://t.me/+one", linked=False)
        assert await chat_of(known, place) == "https://t.me/by_hand"


async def test_a_link_of_another_chat_without_an_address_takes_the_first_ones_away(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        place_id = await place_of(known, "team")
        await hear(known, "team", place_id, 1, url="https://t.me/+one")
        await hear(known, "team", place_id, 2, chat_id=-200)
        assert await chat_of(known, "team") is None


async def test_an_address_that_no_administrator_could_enter_is_not_shown(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        place_id = await place_of(known, "course")
        await hear(known, "course", place_id, 1, url="javascript:alert(1)")
        assert await chat_of(known, "course") is None


async def test_a_place_that_is_not_there_is_no_failure_and_touches_no_other(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        stream_id = await place_of(known, "stream")
        await hear(known, "stream", uuid4(), 1, url="https://t.me/+one")
        await hear(known, "course", stream_id, 1, url="https://t.me/+one")
        for place in PLACES:
            assert await chat_of(known, place) is None
