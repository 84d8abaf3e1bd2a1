"""What the real sync answers is what the bot asks for."""

from datetime import timedelta

import httpx
import pytest

from services.auth.tokens.service import MAY_ASK
from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.links import mini_app
from services.bot.sync import SyncClient, SyncRefused
from services.bot.videos import screens
from services.bot.videos.buttons import VideosPress, name_module
from services.bot.videos.screens import View
from shared.identity import HEADER
from tests.sync.watching import LENA, NOW, OLEG, ORIGIN, STEPIK, Watching, watching


def test_the_bot_may_ask_sync_in_its_own_name() -> None:
    assert MAY_ASK["bot", "sync"].for_itself


def client_of(stage: Watching) -> SyncClient:
    stage.sync.sign_in(act="bot")
    transport = httpx.ASGITransport(app=stage.sync.app)
    http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={HEADER: "a token"})
    return SyncClient(http)


async def test_videos_and_progress_come_as_the_bot_reads_them(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.learner(LENA, 1001, 5001)
        names = await stage.video("About names", lesson_id=5001)
        numbers = await stage.video("About numbers", lesson_id=5002)
        await stage.video("About loops", lesson_id=5003)
        await stage.video("Welcome", kind="collection")
        await stage.grant(LENA, names, expires_at=NOW + timedelta(days=30))
        await stage.grant(LENA, numbers, granted=False)
        sync = client_of(stage)

        lena = Asker(LENA, "en")
        videos = await sync.list_videos(lena)
        assert videos.is_matched
        assert [module.title for module in videos.modules] == ["Basics", "Loops", ""]
        basics = videos.modules[0]
        assert basics.lessons[0].is_passed
        assert basics.lessons[0].url == f"{STEPIK}/lesson/5001"
        opened, opening = basics.videos
        assert (opened.is_open, opening.is_opening) == (True, True)
        assert opened.opened_at == NOW
        assert opened.expires_at == NOW + timedelta(days=30)
        assert opened.page_url == f"{ORIGIN}/sync/videos/{names}"
        assert opened.app_url == mini_app(opened.page_url, names)
        assert videos.modules[1].videos[0].missing == ("pass the lesson “For”",)
        assert videos.page_url == f"{ORIGIN}/sync/videos"

        view = View(bot_words.catalogue().of("en"), "Asia/Omsk", NOW, ORIGIN)
        press = VideosPress(module=name_module(0, basics))
        text = screens.tree(videos, press, view).text
        assert "▶️ About names: open since 20 Nov 2026, until 20 Dec 2026" in text
        assert "⏳ About numbers: opening" in text

        done = await sync.get_progress(lena)
        (course,) = done.courses
        assert (course.title, course.passed, course.total) == ("Python from the desk", 1, 3)
        assert [one.title for one in course.modules] == ["Basics", "Loops"]
        assert done.learned_at == NOW - timedelta(hours=1)
        assert "Basics\n▓▓▓▓▓░░░░░ 50\u00a0%, 1 of 2 lessons" in screens.progress(done, view).text

        russian = await sync.list_videos(Asker(LENA, "ru"))
        assert russian.modules[1].videos[0].missing != videos.modules[1].videos[0].missing

        oleg = Asker(OLEG, "en")
        theirs = await sync.list_videos(oleg)
        assert not theirs.is_matched
        assert sum(module.opened for module in theirs.modules) == 0
        assert (await sync.get_progress(oleg)).courses == ()

        stage.sync.sign_in(act="school")
        with pytest.raises(SyncRefused) as refused:
            await sync.list_videos(lena)
        assert refused.value.status == 403
