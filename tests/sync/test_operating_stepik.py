"""Stepik and Boomstream as administrators see them, and accounts that are matched by hand."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.school.tables import text_of
from tests.sync.operating import LENA, OLEG, STUDENT, Office, office
from tests.sync.watching import COURSE, NOW

HERE = "/sync/stepik"


async def matches(stage: Office) -> dict[UUID, int]:
    rows = await stage.fetch("SELECT person_id, user_id FROM stepik_matches")
    return {row["person_id"]: row["user_id"] for row in rows}


@pytest.mark.parametrize("path", [HERE, f"{HERE}/people/{LENA}", f"{HERE}/learners/501"])
async def test_these_pages_are_administrators_alone(database_url: str, path: str) -> None:
    async with office(database_url) as stage:
        await stage.account(501, "Lena O.")
        assert (await stage.get(path)).status_code == 200
        stage.as_person(LENA, "student", "curator")
        assert (await stage.get(path)).status_code == 403


async def test_a_course_shows_what_its_last_reading_came_to(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.learner(LENA, 501)
        await stage.account(502, "Somebody")
        await stage.do("UPDATE stepik_courses SET requests = 12, changed = 1")
        page = text_of(await stage.read(HERE))
        assert "Python from the desk 2 learners, 1 of them known here" in page
        assert "Read on 20 Nov 2026, 11:00 (Europe/Moscow): 12 requests, 1 change." in page
        assert "Next time on 20 Nov 2026, 11:00" in page
        assert "Stepik is off" not in page


async def test_a_reading_that_fails_says_so(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.do(
            "UPDATE stepik_courses SET failures = 3, error = 'Away: courses <67>',"
            " phase = 'grades', covered = 40, started_at = $1,"
            " paused_until = now() + interval '1 hour', lease_until = now() + interval '1 minute'",
            NOW,
        )
        html = await stage.read(HERE)
        page = text_of(html)
        assert (
            "Stepik does not answer. It is asked again by itself. (Away: courses &lt;67&gt;)"
            in html
        )
        assert "3 failures in a row." in page
        assert "Stepik is not asked for 3600 seconds." in page
        assert "is being read" in page
        assert "40 learners read so far" in page


async def test_read_now_makes_a_course_due(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.do("UPDATE stepik_courses SET next_pass_at = '2030-01-01Z'")
        answer = await stage.post(f"{HERE}/courses/{COURSE}/read")
        assert answer.status_code == 303
        assert "Stepik is being read now." in await stage.read(answer.headers["location"])
        (row,) = await stage.fetch("SELECT next_pass_at FROM stepik_courses")
        assert row["next_pass_at"] == NOW


async def test_where_stepik_and_boomstream_are_off_the_settings_are_named(
    database_url: str,
) -> None:
    off = {"stepik_client_id": "", "stepik_client_secret": None, "stepik_course_id": ()}
    async with office(database_url, with_course=False, data_keys=None, **off) as stage:
        page = text_of(await stage.read(HERE))
        assert "set STEPIK_CLIENT_ID, STEPIK_CLIENT_SECRET, STEPIK_COURSE_ID and start" in page
        assert "set BOOMSTREAM_API_KEY, DATA_KEYS and start again" in page
        assert "Read now" not in page
        assert "No course was read yet, so no account is known." in text_of(
            await stage.read(f"{HERE}?shown=learners")
        )
        assert "Nobody is matched yet." in await stage.read(f"{HERE}?shown=matched")


async def test_boomstream_shows_what_it_compared_and_what_it_refuses(database_url: str) -> None:
    on = {"boomstream_api_key": "a-key-for-tests", "service_secret": "a-secret-for-tests"}
    async with office(database_url, **on) as stage:
        await stage.do(
            "INSERT INTO boomstream_subscriptions"
            " (subscription, next_at, compared_at, missing, extra, strangers)"
            " VALUES ('N5wLwvlW', $1, $2, 1, 2, 3)",
            NOW + timedelta(days=1),
            NOW,
        )
        await stage.do("UPDATE boomstream_calls SET error = 'Invalid API key'")
        video = await stage.video("First")
        await stage.grant(LENA, video)
        await stage.fail(LENA, video, "Media not found")
        page = text_of(await stage.read(HERE))
        assert "The key is refused: set another BOOMSTREAM_API_KEY. (Invalid API key)" in page
        assert "missing there 1, too many there 2, strangers 3." in page
        assert "1 change waits to be sent." in page
        assert "1 opening fails Lena L · First There is no such code at" in page
        (grant,) = await stage.fetch("SELECT grant_id FROM grants")
        path = f"/sync/access/grants/{grant['grant_id']}/retry"
        answer = await stage.post(path, back="stepik")
        assert answer.headers["location"] == f"{HERE}?done=retried#boomstream"


async def test_those_without_an_account_stand_with_the_ways_that_were_tried(
    database_url: str,
) -> None:
    async with office(database_url) as stage:
        await stage.tried(LENA, "email", "several")
        await stage.tried(LENA, "github", "none")
        await stage.learner(OLEG, 502)
        page = text_of(await stage.read(HERE))
        assert "Students without an account 1" in page
        assert "by the e-mail address: several accounts by the GitHub account: nobody" in page
        assert "Oleg" not in page
        told = await stage.json(f"{HERE}?q=nobody")
        assert told["people"]["rows"] == []
        assert told["counts"] == {"people": 1, "learners": 0, "matched": 1}


async def test_an_account_is_matched_from_the_persons_side(database_url: str) -> None:
    async with office(database_url) as stage:
        for number in range(60):
            await stage.account(600 + number, f"Aaa {number:02}")
        await stage.account(501, "L LENA")
        page = await stage.read(f"{HERE}/people/{LENA}")
        # The one that is called so comes first, of all sixty-one.
        assert page.index("L LENA") < page.index("Aaa 00")
        assert 'rel="next"' in page
        assert "LENA" in text_of(await stage.read(f"{HERE}/people/{LENA}?q=501"))
        answer = await stage.post(f"{HERE}/matches", person_id=str(LENA), user_id="501")
        assert answer.headers["location"] == f"{HERE}?done=matched#accounts"
        assert await matches(stage) == {LENA: 501}
        page = text_of(await stage.read(f"{HERE}?shown=matched"))
        assert "Lena L – L LENA № 501 matched by hand (Anna)" in page


async def test_an_account_is_matched_from_its_own_side(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.account(502, "oleg PETROV")
        await stage.person(UUID(int=7), "Aaa First", roles=STUDENT)
        page = text_of(await stage.read(f"{HERE}/learners/502"))
        assert page.index("Oleg B") < page.index("Aaa First")
        assert "Lena" not in text_of(await stage.read(f"{HERE}/learners/502?q=oleg"))
        await stage.post(f"{HERE}/matches", person_id=str(OLEG), user_id="502", start="learner")
        assert await matches(stage) == {OLEG: 502}
        assert (await stage.get(f"{HERE}/learners/7")).status_code == 404
        assert (await stage.get(f"{HERE}/learners/{10**30}")).status_code == 404


async def test_what_is_another_persons_by_hand_is_refused_beside_the_list(
    database_url: str,
) -> None:
    async with office(database_url) as stage:
        await stage.account(501, "Somebody")
        await stage.account(502, "Anybody")
        await stage.post(f"{HERE}/matches", person_id=str(OLEG), user_id="501")
        for start in ("person", "learner"):
            answer = await stage.post(
                f"{HERE}/matches", person_id=str(LENA), user_id="501", start=start
            )
            assert answer.status_code == 409
            assert "matched with somebody else by hand" in answer.text
        unknown = await stage.post(f"{HERE}/matches", person_id=str(LENA), user_id="7")
        assert unknown.status_code == 404
        nobody = await stage.post(f"{HERE}/matches", person_id=str(UUID(int=5)), user_id="502")
        assert nobody.status_code == 404
        assert await matches(stage) == {OLEG: 501}


async def test_what_was_matched_is_taken_apart(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.learner(LENA, 501, 5001)
        answer = await stage.post(f"{HERE}/matches/{LENA}/delete")
        page = text_of(await stage.read(answer.headers["location"]))
        assert "The account is nobody's again." in page
        assert await matches(stage) == {}
        assert (await stage.post(f"{HERE}/matches/{LENA}/delete", csrf="x")).status_code == 403


async def test_accounts_are_found_by_name_or_number(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.account(501, "Lena O.")
        await stage.account(502, "")
        told = await stage.json(f"{HERE}?shown=learners&q=LENA")
        assert [one["user_id"] for one in told["learners"]["rows"]] == [501]
        told = await stage.json(f"{HERE}?shown=learners&q=502")
        assert [one["user_id"] for one in told["learners"]["rows"]] == [502]
        assert "№ 502" in text_of(await stage.read(f"{HERE}?shown=learners"))
