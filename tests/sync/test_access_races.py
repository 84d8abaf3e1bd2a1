"""Two things at the same moment: an operator and a call, a deletion and a decision."""

from datetime import timedelta
from uuid import UUID

import httpx

from services.sync.access.checks.repository import ask
from services.sync.access.checks.service import Checker
from services.sync.access.grants.repository import Decision, Earned, close_for_gone, earn
from services.sync.access.grants.service import decide
from services.sync.access.grants.telling import tell_access
from services.sync.access.looking import look
from services.sync.stepik.matching import service as matching
from shared.events import PersonChanged
from shared.people import project_people
from tests.support.system import person
from tests.sync.opening import RING, Opening, opening
from tests.sync.stepik_reading import account, reading
from tests.sync.test_boomstream_granting import Interfering

OPERATOR = UUID(int=0xE)


async def says(house: Opening, lena: UUID, video: UUID, decision: Decision | None) -> None:
    """An operator's word, as their page writes it."""
    async with house.database.transaction() as connection:
        await decide(connection, lena, video, decision, "because", OPERATOR, house.clock, ring=RING)


async def told(house: Opening, lena: UUID, *, version: int = 1, deleted: bool = False) -> None:
    """auth tells of a person."""
    name, roles = ("", ()) if deleted else ("Lena", ("student",))
    event = PersonChanged(person_id=lena, version=version, name=name, roles=roles, deleted=deleted)
    async with house.database.transaction() as connection:
        await project_people(connection, [event], house.clock)
        await ask(connection, [lena])


async def test_who_is_denied_while_the_call_is_lost_on_its_way_is_gone_at_once(
    database_url: str,
) -> None:
    """Boomstream has let them in, and nobody here knows: it is not left to tomorrow's list."""
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)

        async def deny_and_lose() -> None:
            await says(house, lena, video, "deny")
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, deny_and_lose)
        await house.granter().grant_some(house.database, house.clock)
        assert len(await house.buyers()) == 1, "it was done there"
        house.wrap = lambda inner: inner
        await house.let_waits_pass()
        await house.work()
        assert await house.buyers() == []
        assert not (await house.row(lena))["granted"]


async def test_who_is_denied_after_a_call_without_an_answer_is_gone_at_once(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)

        async def lose() -> None:
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, lose)
        await house.granter().grant_some(house.database, house.clock)
        house.wrap = lambda inner: inner
        await says(house, lena, video, "deny")
        await house.let_waits_pass()
        await house.work()
        assert await house.buyers() == []


async def test_who_is_deleted_after_a_call_without_an_answer_is_gone_at_once(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        lena = await house.grant(await house.resource())

        async def lose() -> None:
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, lose)
        await house.granter().grant_some(house.database, house.clock)
        house.wrap = lambda inner: inner
        async with house.database.transaction() as connection:
            await close_for_gone(connection, [lena], house.clock.now())
        await house.let_waits_pass()
        await house.work()
        assert await house.buyers() == []


async def test_what_is_in_doubt_is_never_taken_for_granted(database_url: str) -> None:
    """Denied and allowed again before Boomstream has said anything: it is asked, and told once."""
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)

        async def waver_and_lose() -> None:
            await says(house, lena, video, "deny")
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, waver_and_lose)
        await house.granter().grant_some(house.database, house.clock)
        house.wrap = lambda inner: inner
        for buyer in await house.buyers():
            await house.hub.post("/boomstream/buyers", hash=buyer["hash"], gone=True)
        await says(house, lena, video, "allow")
        row = await house.row(lena)
        assert (row["wanted"], row["granted"]) == (True, False)
        await house.let_waits_pass()
        await house.work()
        row = await house.row(lena)
        assert row["granted"]
        assert row["granted_at"] is not None
        assert len(await house.buyers()) == 1
        assert await tell_access(house.database, house.clock, page_url="https://x.test") == 1


