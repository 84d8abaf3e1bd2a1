"""Videos and progress in a real browser, on a phone and on a desk; and in a chat."""

import json
from datetime import timedelta
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.auth.test_signed import init_data
from tests.support.chromium import Watch, is_scrolled_sideways, take_pictures
from tests.sync.facing import CODE, Facing, facing
from tests.sync.watching import NOW

# Chromium is slow to start, so there is one for this file.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

A_LOOK_MS = 3000
"""From one look of a page that waits to the next."""
PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}


async def furnish(known: Facing) -> dict[str, UUID]:
    """Videos in every state."""
    stage, lena = known.stage, known.lena
    await stage.learner(lena, 1001, 5001)
    made = {
        "open": await stage.video("How names work, and why it matters", lesson_id=5001),
        "waiting": await stage.video("Names: questions and answers", lesson_id=5001),
        "closed": await stage.video(
            "Loops from the inside",
            lesson_id=5003,
            condition={
                "all": [
                    {"lesson_passed": 5003},
                    {"course_per_cent": {"course": 67, "at_least": 80}},
                    {"any": [{"step_passed": "5002-1"}, {"from_date": "2027-01-11"}]},
                    {"module_per_cent": {"module": 671, "at_least": 50}},
                ]
            },
        ),
        "denied": await stage.video("A lecture of a guest"),
        "all": await stage.video("The whole course", kind="collection"),
    }
    await stage.grant(lena, made["open"], expires_at=NOW + timedelta(days=90))
    await stage.grant(lena, made["waiting"], granted=False)
    await stage.grant(lena, made["denied"], decision="deny", reason="Somebody else watched it")
    return made


@pytest.mark.parametrize("locale", ["en", "ru"])
async def test_pages_fit_phone_and_desk_and_complain_of_nothing(
    database_url: str, browser: Browser, locale: str
) -> None:
    async with facing(database_url, locale=locale) as known:
        made = await furnish(known)
        paths = {"videos": "/sync/videos", "progress": "/sync/progress", "me": "/me"} | {
            name: f"/sync/videos/{made[name]}" for name in ("open", "waiting", "closed", "denied")
        }
        page = await known.page(browser, locale=locale)
        watch = Watch(page)
        for called, path in paths.items():
            await page.goto(path)
            if called == "me":
                await expect(
                    page.locator("[data-card='/sync/card'] progress").first
                ).to_be_visible()
            for summary in await page.locator("details > summary").all():
                await summary.click()
            for size_name, size in SIZES.items():
                await page.set_viewport_size(size)
                assert not await is_scrolled_sideways(page), (called, size_name)
                await take_pictures(page, f"{called}-{locale}-{size_name}")
        # On /me three services of this test do not answer.
        assert [one for one in watch.complaints if "503" not in one] == []
        assert watch.hosts == {urlsplit(known.url).netloc}


