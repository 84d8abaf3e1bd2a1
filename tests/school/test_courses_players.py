"""Videos and slides in frames: who may see them, and what their pages may load."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.school.courses import School, school

VIDEO_URL = "https://youtu.be/aB3_-fGhIjK"
SLIDES_URL = "https://docs.google.com/presentation/d/1aB3_-fGhIjKlMnOpQr/edit"


async def lesson_of(known: School, *, week: int = 2) -> tuple[UUID, UUID, UUID, UUID]:
    """A lesson of a week of a stream with one team: its id, the team's student and curator, and
    the student of a team elsewhere."""
    slug = await known.course()
    program_id = await known.program(slug)
    lesson_id = await known.lesson(
        await known.week(program_id, week), video_url=VIDEO_URL, slides_url=SLIDES_URL
    )
    student, curator, stranger = (UUID(int=number) for number in (1, 2, 3))
    await known.team(await known.stream(slug, program_id=program_id), student, curator_id=curator)
    await known.team(await known.stream(slug, 2), stranger, curator_id=stranger)
    return lesson_id, student, curator, stranger


async def test_a_student_sees_a_lesson_from_the_midnight_on_which_its_week_opens(
    database_url: str,
) -> None:
    async with school(database_url) as known:
        lesson_id, student, _, _ = await lesson_of(known)
        known.as_person("student", person_id=student)
        known.clock.at = datetime(2026, 9, 7, 20, 59, 59, tzinfo=UTC)
        assert (await known.get(f"/school/lessons/{lesson_id}/video")).status_code == 404
        known.clock.at = datetime(2026, 9, 7, 21, 0, tzinfo=UTC)
        for kind in ("video", "slides"):
            assert (await known.get(f"/school/lessons/{lesson_id}/{kind}")).status_code == 200
        known.clock.at = datetime(2028, 1, 1, tzinfo=UTC)
        assert (await known.get(f"/school/lessons/{lesson_id}/video")).status_code == 200


async def test_curators_of_its_teams_and_administrators_see_it_before(database_url: str) -> None:
    async with school(database_url) as known:
        lesson_id, _, curator, _ = await lesson_of(known)
        for roles, person_id in (((), curator), (("administrator",), UUID(int=9))):
            known.as_person(*roles, person_id=person_id)
            assert (await known.get(f"/school/lessons/{lesson_id}/video")).status_code == 200


async def test_for_everybody_else_there_is_no_such_lesson(database_url: str) -> None:
    async with school(database_url) as known:
        lesson_id, student, _, stranger = await lesson_of(known)
        known.clock.at = datetime(2026, 10, 1, tzinfo=UTC)
        for person_id in (stranger, UUID(int=9)):
            known.as_person("student", "curator", "teacher", person_id=person_id)
            for kind in ("video", "slides"):
                answer = await known.get(f"/school/lessons/{lesson_id}/{kind}")
                assert answer.status_code == 404
                assert "Loops" not in answer.text
        await known.rows("DELETE FROM group_members WHERE person_id = $1", student)
        known.as_person("student", person_id=student)
        assert (await known.get(f"/school/lessons/{lesson_id}/video")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "host", "player"),
    [
        ("video", "www.youtube-nocookie.com", "/embed/aB3_-fGhIjK"),
        ("slides", "docs.google.com", "/presentation/d/1aB3_-fGhIjKlMnOpQr/embed"),
    ],
)
async def test_a_players_page_may_frame_exactly_its_host_and_nothing_else_changes(
    database_url: str, kind: str, host: str, player: str
) -> None:
    async with school(database_url) as known:
        lesson_id, *_ = await lesson_of(known)
        answer = await known.get(f"/school/lessons/{lesson_id}/{kind}")
        plain = await known.get(f"/school/lessons/{lesson_id}/edit")
    usual = plain.headers["content-security-policy"]
    assert "frame-src" not in usual
    assert answer.headers["content-security-policy"] == f"{usual}; frame-src https://{host}"
    assert f'src="https://{host}{player}"' in answer.text
    assert 'referrerpolicy="strict-origin-when-cross-origin"' in answer.text


async def test_a_lesson_without_a_video_has_no_page_of_one(database_url: str) -> None:
    async with school(database_url) as known:
        week_id = await known.week(await known.program(await known.course()), 1)
        lesson_id = await known.lesson(week_id)
        for kind in ("video", "slides"):
            assert (await known.get(f"/school/lessons/{lesson_id}/{kind}")).status_code == 404
