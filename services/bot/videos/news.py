"""News of videos: rules for the table of notices."""

from typing import Any
from uuid import UUID

from services.bot.links import mini_app, video_page
from services.bot.notices.rule import Button, Rule
from services.bot.preferences.kinds import VIDEOS
from services.bot.videos import news_texts as words
from shared.events import AccessClosed, AccessOpened

LONGEST_LIST = 3


def _person(event: AccessOpened | AccessClosed) -> UUID:
    return event.person_id


def _page(event: AccessOpened) -> str | None:
    """Of the one video; else of all."""
    if event.opened != 1 or not event.resources:
        return event.page_url
    return video_page(event.page_url, event.resources[0].resource_id)


def _app(event: AccessOpened) -> str | None:
    """For one video; the page of all is no Mini App."""
    if event.opened != 1 or not event.resources:
        return None
    return mini_app(event.page_url, event.resources[0].resource_id)


def _all_videos(event: AccessClosed) -> str | None:
    return event.page_url


def _titles(event: AccessOpened) -> str:
    return ", ".join(one.title for one in event.resources[:LONGEST_LIST])


def _title(event: AccessClosed) -> str:
    return event.title


VIDEO_RULES: tuple[Rule[Any], ...] = (
    Rule(
        name="video_opened",
        event=AccessOpened,
        kind=VIDEOS,
        when=lambda event: event.opened > 0,
        who=_person,
        words=words.opened,
        line=words.opened_line,
        button=Button(link=_page, label=words.watch, app=_app),
        about=_titles,
        why=words.because_opened,
    ),
    Rule(
        name="video_closed",
        event=AccessClosed,
        kind=VIDEOS,
        when=lambda event: True,
        who=_person,
        words=words.closed,
        line=words.closed_line,
        button=Button(link=_all_videos, label=words.all_videos),
        about=_title,
        why=words.because_closed,
    ),
)
