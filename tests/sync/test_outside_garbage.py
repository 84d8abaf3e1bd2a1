"""What comes from outside and cannot be trusted: numbers that mean nothing, texts that harm, rows
that nobody asked for, words with secrets in them."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.sync.access.errors import ResourceWrong
from services.sync.access.resources.document import read_document
from services.sync.boomstream.answers import read_added, read_buyers
from services.sync.boomstream.errors import AnswerUnreadable, BoomstreamError
from services.sync.emails import AuthAway, Emails
from services.sync.stepik.errors import Away
from services.sync.stepik.structure.service import read_structure
from services.sync.stepik.wire import LARGEST_PAGE
from tests.sync.opening import KEY
from tests.sync.test_boomstream_client import CODE, add, says, wired
from tests.sync.test_stepik_client import Wire, client, listed

LENA = UUID(int=1)


# Stepik


@pytest.mark.parametrize(
    "grade_id",
    ["8\0", "\ud800", {"a": 1}, None, True, "", "9" * 200],
    ids=["NUL", "half a letter", "a map", "nothing", "a truth", "empty", "long"],
)
async def test_a_row_whose_id_is_none_is_left_out(grade_id: Any) -> None:
    rows = [{"id": grade_id, "course": 67, "user": 1}, {"id": 82, "course": 67, "user": 2}]
    content = json.dumps({"meta": {}, "course-grades": rows}).encode()
    page = await client(Wire(lambda _: httpx.Response(200, content=content))).get_grades(67, 1)
    assert [(one.id, one.user) for one in page.rows] == [("82", 2)]
    assert page.size == 2


async def test_a_name_gives_no_commands_to_an_operators_terminal() -> None:
    name = "\x1b[2J\x1b]0;all is well\x07Eve\nOleg (5) passed: all\u202egnp.\x9b1m"
    wire = Wire(lambda _: listed("users", [{"id": 5, "full_name": name}]))
    (user,) = await client(wire).list_users([5])
    assert user.full_name == " [2J ]0;all is well Eve Oleg (5) passed: all gnp. 1m"


async def test_truths_are_no_numbers_of_steps() -> None:
    results = {"1-1": {"step_id": True, "is_passed": True}}
    rows = [{"id": 80, "course": 67, "user": 1, "results": results}]
    page = await client(Wire(lambda _: listed("course-grades", rows))).get_grades(67, 1)
    assert page.rows[0].results.marked == set()


@pytest.mark.parametrize("token", ["т", "a\nb", "a b", "a\x7f"])
async def test_a_token_that_no_header_can_carry_is_no_answer(token: str) -> None:
    wire = httpx.Response(200, json={"access_token": token, "expires_in": 36000})
    with pytest.raises(Away) as failed:
        await client(lambda _: wire).list_users([1])
    assert token not in str(failed.value)


async def test_a_page_of_thousands_of_rows_is_not_gone_through() -> None:
    page = listed("users", [{"id": 1}] * (LARGEST_PAGE + 1))
    with pytest.raises(Away):
        await client(Wire(lambda _: page)).list_users([1])


async def test_rows_that_nobody_asked_for_are_left_out() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.split("/")[3]
        rows: dict[str, list[Any]] = {
            "courses": [{"id": 67, "title": "Python", "sections": [1, 2]}],
            "sections": [
                {"id": 1, "course": 67, "units": [10]},
                {"id": 2, "course": 68, "units": [20]},
                {"id": 3, "course": 67, "units": [30]},
            ],
            "units": [{"id": 10, "lesson": 100}, {"id": 20, "lesson": 200}],
            "lessons": [{"id": 100, "steps": [1000]}, {"id": 200, "steps": [2000]}],
        }
        return listed(name, rows[name])

    async def keep() -> None:
        pass

    found = await read_structure(client(Wire(answer)), 67, keep)
    assert [one.section_id for one in found.modules] == [1], "another course's, or nobody's"
    assert [one.unit_id for one in found.places] == [10]
    assert [one.step_id for one in found.steps] == [1000]


@pytest.mark.parametrize(
    ("rows", "has_next"),
    [
        ([{"user": 5}, {"user": None}], False),
        ([{"user": 5}, {"user": "?"}], False),
        ([{"user": 5}], True),
    ],
    ids=["one without a user", "one that cannot be read", "and there are more"],
)
async def test_one_hit_among_others_is_not_exactly_one(rows: list[Any], has_next: bool) -> None:
    wire = Wire(lambda _: listed("members", rows, has_next=has_next))
    assert len(await client(wire).find_members(7, "lena@example.org")) != 1


@pytest.mark.parametrize(
    ("rows", "has_next"), [([{"uid": {}}], False), ([], True)], ids=["unreadable", "more"]
)
async def test_an_account_of_github_that_others_may_have_linked_is_several(
    rows: list[Any], has_next: bool
) -> None:
    linked = [{"provider": "github", "uid": "1", "user": 5}, *rows]
    wire = Wire(lambda _: listed("social-accounts", linked, has_next=has_next))
    assert len(await client(wire).find_github_users(1)) != 1


async def test_one_hit_is_one_hit() -> None:
    wire = Wire(lambda _: listed("members", [{"user": 5}]))
    assert await client(wire).find_members(7, "lena@example.org") == {5}


class Raising(httpx.Auth):
    """The service's own token is not had: auth answered something else."""

    def auth_flow(self, request: httpx.Request) -> Any:
        raise KeyError("token")
        yield request