async def test_a_press_frames_the_player_and_its_code_stands_nowhere_else(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        code = await known.stage.recovery(known.lena, made["open"])
        page = await known.page(browser, viewport=PHONE)
        watch = Watch(page)
        await page.goto(f"/sync/videos/{made['open']}")
        assert not CODE.search(await page.content())
        entries = await page.evaluate("history.length")
        await page.get_by_role("button", name="Watch").focus()
        await page.keyboard.press("Enter")
        await expect(page.frame_locator("iframe.player").get_by_text("Playing")).to_be_visible()
        assert known.player.asked == [("/code0001", f"id_recovery={code}", f"{known.url}/")]
        assert await page.evaluate("history.length") == entries
        assert page.url == f"{known.url}/sync/videos/{made['open']}"
        assert await page.evaluate("document.activeElement.className") == "player"
        assert not await is_scrolled_sideways(page)
        await take_pictures(page, "playing")
        assert watch.complaints == []
        await page.reload()
        assert not CODE.search(await page.content())


async def test_a_video_that_was_closed_meanwhile_says_so_at_the_press(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        page = await known.page(browser, viewport=PHONE)
        await page.goto(f"/sync/videos/{made['open']}")
        await known.stage.do("UPDATE grants SET decision = 'deny', wanted = false, reason = 'Late'")
        watch = page.get_by_role("button", name="Watch")
        await watch.click()
        await expect(page.get_by_role("alert")).to_have_text(
            "The school has closed it for you: Late"
        )
        # It may be pressed again.
        await known.stage.do("UPDATE grants SET decision = null, wanted = true")
        await watch.click()
        await expect(page.locator("iframe.player")).to_be_visible()


async def test_the_page_goes_on_by_itself_once_the_video_is_open(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        page = await known.page(browser, viewport=PHONE)
        await page.clock.install()
        await page.goto(f"/sync/videos/{made['waiting']}")
        await known.stage.do("UPDATE grants SET granted = true, granted_at = $1", NOW)
        await page.clock.fast_forward(A_LOOK_MS)
        await expect(page.get_by_role("button", name="Watch")).to_be_visible()


def app_path(resource_id: UUID, data: str | None) -> str:
    """Where a button of the chat leads."""
    behind = f"#tgWebAppData={quote(data, safe='')}&tgWebAppVersion=8.0" if data else ""
    return f"/sync/videos/app?resource={resource_id}{behind}"


async def test_a_button_of_the_chat_opens_the_video_without_a_cookie(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        page = await known.page(browser, signed_in=False, viewport=PHONE)
        watch = Watch(page)
        await page.goto(app_path(made["open"], init_data()))
        heading = page.get_by_role("heading", name="How names work, and why it matters")
        await expect(heading).to_be_visible()
        assert urlsplit(page.url).fragment == ""
        await take_pictures(page, "app")
        await page.get_by_role("button", name="Watch").click()
        await expect(page.frame_locator("iframe.player").get_by_text("Playing")).to_be_visible()
        assert await page.context.cookies() == []
        kept = "[Object.values(localStorage), Object.values(sessionStorage)]"
        assert await page.evaluate(kept) == [[], []]
        assert watch.complaints == []
        # What Telegram signed counts once, and is in the address no more.
        await page.reload()
        await expect(page.get_by_text("press the button of a video there")).to_be_visible()


async def test_who_is_signed_in_here_watches_in_the_chat_as_who_they_are_there(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        page = await known.page(browser, viewport=PHONE)
        stranger = init_data(user=json.dumps({"id": 700000099, "first_name": "Oleg"}))
        await page.goto(app_path(made["open"], stranger))
        await expect(page.get_by_text("It is not open for you yet")).to_be_hidden()
        await expect(page.get_by_text("pass the lesson “Names”")).to_be_visible()
        await expect(page.get_by_role("button", name="Watch")).to_be_hidden()


async def test_in_the_chat_what_is_not_open_says_why(database_url: str, browser: Browser) -> None:
    said = {
        "closed": "pass the lesson “For”",
        "denied": "The school has closed it for you: Somebody else watched it",
        "waiting": "It is being opened for you",
    }
    async with facing(database_url) as known:
        made = await furnish(known)
        for which, words in said.items():
            page = await known.page(browser, signed_in=False, viewport=PHONE)
            await page.clock.install()
            await page.goto(app_path(made[which], init_data(query_id=which)))
            await expect(page.get_by_text(words)).to_be_visible()
            await expect(page.get_by_role("button", name="Watch")).to_be_hidden()
            await take_pictures(page, f"app-{which}")
        await known.stage.do("UPDATE grants SET granted = true, granted_at = $1", NOW)
        await page.clock.fast_forward(A_LOOK_MS)
        await expect(page.get_by_role("button", name="Watch")).to_be_visible()


async def test_without_telegrams_word_the_chats_page_shows_nothing(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        for data, words in (
            (None, "This page opens from the chat with the bot"),
            ("user=%7B%7D&hash=00", "not confirmed by Telegram"),
        ):
            page = await known.page(browser, signed_in=False, viewport=PHONE)
            await page.goto(app_path(made["open"], data))
            await expect(page.get_by_text(words)).to_be_visible()
            assert "How names work" not in await page.content()
        await page.goto("/sync/videos/app#tgWebAppData=x")
        await expect(page.get_by_text("No video was named")).to_be_visible()


async def test_telegram_alone_may_frame_the_chats_page_and_nobody_the_others(
    database_url: str, browser: Browser
) -> None:
    async with facing(database_url) as known:
        made = await furnish(known)
        app = f"{known.url}{app_path(made['open'], init_data())}"
        frames = (
            f"<iframe id=app src='{app}'></iframe><iframe id=all src='{known.url}/sync/videos'>"
        )
        for host, is_shown in (("elsewhere.example", False), ("web.telegram.org", True)):
            page = await known.page(browser, viewport=PHONE)
            # Where we are served in a test is a machine's own network, which is guarded besides.
            await page.context.grant_permissions(["local-network-access"])
            await page.route(
                f"https://{host}/*",
                lambda route: route.fulfill(body=frames, content_type="text/html"),
            )
            await page.goto(f"https://{host}/k")
            framed = page.frame_locator("#app").get_by_role("button", name="Watch")
            if is_shown:
                await expect(framed).to_be_visible()
            await page.wait_for_load_state("networkidle")
            assert await framed.count() == int(is_shown)
            assert await page.frame_locator("#all").get_by_text("Videos").count() == 0
