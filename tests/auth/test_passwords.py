"""Coming in by a password; guesses are slowed, and lock nobody out."""

import asyncio

import pytest

from services.auth import commands
from services.auth.errors import WrongPassword
from services.auth.passwords import repository, service
from services.auth.passwords.hashing import Hasher
from services.auth.slow_down.service import PASSWORD_OF_ADDRESS
from tests.auth.mailbox import EMAIL, PASSWORD, Post, submit

NEW = "nine blue samovars"


async def test_a_right_password_comes_in_and_goes_where_it_was_sent(post: Post) -> None:
    await post.registered()
    browser = post.desk.browser()
    answer = await browser.post(
        "/login/password", email=f" {EMAIL.upper()} ", password=PASSWORD, next="/school/works?x=1"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/school/works?x=1")
    assert (await browser.me())["session"]["auth_method"] == "password"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_nobody_is_sent_to_another_site(post: Post, wanted: str) -> None:
    await post.registered()
    answer = await post.desk.browser().post(
        "/login/password", email=EMAIL, password=PASSWORD, next=wanted
    )
    assert answer.headers["Location"] == "/me"


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(post: Post) -> None:
    await post.registered()
    await commands.create_person(
        post.desk.auth.database, email="head@example.org", role="teacher", name="Head"
    )
    hasher = post.count_hashes()
    answers = []
    for email in (EMAIL, "nobody@example.org", "head@example.org", "nothing", "a\x00b"):
        answer = await post.sign_in(email, "something else")
        answers.append((answer.status_code, answer.text.replace(email, "…")))
    assert answers[0][0] == 403
    assert "The address or the password is not right" in answers[0][1]
    assert answers[1:4] == [answers[0]] * 3
    assert hasher.count == 5


async def test_the_session_that_a_browser_had_ends_with_a_sign_in(post: Post) -> None:
    await post.registered()
    browser = await post.desk.sign_in()
    former = f"parta={browser.session()}"
    answer = await submit(browser, "/login/password", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 303
    assert await browser.gateway.check(former) is None


async def test_a_hash_of_old_parameters_is_made_anew_at_the_next_sign_in(post: Post) -> None:
    await post.registered()
    old = await Hasher(memory_kib=64).hash(PASSWORD)
    await post.desk.run("UPDATE passwords SET hash = $1", old)
    assert not await post.can_sign_in(password="something else")
    assert await post.desk.value("SELECT hash FROM passwords") == old
    assert await post.can_sign_in()
    assert "m=19456" in await post.desk.value("SELECT hash FROM passwords")
    assert await post.can_sign_in()


async def test_after_five_failures_one_waits_and_no_hash_is_computed(post: Post) -> None:
    await post.registered()
    hasher = post.count_hashes()
    answers = [await post.sign_in(password=f"guess number {n}") for n in range(5)]
    assert [answer.status_code for answer in answers] == [403] * 5
    held = await post.sign_in()
    assert (held.status_code, held.headers["Retry-After"]) == (429, "1")
    assert "Time to wait: 1 second" in held.text
    assert hasher.count == 5
    await pass_time(post)
    assert await post.can_sign_in()
    assert (await post.sign_in(password="x")).status_code == 403


async def pass_time(post: Post) -> None:
    await post.desk.run("UPDATE slow_downs SET free_at = now()")


async def test_an_unknown_address_is_slowed_as_a_known_one(post: Post) -> None:
    statuses = [(await post.sign_in("nobody@example.org")).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]


async def test_guesses_at_once_gain_nothing(post: Post) -> None:
    await post.registered()
    hasher = post.count_hashes()
    answers = await asyncio.gather(*(post.sign_in(password=f"guess {n}") for n in range(20)))
    assert sorted({answer.status_code for answer in answers}) == [403, 429]
    assert hasher.count == 5


async def test_a_program_is_told_how_long_to_wait_in_json(post: Post) -> None:
    for _ in range(5):
        await post.sign_in(password="x")
    answer = await post.desk.browser().http.post(
        "/login/password",
        data={"email": EMAIL, "password": "x"},
        headers={"Origin": "http://localhost:8080", "Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["error"]) == (429, "SlowedDown")
    assert answer.headers["Retry-After"] == "1"


async def test_a_flood_of_guesses_locks_nobody_out(post: Post) -> None:
    await post.registered()
    subject = post.desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, EMAIL)
    await post.desk.run(
        "INSERT INTO slow_downs VALUES ($1, 1000, now(), now() + interval '15 minutes')"
        " ON CONFLICT (subject_hash) DO UPDATE SET free_at = excluded.free_at",
        subject.subject_hash,
    )
    assert (await post.sign_in()).status_code == 429
    browser = post.desk.browser()
    answer = await browser.post(await post.ask_reset(), new=NEW, again=NEW)
    assert answer.status_code == 303
    assert await post.can_sign_in(password=NEW)


async def test_too_many_at_once_are_asked_to_come_again(post: Post) -> None:
    post.desk.auth.hasher._in_hand = 21
    answer = await post.sign_in()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Many people sign in right now" in answer.text


async def test_a_password_that_was_changed_in_the_same_moment_lets_nobody_in(post: Post) -> None:
    await post.registered()
    database = post.desk.auth.database
    async with database.acquire() as connection:
        proved = await repository.find_by_email(connection, EMAIL)
    assert proved is not None
    browser = post.desk.browser()
    assert (await browser.post(await post.ask_reset(), new=NEW, again=NEW)).status_code == 303
    async with database.transaction() as connection:
        with pytest.raises(WrongPassword):
            await service.let_in(connection, proved, renewed=None)


async def test_the_decoder_of_a_form_is_not_its_senders_choice(post: Post) -> None:
    """Some of Python's take time that grows with the square of the text."""
    field = 'Content-Disposition: form-data; name="email"'
    body = f"--x\r\n{field}\r\n\r\n{'a' * 1000}-{'b' * 1000}\r\n--x--\r\n"
    for said in ("punycode", '"unicode_escape"', "idna"):
        answer = await post.desk.browser().http.post(
            "/login/password",
            content=body,
            headers={
                "Content-Type": f"multipart/form-data; boundary=x; charset={said}",
                "Origin": "http://localhost:8080",
            },
        )
        assert answer.status_code == 415


@pytest.mark.timeout(20)
async def test_a_password_of_many_marks_costs_no_more_than_another(post: Post) -> None:
    """To bring 160 KB of marks into one spelling would take a quarter of a minute, on the loop."""
    marks = "a" + "\u0301" * 10_000 + "\u0327" * 10_000
    answer = await post.sign_in(password=marks)
    assert answer.status_code in (403, 413, 422)
