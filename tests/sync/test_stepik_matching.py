"""Whose account at Stepik is whose."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.sync.emails import AuthAway, Emails
from services.sync.stepik.matching import service as matching
from services.sync.stepik.matching.errors import AccountTaken, AccountUnknown
from services.sync.stepik.matching.trying import PEOPLE_A_PASS
from tests.support.system import person
from tests.sync.stepik_reading import SEEDED, Reading, account, reading

LENA, OLEG, BY = UUID(int=1), UUID(int=2), UUID(int=9)


async def by_hand(stepik: Reading, person_id: UUID, user_id: int) -> None:
    async with stepik.database.transaction() as connection:
        await matching.match_by_hand(connection, person_id, user_id, BY, stepik.clock.now())


async def unmatch(stepik: Reading, person_id: UUID) -> None:
    async with stepik.database.transaction() as connection:
        await matching.unmatch(connection, person_id, BY, stepik.clock.now())


async def tries(stepik: Reading, person_id: UUID = LENA) -> dict[str, str]:
    rows = await stepik.rows(
        "SELECT way, outcome FROM stepik_tries WHERE person_id = $1", person_id
    )
    return {row["way"]: row["outcome"] for row in rows}


async def test_who_has_linked_github_at_stepik_is_found_by_it(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, github_id=person("student").github_id)
        await stepik.read()
        assert await stepik.matched() == {LENA: (account("student"), "github")}
        assert await stepik.asked() == {LENA}


async def test_one_hit_of_a_search_by_the_verified_address_is_a_match(database_url: str) -> None:
    async with reading(database_url, emails={LENA: person("student2").email}) as stepik:
        await stepik.person(LENA)
        await stepik.read()
        assert await stepik.matched() == {LENA: (account("student2"), "email")}


async def test_several_hits_are_no_match(database_url: str) -> None:
    async with reading(database_url, emails={LENA: person("teacher").email}) as stepik:
        await stepik.person(LENA)
        await stepik.read()
        assert await stepik.matched() == {}
        assert await tries(stepik) == {"email": "several"}


async def test_no_hit_is_kept_for_the_administrator(database_url: str) -> None:
    async with reading(database_url, emails={LENA: "nobody@example.org"}) as stepik:
        await stepik.person(LENA, github_id=4711)
        await stepik.read()
        assert await stepik.matched() == {}
        assert await tries(stepik) == {"github": "none", "email": "none"}


async def test_without_a_verified_address_there_is_nothing_to_search_by(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA)
        await stepik.read()
        assert await tries(stepik) == {"email": "none"}
        counts = (await stepik.hub.get("/counts"))["stepik"]
    assert not any("members" in name for name in counts)


async def test_an_account_of_another_person_is_taken(database_url: str) -> None:
    async with reading(database_url, emails={OLEG: person("student2").email}) as stepik:
        await stepik.person(LENA, stepik_id=account("student2"))
        await stepik.person(OLEG)
        await stepik.read()
        assert await stepik.matched() == {LENA: (account("student2"), "sign_in")}
        assert await tries(stepik, OLEG) == {"email": "taken"}


async def test_who_signs_in_at_stepik_is_matched_at_once(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.person(LENA, stepik_id=account("curator"), roles=("curator",))
        assert await stepik.matched() == {LENA: (account("curator"), "sign_in")}
        assert await stepik.asked() == {LENA}


async def test_a_sign_in_takes_the_place_of_what_was_found_otherwise(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, github_id=person("student").github_id)
        await stepik.read()
        await stepik.person(LENA, version=2, stepik_id=account("student2"))
        assert await stepik.matched() == {LENA: (account("student2"), "sign_in")}


async def test_by_hand_beats_all(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await stepik.person(OLEG, stepik_id=account("student"))
        await by_hand(stepik, LENA, account("student"))
        assert await stepik.matched() == {LENA: (account("student"), "by_hand")}
        assert await stepik.asked() == {LENA, OLEG}
        await stepik.person(LENA, stepik_id=account("student2"))
        await stepik.read_again()
        assert await stepik.matched() == {LENA: (account("student"), "by_hand")}
        assert await tries(stepik, OLEG) == {"sign_in": "taken"}


async def test_what_one_administrator_has_matched_is_not_taken_by_another(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.read()
        await by_hand(stepik, LENA, account("student"))
        with pytest.raises(AccountTaken):
            await by_hand(stepik, OLEG, account("student"))
        await by_hand(stepik, LENA, account("student2"))
        await by_hand(stepik, OLEG, account("student"))
        assert {one: user for one, (user, _) in (await stepik.matched()).items()} == {
            LENA: account("student2"),
            OLEG: account("student"),
        }


async def test_an_account_that_no_course_knows_cannot_be_matched_by_hand(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        with pytest.raises(AccountUnknown):
            await by_hand(stepik, LENA, 4711)


async def test_a_match_that_was_taken_back_is_not_made_again_by_itself(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, github_id=person("student").github_id)
        await stepik.read()
        await stepik.execute("UPDATE access_checks SET answered = asks")
        await unmatch(stepik, LENA)
        assert await stepik.asked() == {LENA}
        await stepik.read_again()
        assert await stepik.matched() == {}
        assert (await tries(stepik))["github"] == "refused"
        await by_hand(stepik, LENA, account("student"))
        assert await stepik.matched() == {LENA: (account("student"), "by_hand")}
        assert await tries(stepik) == {}


async def test_undoing_what_is_not_there_is_nothing(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await unmatch(stepik, LENA)
        assert await stepik.asked() == set()


async def test_who_is_deleted_gives_the_account_back(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.person(LENA, version=2, deleted=True)
        await stepik.person(OLEG, stepik_id=account("student"))
        assert await stepik.matched() == {OLEG: (account("student"), "sign_in")}


async def test_an_account_that_is_free_again_is_tried_for_at_the_next_pass(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, stepik_id=account("student"))
        await stepik.person(OLEG, stepik_id=account("student"))
        assert await tries(stepik, OLEG) == {"sign_in": "taken"}
        await stepik.person(LENA, version=2, deleted=True)
        await stepik.read()
        assert await stepik.matched() == {OLEG: (account("student"), "sign_in")}


async def test_each_way_is_tried_again_after_a_day(database_url: str) -> None:
    emails = {LENA: "nobody@example.org"}
    async with reading(database_url, emails=emails) as stepik:
        await stepik.person(LENA)
        await stepik.read()
        emails[LENA] = person("student2").email
        await stepik.read_again()
        assert await stepik.matched() == {}
        stepik.clock.advance(timedelta(days=1))
        await stepik.read()
        assert await stepik.matched() == {LENA: (account("student2"), "email")}


async def test_only_students_are_looked_for(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, github_id=person("student").github_id, roles=("curator",))
        await stepik.person(OLEG, github_id=person("student").github_id, deleted=True)
        await stepik.read()
        assert await stepik.matched() == {}
        assert await tries(stepik) == {}


async def test_a_pass_looks_for_so_many_and_the_next_for_the_others(database_url: str) -> None:
    people = PEOPLE_A_PASS + 10
    async with reading(database_url, courses=(SEEDED,)) as stepik:
        await stepik.hub.post(
            "/stepik/learners", course=SEEDED, count=people, lessons=1, first_github_id=1000
        )
        for number in range(people):
            await stepik.person(UUID(int=number + 1), github_id=1000 + number)
        await stepik.read()
        assert len(await stepik.matched()) == PEOPLE_A_PASS
        await stepik.read_again()
        assert len(await stepik.matched()) == people


async def test_who_was_not_found_does_not_stand_before_who_was_not_looked_for(
    database_url: str,
) -> None:
    async with reading(database_url) as stepik:
        for number in range(PEOPLE_A_PASS):
            await stepik.person(UUID(int=number + 10), github_id=10_000 + number)
        await stepik.read()
        await stepik.person(UUID(int=500), github_id=person("student").github_id)
        stepik.clock.advance(timedelta(days=2))
        await stepik.read()
        assert list(await stepik.matched()) == [UUID(int=500)]


async def test_what_stepik_refuses_is_no_way_that_was_tried(database_url: str) -> None:
    async with reading(database_url) as stepik:
        await stepik.person(LENA, github_id=person("student").github_id)
        await stepik.hub.post(
            "/faults", system="stepik", method="GET /api/social-accounts", status=403, times=1
        )
        await stepik.read()
        assert "github" not in await tries(stepik)
        assert (await stepik.course())["error"] is None
        await stepik.read_again()
        assert await stepik.matched() == {LENA: (account("student"), "github")}


def answering(answer: Any) -> Emails:
    wire = httpx.MockTransport(answer)
    return Emails(httpx.AsyncClient(transport=wire, base_url="http://auth"))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"emails": [1]}),
    ],
    ids=["away", "not JSON", "another shape"],
)
async def test_an_auth_that_does_not_answer_is_no_address_that_is_missing(
    answer: httpx.Response,
) -> None:
    with pytest.raises(AuthAway):
        await answering(lambda _: answer).list_emails([LENA])


async def test_addresses_are_asked_for_by_the_hundred() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"emails": {}})

    await answering(answer).list_emails([UUID(int=n) for n in range(101)])
    assert len(asked) == 2
