"""One's own password: proved address, set, changed, removed, but never the last way in."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.auth.desk import Browser, Desk
from tests.auth.mailbox import EMAIL, PASSWORD, Post, submit

NEW = "nine blue samovars"


async def test_a_password_is_changed_by_who_knows_it_and_others_are_signed_out(post: Post) -> None:
    browser = await post.registered()
    other = post.desk.browser()
    await post.sign_in(browser=other)
    wrong = await submit(browser, "/me/password", old="something else", new=NEW, again=NEW)
    assert wrong.status_code == 403
    assert "The present password is not right" in wrong.text
    answer = await submit(browser, "/me/password", old=PASSWORD, new=NEW, again=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me#ways")
    assert await browser.is_signed_in()
    assert not await other.is_signed_in()
    assert await post.can_sign_in(password=NEW)
    assert not await post.can_sign_in(password=PASSWORD)
    assert (await post.letters(EMAIL))[-1]["subject"] == "Parta: your password was changed"


async def test_who_took_a_session_guesses_at_the_password_slowly(post: Post) -> None:
    browser = await post.registered()
    answers = [
        await submit(browser, "/me/password", old=f"guess {n}", new=NEW, again=NEW)
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]


async def test_of_two_changes_at_once_one_counts(post: Post) -> None:
    browser = await post.registered()
    news = ["nine blue samovars", "four old bicycles"]
    answers = await asyncio.gather(
        *(submit(browser, "/me/password", old=PASSWORD, new=new, again=new) for new in news)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 403]


async def with_address(post: Post, email: str = EMAIL) -> Browser:
    """Somebody from GitHub who has proved an address."""
    browser = await post.desk.sign_in()
    answer = await submit(browser, "/me/password", "/me/password/address", email=email)
    assert answer.status_code == 200
    link = await post.link(email)
    page = await browser.get(link)
    assert "becomes your address here" in page.text
    answer = await submit(browser, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/password")
    return browser


async def test_one_from_elsewhere_proves_an_address_and_sets_a_password(post: Post) -> None:
    browser = await with_address(post)
    page = await browser.get("/me/password")
    assert "Present password" not in page.text
    answer = await submit(browser, "/me/password", new=NEW, again=NEW)
    assert answer.status_code == 303
    other = post.desk.browser()
    assert (await post.sign_in(password=NEW, browser=other)).status_code == 303
    assert (await other.me())["person_id"] == (await browser.me())["person_id"]


async def test_without_a_proved_address_no_password_is_set(post: Post) -> None:
    browser = await post.desk.sign_in()
    await submit(browser, "/me/password", new=NEW, again=NEW)
    assert await post.desk.value("SELECT count(*) FROM passwords") == 0
    await post.desk.run("UPDATE persons SET email = 'a@example.org'")
    page = await submit(browser, "/me/password", new=NEW, again=NEW)
    assert "a@example.org" in page.text
    assert await post.desk.value("SELECT count(*) FROM passwords") == 0


async def test_a_link_that_adds_an_address_is_for_who_asked(post: Post) -> None:
    asking = await post.desk.sign_in()
    await submit(asking, "/me/password", "/me/password/address", email=EMAIL)
    link = await post.link()
    another = await post.desk.sign_in(login="parta-curator")
    for browser in (post.desk.browser(), another):
        assert (await browser.get(link)).status_code == 403
        answer = (
            await submit(browser, "/logout", link)
            if browser is another
            else await browser.post(link)
        )
        assert answer.status_code == 403
        assert "This link is for somebody who is signed in" in answer.text
    assert await post.desk.value("SELECT count(*) FROM persons WHERE email IS NOT NULL") == 0
    assert (await submit(asking, link)).status_code == 303


async def test_anothers_address_is_not_taken_and_its_owner_is_told(post: Post) -> None:
    await post.registered()
    thief = await post.desk.sign_in()
    known = await submit(thief, "/me/password", "/me/password/address", email=EMAIL)
    letter = (await post.letters(EMAIL))[-1]
    assert letter["subject"] == "Parta: you have an account here already"
    free = await submit(thief, "/me/password", "/me/password/address", email="b@example.org")
    assert known.text.replace(EMAIL, "…") == free.text.replace("b@example.org", "…")


async def test_an_address_that_another_proved_meanwhile_is_not_taken(post: Post) -> None:
    browser = await post.desk.sign_in()
    await submit(browser, "/me/password", "/me/password/address", email=EMAIL)
    link = await post.link()
    await post.registered()
    answer = await submit(browser, link)
    assert answer.status_code == 409
    assert "This address has an account here by now" in answer.text


async def test_a_password_is_removed_while_another_way_in_stays(post: Post) -> None:
    browser = await with_address(post)
    await submit(browser, "/me/password", new=NEW, again=NEW)
    other = post.desk.browser()
    await post.sign_in(password=NEW, browser=other)
    wrong = await submit(browser, "/me/password", "/me/password/remove", old="something else")
    assert wrong.status_code == 403
    answer = await submit(browser, "/me/password", "/me/password/remove", old=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me#ways")
    assert not await post.can_sign_in(password=NEW)
    assert not await other.is_signed_in()
    assert await browser.is_signed_in()


async def test_the_last_way_in_is_not_removed(post: Post) -> None:
    browser = await post.registered()
    answer = await submit(browser, "/me/password", "/me/password/remove", old=PASSWORD)
    assert 400 <= answer.status_code < 500
    assert await post.can_sign_in()


async def test_two_tabs_do_not_remove_both_ways_in(post: Post) -> None:
    browser = await with_address(post)
    await submit(browser, "/me/password", new=NEW, again=NEW)
    await asyncio.gather(
        submit(browser, "/me/password", "/me/password/remove", old=NEW),
        submit(browser, "/me/password", "/me/ways/github/unlink"),
    )
    ways = await post.desk.value(
        "SELECT (SELECT count(*) FROM passwords) + (SELECT count(*) FROM accounts)"
    )
    assert ways == 1


Send = Callable[[Browser, str], Awaitable[httpx.Response]]


async def without_csrf(browser: Browser, path: str) -> httpx.Response:
    return await browser.post(path, old=PASSWORD, new=NEW, again=NEW, email="b@example.org")


async def from_elsewhere(browser: Browser, path: str) -> httpx.Response:
    fields = {"old": PASSWORD, "new": NEW, "again": NEW, "email": "b@example.org"}
    return await browser.http.post(path, data=fields, headers={"Origin": "https://evil.example"})


@pytest.mark.parametrize("send", [without_csrf, from_elsewhere])
@pytest.mark.parametrize(
    "path", ["/me/password", "/me/password/address", "/me/password/remove", "/login/password"]
)
async def test_a_form_of_one_who_is_signed_in_is_our_own_pages(
    post: Post, path: str, send: Send
) -> None:
    browser = await post.registered()
    assert (await send(browser, path)).status_code == 403
    assert await post.can_sign_in()


@pytest.mark.parametrize("path", ["/me/password", "/me/password/address", "/me/password/remove"])
async def test_these_pages_are_for_who_is_signed_in(desk: Desk, path: str) -> None:
    answer = await desk.browser().post(path)
    assert answer.status_code == 401
    if path == "/me/password":
        asked = await desk.browser().get(path)
        assert (asked.status_code, asked.headers["Location"]) == (
            303,
            "/login?next=%2Fme%2Fpassword",
        )
