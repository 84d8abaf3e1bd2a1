"""Who may watch what: the list, one person, decisions with reasons, the file."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.sync.operating.people import service
from tests.school.tables import rows_of, text_of
from tests.sync.operating import ADMIN, LENA, NOW, OLEG, STUDENT, Office, office

PERSON = f"/sync/access/people/{LENA}"


async def names(stage: Office, query: str) -> list[str]:
    """Whom the list has."""
    told = await stage.json(f"/sync/access?{query}")
    return [one["name"] for one in told["people"]]


PLACES = ["/sync/access", PERSON, "/sync/access/resources", "/sync/access/resources/new"]


@pytest.mark.parametrize("path", PLACES)
async def test_these_pages_are_administrators_alone(database_url: str, path: str) -> None:
    async with office(database_url) as stage:
        stage.as_person(LENA, "student", "curator", "teacher")
        assert (await stage.get(path)).status_code == 403
        stage.sync.client.headers.pop("X-Parta-Identity")
        answer = await stage.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")


async def test_everybody_who_learns_is_listed_with_what_is_open(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.learner(LENA, 501, 5001)
        first, second = await stage.video("First"), await stage.video("Second")
        await stage.video("Nobody's")
        await stage.video("Old", archived=True)
        await stage.grant(LENA, first)
        await stage.grant(LENA, second, granted=False)
        await stage.grant(OLEG, first, decision="deny", granted=False)
        told = await stage.json("/sync/access")
        lena, oleg = told["people"]
        assert (lena["name"], lena["stepik_id"], lena["open"], lena["opening"]) == (
            "Lena L",
            501,
            1,
            1,
        )
        assert lena["reached"] == [{"course": "Python from the desk", "per_cent": 33}]
        assert (oleg["stepik_id"], oleg["open"], oleg["denied"], oleg["reached"]) == (
            None,
            0,
            1,
            [],
        )
        page = text_of(await stage.read("/sync/access"))
        assert "Lena L № 501 33 % 1 of 3 1 is being opened" in page
        assert "Oleg B not known 0 of 3 1 denied" in page
        assert "Anna" not in page


async def test_the_list_is_narrowed_by_name_by_video_and_by_how_it_stands(
    database_url: str,
) -> None:
    async with office(database_url) as stage:
        first, second = await stage.video("First"), await stage.video("Second")
        await stage.grant(LENA, first)
        await stage.grant(OLEG, second)
        await stage.fail(OLEG, second, "Media not found")
        both = ["Lena L", "Oleg B"]
        assert await names(stage, "q=OLEG") == ["Oleg B"]
        assert await names(stage, "q=nobody") == []
        assert await names(stage, f"resource={first}") == both
        assert await names(stage, f"resource={first}&standing=open") == ["Lena L"]
        assert await names(stage, f"resource={first}&standing=closed") == ["Oleg B"]
        assert await names(stage, f"resource={second}&standing=closed") == both
        assert await names(stage, f"resource={second}&standing=failing") == ["Oleg B"]
        assert await names(stage, "standing=open") == ["Lena L"]
        assert await names(stage, "standing=failing") == ["Oleg B"]
        assert await names(stage, "standing=decided") == []
        page = await stage.read("/sync/access?q=nobody&standing=open")
        assert "Nobody is found by this." in page
        assert 'value="nobody"' in page


async def test_what_has_run_out_is_not_open(database_url: str) -> None:
    async with office(database_url) as stage:
        video = await stage.video("First")
        await stage.grant(LENA, video, expires_at=NOW - timedelta(seconds=1))
        assert await names(stage, "standing=open") == []
        assert "has run out" in await stage.read(PERSON)


async def test_fifty_people_are_on_a_page(database_url: str) -> None:
    async with office(database_url) as stage:
        for number in range(60):
            await stage.person(UUID(int=1000 + number), f"Student {number:02}", roles=STUDENT)
        first, second = await stage.json("/sync/access"), await stage.json("/sync/access?page=2")
        assert (len(first["people"]), first["has_next"]) == (50, True)
        assert (len(second["people"]), second["has_next"]) == (12, False)
        page = await stage.read("/sync/access?q=student&page=2")
        assert "q=student&amp;resource=&amp;standing=&amp;page=1" in page
        assert (await stage.get("/sync/access?page=0")).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%A0%80", "q=" + "x" * 5000, "q=%27%3B--", "standing=", "resource="],
    ids=["nul", "half-a-pair", "long", "quotes", "no-standing", "no-resource"],
)
async def test_odd_queries_are_answered(database_url: str, query: str) -> None:
    async with office(database_url) as stage:
        assert (await stage.get(f"/sync/access?{query}")).status_code == 200


async def test_the_file_has_each_person_with_each_video(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PEOPLE_AT_ONCE", 1)
    async with office(database_url) as stage:
        first, second = await stage.video("First"), await stage.video("=Second")
        await stage.grant(LENA, first, expires_at=NOW + timedelta(days=1))
        await stage.grant(LENA, second, decision="deny", reason="-1", granted=False)
        await stage.grant(OLEG, second)
        await stage.fail(OLEG, second, "Media not found")
        stage.as_person(ADMIN, "administrator", locale="ru")
        header, *rows = rows_of((await stage.get("/sync/access?format=csv")).content)
        assert header[:4] == ["Человек", "Видео", "Открыто", "С какого времени (Europe/Moscow)"]
        assert rows[:3] == [
            ["Lena L", "First", "да", "2026-11-20 12:00", "2026-11-21 12:00", "", "", ""],
            ["Lena L", "'=Second", "нет", "", "", "запрещено", "'-1", ""],
            ["Oleg B", "First", "нет", "", "", "", "", ""],
        ]
        assert rows[3][7].endswith(" (Media not found)")
        assert len(rows) == 4
        answer = await stage.get(f"/sync/access?format=csv&resource={second}&standing=failing")
        assert [row[0] for row in rows_of(answer.content)[1:]] == ["Oleg B"]


async def test_one_person_is_shown_with_every_video_and_why(database_url: str) -> None:
    async with office(database_url) as stage:
        await stage.learner(LENA, 501, 5001)
        opened = await stage.video("Opened", lesson_id=5001)
        await stage.video("Waits", lesson_id=5002)
        denied = await stage.video("Taken", lesson_id=5001)
        await stage.grant(LENA, opened)
        await stage.grant(LENA, denied, decision="deny", reason="Shared it", granted=False)
        page = text_of(await stage.read(PERSON))
        assert "Python from the desk: 33 %" in page
        assert "Opened open Since 20 Nov 2026, 12:00 (Europe/Moscow)." in page
        assert "Waits closed Still missing: pass the lesson “Numbers”" in page
        assert "Taken denied Denied by —: Shared it" in page
        assert (await stage.get(f"/sync/access/people/{uuid4()}")).status_code == 404
        assert (await stage.get("/sync/access/people/nobody")).status_code == 404


async def test_a_decision_has_a_reason_and_stands_in_the_journal(database_url: str) -> None:
    async with office(database_url) as stage:
        video = await stage.video("First", lesson_id=5001)
        answer = await stage.post(
            f"{PERSON}/resources/{video}", decision="allow", reason="Was ill\nlast week"
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{PERSON}?done=decided#r{video}"
        page = text_of(await stage.read(f"{PERSON}?done=decided"))
        assert "Decided and written down." in page
        assert "is being opened Allowed by Anna: Was ill last week" in page
        assert "First: allowed , Anna" in page.replace("allowed,", "allowed ,")
        await stage.post(f"{PERSON}/resources/{video}", decision="deny", reason="A mistake")
        assert "Denied by Anna: A mistake" in text_of(await stage.read(PERSON))
        await stage.post(f"{PERSON}/resources/{video}", decision="rule", reason="Enough")
        page = text_of(await stage.read(PERSON))
        assert "closed Still missing: pass the lesson “Names”" in page
        assert page.index("left to the rule again") < page.index("First: denied")
        assert page.index("First: denied") < page.index("First: allowed")


@pytest.mark.parametrize("decision", ["allow", "deny", "rule"])
@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501], ids=["none", "blank", "long"])
async def test_without_a_right_reason_nothing_is_decided_and_what_was_entered_stays(
    database_url: str, decision: str, reason: str
) -> None:
    async with office(database_url) as stage:
        video, other = await stage.video("First"), await stage.video("Second")
        answer = await stage.post(f"{PERSON}/resources/{video}", decision=decision, reason=reason)
        assert answer.status_code == 422
        assert answer.text.count("Please give a reason of at most 500 characters") == 1
        field = answer.text.split(f'id="reason-{video}"', 1)[1].split("</textarea>", 1)[0]
        assert 'aria-invalid="true"' in field
        assert field.endswith(reason.replace("\n", "\r\n") or "\n") or reason in field
        assert answer.text.count("<details open>") == 1
        assert f'id="reason-{other}"' in answer.text
        assert await stage.fetch("SELECT FROM grants") == []
        assert await stage.fetch("SELECT FROM access_journal") == []


async def test_a_decision_about_nobody_or_nothing_is_refused(database_url: str) -> None:
    async with office(database_url) as stage:
        video = await stage.video("First")
        known = {"decision": "allow", "reason": "Why not"}
        nobody = f"/sync/access/people/{uuid4()}/resources/{video}"
        assert (await stage.post(nobody, **known)).status_code == 404
        assert (await stage.post(f"{PERSON}/resources/{uuid4()}", **known)).status_code == 404
        wrong = await stage.post(f"{PERSON}/resources/{video}", decision="burn", reason="x")
        assert wrong.status_code == 422
        forged = await stage.post(f"{PERSON}/resources/{video}", csrf="wrong", **known)
        assert forged.status_code == 403
        stage.as_person(LENA, "student")
        assert (await stage.post(f"{PERSON}/resources/{video}", **known)).status_code == 403
        assert await stage.fetch("SELECT FROM grants") == []


async def test_without_keys_a_decision_says_what_is_not_set(database_url: str) -> None:
    async with office(database_url, data_keys=None) as stage:
        video = await stage.video("First")
        answer = await stage.post(f"{PERSON}/resources/{video}", decision="allow", reason="Ill")
        assert answer.status_code == 503
        assert "DATA_KEYS is not set" in answer.text


async def test_what_fails_says_why_and_is_tried_again(database_url: str) -> None:
    async with office(database_url) as stage:
        video = await stage.video("First")
        await stage.grant(LENA, video)
        await stage.fail(LENA, video, "Media not found")
        page = text_of(await stage.read(PERSON))
        assert "There is no such code at Boomstream: correct it in the video. (Media not" in page
        assert "2 attempts. Next time on" in page
        (grant,) = await stage.fetch("SELECT grant_id, next_try_at FROM grants")
        path = f"/sync/access/grants/{grant['grant_id']}/retry"
        answer = await stage.post(path, back="person")
        assert answer.headers["location"] == f"{PERSON}?done=retried"
        (after,) = await stage.fetch("SELECT next_try_at FROM grants")
        assert after["next_try_at"] == NOW
        await stage.do("UPDATE grants SET granted = wanted, error = NULL")
        gone = await stage.post(path, back="person")
        assert gone.status_code == 404
        assert "it has succeeded meanwhile" in gone.text


async def test_all_that_fails_is_tried_again_and_nothing_else(database_url: str) -> None:
    async with office(database_url) as stage:
        first, second = await stage.video("First"), await stage.video("Second")
        for person_id in (LENA, OLEG):
            await stage.grant(person_id, first)
            await stage.fail(person_id, first, "Invalid API key")
        await stage.grant(LENA, second, granted=False)
        await stage.do("UPDATE grants SET next_try_at = '2030-01-01Z'")
        answer = await stage.post("/sync/access/grants/retry")
        assert answer.headers["location"] == "/sync/stepik?done=retried#boomstream"
        rows = await stage.fetch("SELECT resource_id FROM grants WHERE next_try_at = $1", NOW)
        assert [row["resource_id"] for row in rows] == [first, first]


async def test_where_there_is_nothing_the_page_says_what_to_do_next(database_url: str) -> None:
    async with office(database_url, with_course=False) as stage:
        assert "/sync/access/resources/new" in await stage.read("/sync/access")
        assert "/sync/access/resources/new" in await stage.read(PERSON)
        assert f"/sync/stepik/people/{LENA}" in await stage.read(PERSON)
        await stage.do("UPDATE people SET roles = '{}'")
        assert "There are no students yet" in await stage.read("/sync/access")
