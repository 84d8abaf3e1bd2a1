"""A new password by letter: for who reads the mailbox, once, and nobody else learns a thing."""

import asyncio

from services.auth import commands
from tests.auth.mailbox import EMAIL, PASSWORD, Post

NEW = "nine blue samovars"


async def test_a_reset_sets_a_password_ends_all_sessions_and_comes_in(post: Post) -> None:
    browser = await post.registered()
    link = await post.ask_reset()
    other = post.desk.browser()
    page = await other.get(link)
    assert "You are Ann here" in page.text
    answer = await other.post(link, new=NEW, again=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert await other.is_signed_in()
    assert not await browser.is_signed_in()
    assert not await post.can_sign_in(password=PASSWORD)
    assert await post.can_sign_in(password=NEW)
    assert (await post.letters(EMAIL))[-1]["subject"] == "Parta: your password was changed"


async def test_a_password_that_will_not_do_leaves_the_link_as_it_is(post: Post) -> None:
    await post.registered()
    link = await post.ask_reset()
    browser = post.desk.browser()
    for fields in (
        {},
        {"new": NEW, "again": "x"},
        {"new": "short", "again": "short"},
        {"new": EMAIL, "again": EMAIL},
    ):
        assert (await browser.post(link, **fields)).status_code == 422
    assert (await browser.post(link, new=NEW, again=NEW)).status_code == 303


async def test_a_reset_link_works_once_and_the_others_end_with_it(post: Post) -> None:
    await post.registered()
    first, second = await post.ask_reset(), await post.ask_reset()
    answers = await asyncio.gather(
        *(post.desk.browser().post(first, new=NEW, again=NEW) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410]
    assert (await post.desk.browser().get(second)).status_code == 410


async def test_after_an_hour_a_reset_link_is_too_old(post: Post) -> None:
    await post.registered()
    link = await post.ask_reset()
    await post.desk.run("UPDATE email_proofs SET expires_at = expires_at - interval '1 hour'")
    browser = post.desk.browser()
    assert (await browser.get(link)).status_code == 410
    assert (await browser.post(link, new=NEW, again=NEW)).status_code == 410
    assert await post.can_sign_in()


async def test_the_page_says_the_same_whether_anybody_has_the_address(post: Post) -> None:
    await post.registered()
    before = len(await post.letters())
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        answer = await post.desk.browser().post("/login/reset", email=email)
        pages.append((answer.status_code, answer.text.replace(email, "…")))
    assert pages[0] == pages[1]
    letters = await post.letters()
    assert [letter["to"] for letter in letters[before:]] == [[EMAIL]]
    assert await post.desk.value("SELECT count(*) FROM email_proofs WHERE person_id IS NULL") == 0


async def test_the_letter_goes_to_the_address_as_it_is_kept(post: Post) -> None:
    await post.registered(email="Ann@Example.org")
    await post.desk.browser().post("/login/reset", email="ANN@EXAMPLE.ORG")
    assert (await post.letters())[-1]["to"] == ["Ann@Example.org"]


async def test_an_operators_person_gets_a_password_and_a_proved_address_by_letter(
    post: Post,
) -> None:
    await commands.create_person(
        post.desk.auth.database, email="head@example.org", role="administrator", name="Head"
    )
    confirmed = "SELECT email_confirmed_at IS NOT NULL FROM persons"
    assert not await post.desk.value(confirmed)
    browser = post.desk.browser()
    link = await post.ask_reset("head@example.org")
    assert (await browser.post(link, new=NEW, again=NEW)).status_code == 303
    assert (await browser.me())["roles"] == ["administrator"]
    assert await post.desk.value(confirmed)
    assert await post.can_sign_in("head@example.org", NEW)


async def test_a_link_for_an_address_that_is_theirs_no_more_sets_nothing(post: Post) -> None:
    await post.registered()
    link = await post.ask_reset()
    await post.desk.run("UPDATE persons SET email = 'new@example.org'")
    assert (await post.desk.browser().get(link)).status_code == 410
    assert (await post.desk.browser().post(link, new=NEW, again=NEW)).status_code == 410


async def test_an_address_that_an_operator_writes_anew_is_proved_no_more(post: Post) -> None:
    browser = await post.registered()
    person_id = (await browser.me())["person_id"]
    await commands.seed_person(
        post.desk.auth.database, person_id=person_id, name="Ann", roles=(), email="c@example.org"
    )
    assert not await post.can_sign_in("c@example.org")
    assert not await post.can_sign_in(EMAIL)


async def test_another_site_can_neither_sign_in_nor_ask_nor_reset(post: Post) -> None:
    await post.registered()
    link = await post.ask_reset()
    before = len(await post.letters())
    fields = {"email": EMAIL, "password": PASSWORD, "new": NEW, "again": NEW}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        for path in ("/login/password", "/login/reset", link):
            browser = post.desk.browser()
            answer = await browser.http.post(path, data=fields, headers=headers)
            assert answer.status_code == 403
            assert not await browser.is_signed_in()
    assert len(await post.letters()) == before
    assert await post.can_sign_in()
