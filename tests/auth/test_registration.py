"""Registering by e-mail: nobody before the letter's button, and nothing told of who is known."""

import asyncio

import pytest

from services.auth import commands
from services.auth.email_proofs import service as proofs
from services.auth.errors import LetterLinkOver
from services.auth.worker import forget_what_is_over
from tests.auth.mailbox import EMAIL, NAME, PASSWORD, Post, submit


async def test_who_registers_and_presses_the_button_is_in(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser, name="  Ann\r\nof \u202eBergen ")
    page = await browser.get(link)
    assert page.status_code == 200
    assert "Ann of Bergen" in page.text
    assert 'type="password"' not in page.text
    answer = await browser.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    me = await browser.me()
    assert (me["name"], me["email"], me["roles"]) == ("Ann of Bergen", EMAIL, [])
    assert await post.can_sign_in()
    (told,) = await post.desk.events()
    assert (told.version, told.name, told.locale) == (1, "Ann of Bergen", "en")
    assert EMAIL not in told.model_dump_json()


async def test_before_the_button_there_is_nobody(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser)
    for _ in range(3):
        assert (await browser.get(link)).status_code == 200
    for table in ("persons", "passwords", "sessions"):
        assert await post.desk.value(f"SELECT count(*) FROM {table}") == 0
    assert not await post.can_sign_in()


async def test_the_letter_has_no_words_of_whoever_registers(post: Post) -> None:
    await post.ask_to_register(post.desk.browser(), name="Win at https://evil.example")
    (letter,) = await post.letters()
    assert "evil" not in letter["subject"] + letter["text"]
    assert len(letter["links"]) == 1


async def test_a_link_works_once(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser)
    assert (await browser.post(link)).status_code == 303
    again = await post.desk.browser().post(link, password=PASSWORD)
    assert again.status_code == 410
    assert "This link was used or is too old" in again.text
    assert (await browser.get(link)).status_code == 410


async def test_of_two_presses_at_once_one_makes_a_person(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser)
    answers = await asyncio.gather(*(browser.post(link) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]
    assert await post.desk.value("SELECT count(*) FROM persons") == 1


async def test_after_a_day_a_link_is_too_old(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser)
    await post.desk.run("UPDATE email_proofs SET expires_at = expires_at - interval '23:59'")
    assert (await browser.get(link)).status_code == 200
    await post.desk.run("UPDATE email_proofs SET expires_at = expires_at - interval '1 minute'")
    assert (await browser.get(link)).status_code == 410
    assert (await browser.post(link)).status_code == 410
    auth = post.desk.auth
    assert await forget_what_is_over(auth.database, auth.clock) >= 1
    assert await post.desk.value("SELECT count(*) FROM email_proofs") == 0


async def test_a_link_does_only_what_it_is_for(post: Post) -> None:
    await post.registered()
    reset = await post.ask_reset()
    browser = post.desk.browser()
    register = await post.ask_to_register(browser, email="b@example.org")
    as_confirm = reset.replace("/login/reset/", "/login/confirm/")
    as_reset = register.replace("/login/confirm/", "/login/reset/")
    for path in (as_confirm, as_reset, "/login/confirm/x", "/login/reset/%00%ff"):
        assert (await browser.get(path)).status_code == 410
        answer = await browser.post(path, new="another password", again="another password")
        assert answer.status_code == 410
    async with post.desk.auth.database.transaction() as connection:
        for path, purpose in ((reset, "register"), (register, "reset"), (reset, "add")):
            with pytest.raises(LetterLinkOver):
                await proofs.use(connection, path.rpartition("/")[2], purpose)  # type: ignore[arg-type]
    assert (await browser.post(register)).status_code == 303
    assert (await browser.get(reset)).status_code == 200


async def test_in_another_browser_a_password_is_chosen_anew(post: Post) -> None:
    link = await post.ask_to_register(post.desk.browser())
    other = post.desk.browser()
    await post.ask_to_register(other, email="b@example.org")
    assert "not the browser that registered" in (await other.get(link)).text
    for wrong in ({}, {"password": "short"}):
        answer = await other.post(link, **wrong)
        assert answer.status_code == 422
        assert not await other.is_signed_in()
    assert await post.desk.value("SELECT count(*) FROM persons") == 0
    assert (await other.post(link, password="another long secret")).status_code == 303
    assert (await other.me())["name"] == NAME
    assert await post.can_sign_in(password="another long secret")
    assert not await post.can_sign_in(password=PASSWORD)


async def test_a_strangers_password_is_not_set_by_pressing_their_button(post: Post) -> None:
    """Somebody registers with a victim's address, again and again, so that the victim gets no
    letter of their own; theirs will do."""
    link = await post.ask_to_register(post.desk.browser(), password="the attacker's own")
    victim = post.desk.browser()
    assert (await victim.post(link)).status_code == 422
    assert await post.desk.value("SELECT count(*) FROM persons") == 0
    assert (await victim.post(link, password="the victim's own")).status_code == 303
    assert not await post.can_sign_in(password="the attacker's own")


async def test_of_two_who_registered_an_address_the_first_to_press_has_it(post: Post) -> None:
    browsers = [post.desk.browser(), post.desk.browser()]
    links = [await post.ask_to_register(browser) for browser in browsers]
    assert links[0] != links[1]
    answers = await asyncio.gather(
        *(browser.post(link) for browser, link in zip(browsers, links, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (late,) = [answer for answer in answers if answer.status_code == 409]
    assert "This address has an account here by now" in late.text
    assert "ask for a letter and set a new one" in late.text
    assert await post.desk.value("SELECT count(*) FROM persons") == 1
    assert len(await post.desk.events()) == 1


async def test_an_address_that_is_known_gets_a_letter_that_says_so(post: Post) -> None:
    await post.registered()
    before = len(await post.letters())
    stranger = post.desk.browser()
    link = await post.ask_to_register(stranger, email=EMAIL.upper(), password="the attacker's own")
    assert len(await post.letters(EMAIL)) == before + 1
    letter = (await post.letters(EMAIL))[-1]
    assert letter["subject"] == "Parta: you have an account here already"
    assert link.startswith("/login/reset/")
    assert await post.can_sign_in()
    assert not await post.can_sign_in(password="the attacker's own")


async def test_the_page_says_the_same_of_a_known_address_and_of_a_new_one(post: Post) -> None:
    await post.registered()
    await post.desk.run("DELETE FROM slow_downs")
    hasher = post.count_hashes()
    pages = []
    for email in (EMAIL, "b@example.org"):
        answer = await post.desk.browser().post(
            "/register", name=NAME, email=email, password=PASSWORD
        )
        pages.append((answer.status_code, answer.text.replace(email, "…")))
    assert pages[0] == pages[1]
    assert hasher.count == 2


async def test_an_address_gets_no_flood_of_letters_and_the_page_does_not_tell(post: Post) -> None:
    pages = set()
    for _ in range(8):
        answer = await post.desk.browser().post(
            "/register", name=NAME, email=EMAIL, password=PASSWORD
        )
        pages.add((answer.status_code, answer.text))
    assert len(pages) == 1
    assert len(await post.letters(EMAIL)) == 3


async def test_a_client_that_has_letters_sent_everywhere_is_slowed(post: Post) -> None:
    post.desk.auth.hasher = type(post.desk.auth.hasher)(memory_kib=64)
    answers = [
        await post.desk.browser().post(
            "/register", name=NAME, email=f"{n}@example.org", password=PASSWORD
        )
        for n in range(51)
    ]
    assert [answer.status_code for answer in answers] == [200] * 50 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " \u200b "}, "Say what to call you"),
        ({"email": "nowhere"}, "This is no e-mail address"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "This is no e-mail address"),
        ({"email": "a@example.org\x00"}, "This is no e-mail address"),
        ({"password": "too short"}, "at least 10 characters"),
        ({"password": EMAIL}, "what others know of you"),
        ({"password": "qwertyuiop"}, "one of the first"),
    ],
)
async def test_what_will_not_do_is_said_on_the_form_and_what_was_entered_stays(
    post: Post, fields: dict[str, str], words: str
) -> None:
    told = {"name": "Ann O'Hara", "email": EMAIL, "password": PASSWORD, **fields}
    answer = await post.desk.browser().post("/register", **told)
    assert answer.status_code == 422
    assert words in answer.text
    assert told["password"] not in answer.text.replace(EMAIL, "")
    if "name" not in fields:
        assert "Ann O&#39;Hara" in answer.text
    assert await post.letters() == []


