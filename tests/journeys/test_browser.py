"""Coming in, and a person's own page, in a real browser: on a phone and on a desk, by day and by
night, by keys."""

import base64
import json
import re
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.support.chromium import Watch, is_scrolled_sideways
from tests.support.demo import Demo, demo_running
from tests.support.system import person
from tests.support.waiting import eventually

# The time is the tests' own: what is started for all of them has limits of its own, and Chromium
# may have to be installed first.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea"


# One for all of this file, for both are slow to start: each test is another person's.
@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo() -> AsyncIterator[Demo]:
    async with demo_running() as started:
        yield started


async def open_page(browser: Browser, demo: Demo, **how: Any) -> Page:
    """A browser of its own, with cookies of its own."""
    context = await browser.new_context(
        **{"base_url": demo.public, "locale": "en", "timezone_id": "Europe/Moscow", **how}
    )
    return await context.new_page()


async def sign_in(page: Page, login: str) -> None:
    """The way through GitHub's page in the sandbox."""
    await page.goto("/login?next=/me")
    await page.get_by_role("link", name="GitHub").click()
    await page.locator(f"button[value={login.removeprefix('parta-')}]").click()
    await page.wait_for_url("**/me")


async def cards_are_there(page: Page) -> None:
    """Wait until every service has given its part, or has not."""
    await page.wait_for_function(
        """() => [...document.querySelectorAll("[data-card]")].every(
            (card) => card.matches(".absent") || !card.querySelector("a[href$='/card']"))"""
    )


PAGES = {
    "parta-student": ("/me", "/logout", "/bot/settings"),
    "parta-administrator": ("/me", "/people", "/bot/feedback"),
}


