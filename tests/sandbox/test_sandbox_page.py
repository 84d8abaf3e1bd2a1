"""The page in a real browser: what a person sees of Telegram, on a phone and on a desk, by keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from playwright.async_api import Browser, Page, ViewportSize, expect

from sandbox.school import PEOPLE, ROOMS
from tests.sandbox.making import mp3, png
from tests.sandbox.serving import Clock, Served, new_bot, serve
from tests.support.chromium import Watch
from tests.support.waiting import eventually

# Chromium is slow to start, so there is one for this file, and its start has a limit of its own.
pytestmark = [
    pytest.mark.timeout(60, func_only=True),
    pytest.mark.asyncio(loop_scope="module"),
]

STUDENT = PEOPLE[0].chat_id
PHONE = ViewportSize(width=390, height=844)
SIZES = {"phone": PHONE, "desk": ViewportSize(width=1280, height=800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@asynccontextmanager
async def opened(
    browser: Browser, *, movable: bool = False, language: str = "en"
) -> AsyncIterator[tuple[Served, Bot, Page]]:
    """The page as the student sees it, on a phone; what it complains of fails the test."""
    clock = Clock()
    advance = clock.advance if movable else None
    async with serve(clock=clock, advance_clock=advance) as sandbox, new_bot(sandbox) as bot:
        context = await browser.new_context(base_url=sandbox.settings.url, viewport=PHONE)
        page = await context.new_page()
        watch = Watch(page)
        await page.goto(f"/?as=student&lang={language}")
        await expect(page.locator(".person[aria-pressed=true]")).to_be_visible()
        yield sandbox, bot, page
        assert watch.complaints == []
        assert watch.hosts == {f"127.0.0.1:{sandbox.settings.port}"}
        await context.close()


async def fill(sandbox: Served, bot: Bot) -> None:
    """One of everything."""
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="My tasks")]])
    buttons = [InlineKeyboardButton(text=text, callback_data=text) for text in ("Mute", "Why?")]
    await bot.send_message(STUDENT, "Hello", reply_markup=keyboard)
    card = await bot.send_message(STUDENT, "<b>Search</b>\nSent", parse_mode="HTML")
    sandbox.clock.advance(60)
    await bot.edit_message_text(
        "Search\nAccepted",
        chat_id=STUDENT,
        message_id=card.message_id,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[buttons]),
    )
    sandbox.clock.advance(60)
    answered = ReplyParameters(message_id=card.message_id)
    await bot.send_message(STUDENT, "Look", reply_parameters=answered, disable_notification=True)
    await bot.send_voice(STUDENT, BufferedInputFile(mp3(), "v.mp3"), caption="Well done")
    await bot.send_photo(STUDENT, BufferedInputFile(png(64, 48), "p.png"))
    sandbox.clock.advance(60)
    await bot.send_document(STUDENT, BufferedInputFile(b"x" * 2048, "a rather long name.pdf"))
    await bot.set_my_commands([BotCommand(command="tasks", description="My tasks")])


async def test_everything_fits_phone_and_desk_by_day_and_night(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, movable=True, language="ru") as (sandbox, bot, page):
        await fill(sandbox, bot)
        await expect(page.locator("audio")).to_be_visible()
        for (name, size), scheme in product(SIZES.items(), SCHEMES):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(size)
            await page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
            assert not await page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ), (name, scheme)


async def test_a_chat_is_opened_at_its_end(browser: Browser) -> None:
    async with opened(browser) as (sandbox, bot, page):
        await fill(sandbox, bot)
        sandbox.clock.advance(60)
        await bot.send_photo(STUDENT, BufferedInputFile(png(400, 300), "q.png"))
        await page.reload()
        last = page.locator("#messages li").last
        await last.locator("img").evaluate("(one) => one.decode()")
        await expect(last.locator("time")).to_be_in_viewport()
        assert await page.locator("#messages").evaluate(
            "(one) => one.scrollHeight - one.scrollTop - one.clientHeight < 2"
        )


async def test_an_edited_card_opens_its_earlier_texts(browser: Browser) -> None:
    async with opened(browser) as (sandbox, bot, page):
        await fill(sandbox, bot)
        edited = page.get_by_role("button", name="edited")
        await expect(page.get_by_role("list", name="What was here before")).to_be_hidden()
        await edited.press("Enter")
        await expect(page.get_by_role("list", name="What was here before")).to_contain_text("Sent")
        await expect(edited).to_have_attribute("aria-expanded", "true")
        await bot.send_message(STUDENT, "Another")
        await expect(page.get_by_text("Another")).to_be_visible()
        await expect(page.get_by_role("list", name="What was here before")).to_be_visible()


async def test_a_reply_quotes_and_a_silent_message_says_so(browser: Browser) -> None:
    async with opened(browser) as (sandbox, bot, page):
        await fill(sandbox, bot)
        reply = page.locator("li.in", has_text="Look")
        await expect(reply.locator(".quote")).to_contain_text("Search")
        await expect(reply.get_by_alt_text("without a sound")).to_be_visible()
        assert await page.get_by_alt_text("without a sound").count() == 1


async def test_a_voice_plays_on_while_messages_come(browser: Browser) -> None:
    async with opened(browser) as (_, bot, page):
        await bot.send_voice(STUDENT, BufferedInputFile(mp3(400), "v.mp3"))
        audio = page.locator("audio")
        await expect(audio).to_be_visible()
        await audio.evaluate("(one) => one.play()")
        await bot.send_message(STUDENT, "Meanwhile")
        await expect(page.get_by_text("Meanwhile")).to_be_visible()
        assert await audio.evaluate("(one) => !one.paused && one.duration > 9")


async def test_the_persons_keyboard_comes_and_goes(browser: Browser) -> None:
    async with opened(browser) as (_, bot, page):
        keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="My tasks")]])
        await bot.send_message(STUDENT, "Hello", reply_markup=keyboard)
        await page.get_by_role("button", name="My tasks").click()
        await expect(page.locator("li.out")).to_contain_text("My tasks")
        await bot.send_message(STUDENT, "Bye", reply_markup=ReplyKeyboardRemove())
        await expect(page.get_by_role("button", name="My tasks")).to_have_count(0)


async def test_the_menu_of_commands_is_led_by_keys(browser: Browser) -> None:
    async with opened(browser) as (_, bot, page):
        await expect(page.get_by_role("button", name="Commands")).to_be_hidden()
        menu = [BotCommand(command=name, description="x") for name in ("help", "tasks", "timezone")]
        await bot.set_my_commands(menu)
        text = page.get_by_role("textbox", name="Message")
        await page.get_by_role("button", name="Commands").press("Enter")
        await expect(page.locator("[data-command=help]")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(text).to_be_focused()
        await text.press_sequentially("/t")
        await expect(page.locator("#menu button")).to_have_count(2)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator("li.out")).to_contain_text("/timezone")
        await expect(page.locator("#menu")).to_be_hidden()
        await expect(text).to_have_value("")


async def test_a_voice_is_sent_from_a_file(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "voice.mp3"
    file.write_bytes(mp3())
    async with opened(browser) as (_, bot, page):
        await page.locator("#voice-file").set_input_files(file)
        await expect(page.locator("li.out audio")).to_be_visible()
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.voice is not None


async def test_the_clock_is_moved_to_the_morning_of_the_person(browser: Browser) -> None:
    async with opened(browser, movable=True) as (sandbox, _, page):
        await expect(page.locator("#person-time")).to_contain_text("15:00")
        await page.get_by_role("button", name="+8 h").click()
        await expect(page.locator("#person-time")).to_contain_text("23:00")
        await page.get_by_label("Time zone").select_option("Asia/Vladivostok")
        await expect(page.locator("#person-time")).to_contain_text("06:00")
        for day in (2, 3):
            await page.get_by_role("button", name="To the next 08:00").click()
            await expect(page.locator("#person-time")).to_have_text(
                re.compile(rf"September {day}.*08:00")
            )
        assert sandbox.clock.now().isoformat() == "2026-09-02T22:00:00+00:00"


async def test_a_clock_that_nobody_moves_is_not_offered(browser: Browser) -> None:
    async with opened(browser) as (_, _, page):

        async def asked() -> bool:
            return "/clock" in await page.evaluate(
                "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)"
            )

        await eventually(asked)
        await expect(page.locator("#clock")).to_be_hidden()


async def test_both_languages_have_the_same_words(browser: Browser) -> None:
    async with opened(browser) as (_, _, page):
        keys = await page.evaluate(
            """async () => {
                const { TEXTS } = await import("/page/texts.js");
                return [Object.keys(TEXTS.en), Object.keys(TEXTS.ru)];
            }"""
        )
        assert keys[0] == keys[1]


async def test_a_group_chat_is_looked_into_as_the_person_who_is_chosen(browser: Browser) -> None:
    room = ROOMS[0]
    async with opened(browser) as (_, bot, page):
        await page.locator(".person.administrator").click()
        await page.get_by_role("button", name=room.title).click()
        await expect(page.locator("#chat-name")).to_have_text(room.title)
        await expect(page.locator("#block")).to_be_hidden()
        await page.locator("#text").fill("/link")
        await page.locator("#text").press("Enter")
        await expect(page.locator("#messages")).to_contain_text("/link")
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.from_user is not None
        assert update.message.chat.id == room.chat_id
        assert update.message.from_user.id == PEOPLE[4].chat_id
        await page.locator(".person.curator").click()
        await expect(page.locator("#messages")).not_to_contain_text("/link")