async def test_who_is_allowed_while_the_closing_is_lost_is_let_in_again(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)
        await house.work()
        await says(house, lena, video, "deny")

        async def allow_and_lose() -> None:
            await says(house, lena, video, "allow")
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, allow_and_lose)
        await house.granter().grant_some(house.database, house.clock)
        assert await house.buyers() == []
        house.wrap = lambda inner: inner
        await house.let_waits_pass()
        await house.work()
        assert len(await house.buyers()) == 1
        assert (await house.row(lena))["granted"]


async def test_what_is_allowed_to_somebody_just_deleted_is_closed_again(
    database_url: str,
) -> None:
    """The operator's page was opened before, and their word came after the last look."""
    async with opening(database_url) as house:
        video, lena = await house.resource(), UUID(int=1)
        house.auth.emails[lena] = "lena@example.org"
        await told(house, lena)
        await told(house, lena, version=2, deleted=True)
        checker = Checker(RING)
        while await checker.check_next(house.database, house.clock):
            pass
        await says(house, lena, video, "allow")
        while await checker.check_next(house.database, house.clock):
            pass
        await house.work()
        assert not (await house.row(lena))["wanted"]
        assert await house.buyers() == []


async def test_an_account_is_not_given_to_somebody_deleted_meanwhile(database_url: str) -> None:
    """A pass had them on its list, and asked Stepik while they were deleted."""
    async with reading(database_url) as stepik:
        lena, oleg = UUID(int=1), UUID(int=2)
        user = account("student")
        await stepik.person(lena, github_id=person("student").github_id)
        await stepik.person(lena, version=2, deleted=True)
        async with stepik.database.transaction() as connection:
            now = stepik.clock.now()
            outcome = await matching.match(connection, lena, user, "github", now)
        assert outcome == "none"
        assert await stepik.matched() == {}
        await stepik.person(oleg, stepik_id=user)
        assert await stepik.matched() == {oleg: (user, "sign_in")}


async def test_who_is_denied_what_boomstream_refused_is_nobodys_trouble_any_more(
    database_url: str,
) -> None:
    async with opening(database_url) as house:
        video = await house.resource(subscription="nowhere")
        lena = await house.grant(video)
        await house.work()
        assert (await house.row(lena))["error"]
        await says(house, lena, video, "deny")
        await house.work()
        row = await house.row(lena)
        assert (row["wanted"], row["granted"], row["error"]) == (False, False, None)
        assert await tell_access(house.database, house.clock, page_url="https://x.test") == 0


async def test_what_is_earned_while_a_closing_is_in_doubt_is_asked_for(database_url: str) -> None:
    """Allowed by hand, left to the rule before Boomstream had answered, and then earned."""
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)

        async def leave_and_lose() -> None:
            await house.execute("UPDATE grants SET decision = 'allow'")
            await says(house, lena, video, None)
            raise httpx.ReadTimeout("the answer is lost")

        house.wrap = lambda inner: Interfering(inner, leave_and_lose)
        await house.granter().grant_some(house.database, house.clock)
        house.wrap = lambda inner: inner
        row = await house.row(lena)
        assert (row["wanted"], row["granted"]) == (False, True), "to be withdrawn"
        async with house.database.transaction() as connection:
            earned = Earned(lena, video, row["recovery"], row["recovery_key"])
            await earn(connection, [earned], house.clock.now())
        row = await house.row(lena)
        assert (row["wanted"], row["granted"]) == (True, False), "nobody has confirmed it"
        await house.let_waits_pass()
        await house.work()
        assert (await house.row(lena))["granted_at"] is not None
        assert len(await house.buyers()) == 1


async def test_what_has_run_out_and_cannot_be_prolonged_is_not_being_opened(
    database_url: str,
) -> None:
    """Whoever looks is told that it is over, not to wait a minute for ever."""
    async with opening(database_url) as house:
        video = await house.resource()
        lena = await house.grant(video)
        await house.work()
        ended = house.clock.now() - timedelta(seconds=1)
        await house.execute(
            "UPDATE grants SET granted = false, attempts = 1, error = 'over', expires_at = $1",
            ended,
        )
        async with house.database.acquire() as connection:
            (standing,) = await look(connection, lena, house.clock.now())
        assert (standing.is_open, standing.is_opening) == (False, False)
        assert standing.expires_at == ended