async def test_an_auth_that_gives_no_token_is_no_address_that_is_missing() -> None:
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json={"emails": {}}))
    asking = httpx.AsyncClient(transport=wire, base_url="http://auth", auth=Raising())
    with pytest.raises(AuthAway):
        await Emails(asking).list_emails([LENA])


# Boomstream


@pytest.mark.parametrize("kind", ["Invalid API key {key}", "Key {key}: buyer {code} of {email}"])
@pytest.mark.parametrize("status", [200, 400])
async def test_a_refusal_that_repeats_what_it_was_told_keeps_no_secret(
    kind: str, status: int
) -> None:
    message = kind.format(key=KEY, code=CODE, email="lena@example.org")
    with pytest.raises(BoomstreamError) as raised:
        await add(wired(says({"Status": "Failed", "Message": message}, status)))
    for secret in (KEY, CODE, "lena@example.org"):
        assert secret not in repr(raised.value)
        assert secret not in repr(raised.value.__cause__)


def test_a_date_that_nobody_lives_to_see_is_never() -> None:
    """9999 is how many a program writes it; east of Moscow there is no such hour."""
    told = {"Hash": CODE, "Recovery": 1, "AccessExpirationDate": "9999-12-31 23:59:59"}
    assert read_added(told).expires_at is None
    told["AccessExpirationDate"] = "2199-12-31 23:59:59"
    assert read_added(told).expires_at == datetime(2199, 12, 31, 20, 59, 59, tzinfo=UTC)


def test_a_stranger_who_cannot_be_read_is_a_stranger() -> None:
    """Nobody of ours is without a code: a list is not lost for somebody else's row."""
    strangers = [
        {"Email": "a@b", "AccessExpirationDate": "never"},
        {"Hash": "", "AccessExpirationDate": "2026-02-30 00:00:00"},
        {"Hash": "theirs", "AccessExpirationDate": "soon"},
    ]
    page = read_buyers({"Items": [*strangers, {"Hash": CODE}], "PageCount": 1})
    assert [one.hash for one in page.buyers] == ["", "", "theirs", CODE]
    with pytest.raises(AnswerUnreadable):
        read_buyers({"Items": [{"Hash": CODE, "AccessExpirationDate": "soon"}]})


# Files


def test_a_file_that_would_keep_its_reader_busy_for_seconds_is_not_read() -> None:
    def document(lines: int) -> str:
        return "".join(f"%TAG !a{n}! x\n" for n in range(lines)) + "---\nresources: []\n"

    assert read_document(document(3)) == []
    with pytest.raises(ResourceWrong):
        read_document(document(30))