async def test_the_rule_is_said_before_it_is_broken(post: Post) -> None:
    assert "At least 10 characters" in (await post.desk.browser().get("/register")).text
    russian = await post.desk.browser(language="ru").get("/register")
    assert "Не короче 10 знаков" in russian.text


async def test_another_site_can_neither_register_nor_confirm(post: Post) -> None:
    browser = post.desk.browser()
    link = await post.ask_to_register(browser)
    fields = {"name": NAME, "email": "b@example.org", "password": PASSWORD}
    stranger = post.desk.browser()
    for who in (stranger, browser):
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            for path in ("/register", link):
                answer = await who.http.post(path, data=fields, headers=headers)
                assert answer.status_code == 403
    assert await post.letters("b@example.org") == []
    assert await post.desk.value("SELECT count(*) FROM persons") == 0


async def test_confirming_ends_the_session_that_the_browser_had(post: Post) -> None:
    browser = await post.desk.sign_in()
    former = f"parta={browser.session()}"
    link = await post.ask_to_register(post.desk.browser())
    answer = await submit(browser, link, password=PASSWORD)
    assert answer.status_code == 303
    assert await browser.gateway.check(former) is None
    assert (await browser.me())["name"] == NAME


async def test_who_is_signed_in_is_not_asked_to_register(post: Post) -> None:
    browser = await post.registered()
    answer = await browser.get("/register")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")


async def test_nothing_that_opens_a_door_lies_open_in_the_tables(post: Post) -> None:
    browser = post.desk.browser()
    await browser.post("/register", name=NAME, email=EMAIL, password=PASSWORD)
    kept = ""
    for table in ("email_proofs", "letters", "slow_downs"):
        kept += str(await post.desk.value(f"SELECT array_agg(t)::text FROM {table} t"))
    token = (await post.link()).rpartition("/")[2]
    assert token not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


async def test_an_operators_person_is_not_made_twice(post: Post) -> None:
    await commands.create_person(
        post.desk.auth.database, email="Head@example.org", role="administrator", name="Head"
    )
    link = await post.ask_to_register(post.desk.browser(), email="head@example.org")
    assert link.startswith("/login/reset/")
    assert await post.desk.value("SELECT count(*) FROM persons") == 1