async def test_each_page_fits_phone_and_desk_by_day_and_night_and_complains_of_nothing(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    for login, paths in PAGES.items():
        page = await open_page(browser, demo)
        await sign_in(page, login)
        watch = Watch(page)
        for path, (name, size), scheme in product(paths, SIZES.items(), SCHEMES):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(size)
            await page.goto(path)
            await cards_are_there(page)
            assert await page.locator(".absent").count() == 0
            assert not await is_scrolled_sideways(page), (path, name)
            picture = tmp_path / f"{login}{path.replace('/', '-')}-{name}-{scheme}.png"
            await page.screenshot(path=picture, full_page=True)
        assert watch.complaints == []
        assert watch.hosts == {urlsplit(demo.public).netloc}
        await page.context.close()


async def test_every_control_is_reached_by_keys_and_seen_when_it_is(
    demo: Demo, browser: Browser
) -> None:
    page = await open_page(browser, demo, viewport=PHONE)
    await sign_in(page, "parta-student2")
    await cards_are_there(page)
    controls = await page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
            .filter((one) => one.checkVisibility())
            .map((one, number) => { one.dataset.number = number; return one.outerHTML; })""",
        CONTROLS,
    )
    assert len(controls) > 10
    reached: dict[int, str] = {}
    for _ in range(2 * len(controls)):
        await page.keyboard.press("Tab")
        number, outline = await page.evaluate(
            """() => [Number(document.activeElement.dataset.number ?? -1),
                      getComputedStyle(document.activeElement).outlineStyle]"""
        )
        reached[number] = outline
        if len(reached) > len(controls):
            break
    assert [html for number, html in enumerate(controls) if number not in reached] == []
    hidden = [
        controls[number] for number, line in reached.items() if number >= 0 and line == "none"
    ]
    assert hidden == []


async def test_another_browser_is_signed_out_from_this_one(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    here = await open_page(browser, demo, viewport=PHONE)
    there = await open_page(browser, demo)
    for page in (there, here):
        await sign_in(page, "parta-curator")
    sessions = here.locator("#sessions")
    await expect(sessions.get_by_text("этот", exact=True)).to_have_count(1)
    await here.screenshot(path=tmp_path / "two-sessions.png", full_page=True)
    await sessions.get_by_role("button", name="Выйти: Chrome, Linux").click()
    await here.wait_for_url("**/me#sessions")
    await expect(sessions.get_by_role("listitem")).to_have_count(1)
    await there.reload()
    await there.wait_for_url("**/login?next=*")


async def test_settings_are_mended_saved_and_spoken_in_the_new_language(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    page = await open_page(browser, demo, viewport=PHONE, timezone_id="Asia/Omsk")
    await sign_in(page, "parta-teacher")
    watch = Watch(page)
    name, language = page.get_by_label("Ваше имя"), page.get_by_label("Язык")
    zone, save = page.get_by_label("Часовой пояс"), page.get_by_role("button", name="Сохранить")
    await name.fill("x" * 201)
    await language.select_option("en")
    await page.locator("[data-suggest-zone] button").click()
    await expect(zone).to_have_value("Asia/Omsk")
    await save.click()
    await expect(name).to_be_focused()
    await expect(page.get_by_text("В имени не больше 200 знаков.")).to_be_visible()
    await expect(language).to_have_value("en")
    await expect(zone).to_have_value("Asia/Omsk")
    await page.screenshot(path=tmp_path / "wrong-name.png", full_page=True)
    await name.fill("Second teacher")
    await save.click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Second teacher")
    await expect(page.locator("#sessions")).to_contain_text("(Asia/Omsk)")
    # Chromium itself says that the first answer was a 422.
    assert [line for line in watch.complaints if "422" not in line] == []


async def test_a_part_that_does_not_answer_leaves_the_rest_of_the_page(
    demo: Demo, browser: Browser
) -> None:
    page = await open_page(browser, demo)
    await page.route(re.compile("/mail/card$"), lambda route: route.abort())
    await page.route(re.compile("/sync/card$"), lambda route: route.fulfill(status=503, body="x"))
    await sign_in(page, "parta-student2")
    await cards_are_there(page)
    await expect(page.locator(".absent")).to_have_count(2)
    absent = page.locator("[data-card='/mail/card']")
    await expect(absent.get_by_text("does not answer right now")).to_be_visible()
    await expect(absent.get_by_role("link")).to_be_visible()
    await expect(page.get_by_text("All works")).to_be_visible()


async def test_without_scripts_every_part_is_a_plain_link(demo: Demo, browser: Browser) -> None:
    page = await open_page(browser, demo, java_script_enabled=False)
    await sign_in(page, "parta-student2")
    await page.locator("[data-card='/school/card'] a").click()
    await expect(page.get_by_text("All works")).to_be_visible()


async def test_an_administrator_gives_a_role_and_takes_it(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    page = await open_page(browser, demo, locale="ru", viewport=PHONE)
    await sign_in(page, "parta-administrator")
    await page.get_by_role("link", name="Люди").click()
    await page.get_by_role("searchbox").fill("STUDENT2")
    await page.get_by_role("button", name="Найти").click()
    await expect(page.locator("main li")).to_have_count(1)
    await page.get_by_role("button", name="Дать роль «учитель»").click()
    await page.get_by_role("button", name="Снять роль «учитель»").click()
    await expect(page.get_by_role("button", name="Дать роль «учитель»")).to_be_visible()
    await expect(page.get_by_role("searchbox")).to_have_value("STUDENT2")
    await page.get_by_role("link", name="Second student").click()
    await expect(page.get_by_text("Administrator: снята роль «учитель»")).to_be_visible()
    await expect(page.get_by_text("Administrator: дана роль «учитель»")).to_be_visible()
    assert not await is_scrolled_sideways(page)
    await page.screenshot(path=tmp_path / "journal.png", full_page=True)


async def registered(demo: Demo, page: Page, email: str) -> None:
    """Sign up, open the letter, press its button."""
    await page.goto("/login")
    await page.get_by_role("link", name="Register").click()
    await page.locator("input[name=name]").fill("Somebody New")
    await page.locator("input[name=email]").fill(email)
    for field in await page.locator("input[type=password]").all():
        await field.fill("a long enough secret 7")
    await page.locator("main form button").click()
    async with httpx.AsyncClient(base_url=demo.world) as world:

        async def letter() -> str:
            (told,) = (await world.get("/mail/outbox", params={"to": email})).json()
            found: str = told["links"][0]
            return found

        link = await eventually(letter, 20)
    await page.goto(link)
    await page.locator("main form button").click()
    await page.wait_for_url("**/me")


async def test_a_person_signs_up_and_links_telegram(demo: Demo, browser: Browser) -> None:
    page = await open_page(browser, demo, viewport=PHONE)
    watch = Watch(page)
    await registered(demo, page, "somebody@example.org")
    await expect(page.locator("h1")).to_have_text("Somebody New")
    # The chat of somebody whose account it was so far.
    other = await open_page(browser, demo)
    await sign_in(other, "parta-student2")
    await other.locator("form[action='/me/ways/telegram/unlink'] button").click()
    await page.locator("form[action='/me/telegram/link'] button").click()
    code = re.search(r"start=([A-Za-z0-9_-]+)", await page.content())
    assert code
    chat = {"chat_id": person("student2").chat_id}
    async with httpx.AsyncClient(base_url=demo.world) as world:
        await world.post("/telegram/say", json={**chat, "text": f"/start {code[1]}"})

        async def asked() -> dict[str, Any]:
            told = (await world.get("/telegram/messages", params=chat)).json()
            found: dict[str, Any] = told[-1]
            assert str(found["buttons"][0][0]["data"]).startswith("link:yes")
            return found

        question = await eventually(asked, 15)
        await world.post(
            "/telegram/press",
            json={
                **chat,
                "message_id": question["message_id"],
                "data": question["buttons"][0][0]["data"],
            },
        )
    # The page goes on by itself once the chat has said yes.
    await page.get_by_role("button", name="Yes, this is me").click(timeout=15_000)
    await page.wait_for_url("**/me#ways")
    await expect(page.locator("form[action='/me/ways/telegram/unlink']")).to_be_visible()
    assert watch.complaints == []


@pytest.mark.parametrize(
    ("way", "button"),
    [
        ("GitHub", "curator"),
        ("Google", "curator"),
        ("VK ID", "curator"),
        ("Telegram", "curator"),
    ],
)
async def test_a_person_comes_in_by_each_way(
    demo: Demo, browser: Browser, way: str, button: str
) -> None:
    page = await open_page(browser, demo, viewport=PHONE)
    await page.goto("/login?next=/me")
    await page.get_by_role("link", name=way).click()
    await page.locator(f"button[value={button}]").click()
    await page.wait_for_url("**/me")
    await expect(page.locator("h1")).to_have_text("Curator")
    await page.context.close()


async def test_a_person_comes_in_by_a_password_and_by_the_older_widget(
    demo: Demo, browser: Browser
) -> None:
    page = await open_page(browser, demo, viewport=PHONE)
    teacher = person("teacher")
    await page.goto("/login?next=/me")
    await page.locator("input[name=email]").fill(teacher.email)
    await page.locator("input[name=password]").fill(teacher.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/me")
    await page.context.clear_cookies()
    async with httpx.AsyncClient(base_url=demo.world) as world:
        word = (await world.post("/telegram/widget", json={"person": "teacher"})).json()
    told = base64.b64encode(json.dumps(word).encode()).decode().rstrip("=")
    watch = Watch(page)
    await page.goto(f"/login/telegram/callback#tgAuthResult={told}")
    await expect(page.locator("[data-name]")).to_have_text("Teacher")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/me")
    assert watch.complaints == []
    await page.context.close()
