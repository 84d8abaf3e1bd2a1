"""The screens of /videos and /progress. Values in, a screen out."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.bot import texts as bot_words
from services.bot.dialogs.press import Screen
from services.bot.links import is_link, link_button, with_link
from services.bot.sync import Lesson, Module, Progress, Video, Videos
from services.bot.videos import texts as words
from services.bot.videos.buttons import ProgressPress, VideosPress, find_module, name_module
from services.bot.works import labels
from services.bot.works.buttons import Buttons, button
from shared.texts import Texts
from shared.zones import zone_of

A_PAGE = 6
"""With what is below them, eight rows."""
WAYS_IN = "/me#ways"
MOST_BARS = 36
"""A message has room for these, however long their titles are."""

Rows = list[Buttons]


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: in which language, by which clock, and where their own page is."""

    texts: Texts
    zone: str
    now: datetime
    public_url: str


def tree(videos: Videos, press: VideosPress, view: View) -> Screen:
    """What a button names: a page of a module, or of the list of modules."""
    modules = [module for module in videos.modules if module.videos]
    place = find_module(press.module, modules) if press.module else None
    if place is None:
        return _all_modules(videos, modules, 0 if press.module else press.page, view)
    return _one_module(videos, modules, place, press.page, view)


def _all_modules(videos: Videos, modules: Sequence[Module], page: int, view: View) -> Screen:
    texts = view.texts
    page, last = _within(page, len(modules))
    shown = list(enumerate(modules))[page * A_PAGE : (page + 1) * A_PAGE]
    rows: Rows = [
        [button(words.module_label(texts, one), VideosPress(module=name_module(place, one)))]
        for place, one in shown
    ]
    rows.append(_turns("", page, last))
    if modules:
        opened = sum(one.opened for one in modules)
        parts = [words.videos(texts, opened, sum(len(one.videos) for one in modules))]
    else:
        parts = [words.no_videos(texts)]
    if not videos.is_matched:
        parts.append(words.unmatched(texts))
    below: Buttons = [button(words.refresh(texts), VideosPress(page=page))]
    return _finish(parts, rows, below, view, videos)


def _one_module(
    videos: Videos, modules: Sequence[Module], place: int, page: int, view: View
) -> Screen:
    texts, module = view.texts, modules[place]
    page, last = _within(page, len(module.videos))
    shown = _of_page(module, page)
    parts = [words.module(texts, module)]
    rows: Rows = []
    for lesson, there in shown:
        lines = [words.lesson(lesson)] if lesson.title else []
        for video in there:
            watch = _watch(video)
            rows.append([watch] if watch else [])
            lines.append(words.video(texts, video, view.zone))
            if video.is_open and watch is None and is_link(video.page_url):
                lines.append(html.escape(video.page_url, quote=False))
        parts.append("\n".join(lines))
    name = name_module(place, module)
    rows.append(_turns(name, page, last))
    below = [
        button(bot_words.back(texts), VideosPress(page=place // A_PAGE)),
        button(words.refresh(texts), VideosPress(module=name, page=page)),
    ]
    return _finish(parts, rows, below, view)


def _of_page(module: Module, page: int) -> list[tuple[Lesson, list[Video]]]:
    """The page's videos below their lessons."""
    found: list[tuple[Lesson, list[Video]]] = []
    number = 0
    for lesson in module.lessons:
        there = []
        for video in lesson.videos:
            if page * A_PAGE <= number < (page + 1) * A_PAGE:
                there.append(video)
            number += 1
        if there:
            found.append((lesson, there))
    return found


def _watch(video: Video) -> InlineKeyboardButton | None:
    """None where it is not open, or where Telegram takes no button to its page."""
    if not video.is_open:
        return None
    return link_button(words.watch_label(video), video.page_url, video.app_url or None)


def _turns(name: str, page: int, last: int) -> Buttons:
    turns = []
    if page > 0:
        turns.append(button(labels.earlier(), VideosPress(module=name, page=page - 1)))
    if page < last:
        turns.append(button(labels.later(), VideosPress(module=name, page=page + 1)))
    return turns


def _within(page: int, count: int) -> tuple[int, int]:
    """The page, or the last one where there are not so many; and the last."""
    last = max(0, (count - 1) // A_PAGE)
    return min(max(page, 0), last), last


# Progress


def progress(done: Progress, view: View) -> Screen:
    """By course and module, a bar each."""
    texts = view.texts
    parts = [words.progress(texts)]
    if not done.is_matched:
        parts.append(words.unmatched(texts))
    elif not done.courses:
        parts.append(words.no_progress(texts))
    bars = []
    for course in done.courses:
        bars.append(words.course(texts, course))
        bars += [words.course_module(texts, one) for one in course.modules]
    parts += bars[:MOST_BARS]
    if len(bars) > MOST_BARS:
        parts.append(words.rest(texts))
    if done.learned_at is not None:
        parts.append(words.learned(texts, texts.moment(done.learned_at, view.zone)))
    below: Buttons = [button(words.refresh(texts), ProgressPress())]
    return _finish(parts, [], below, view, done)


def _finish(
    parts: Sequence[str],
    rows: Rows,
    below: Buttons,
    view: View,
    told: Videos | Progress | None = None,
) -> Screen:
    """With the time, the last row of buttons, and the way to the page of what was told.

    Whoever is not matched is led to where that is mended.
    """
    texts = view.texts
    text = "\n\n".join([*parts, words.as_of(texts, view.now.astimezone(zone_of(view.zone)).time())])
    link = None
    if told is not None and told.is_matched:
        text, link = with_link(text, told.page_url, labels.open_page(texts))
    elif told is not None:
        text, link = with_link(text, f"{view.public_url}{WAYS_IN}", bot_words.open_page(texts))
    last = [*below, *(link.inline_keyboard[0] if link else [])]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[row for row in [*rows, last] if row])
    return Screen(text, keyboard)
