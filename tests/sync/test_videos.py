"""What a learner sees of videos, and the gate before the player."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.sync.watching import LENA, NOW, OLEG, PLAYER, RING, STEPIK, Watching, watching


async def test_the_tree_has_modules_lessons_and_what_is_missing(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.learner(LENA, 1001, 5001)
        loops = await stage.video("About loops", lesson_id=5003)
        names = await stage.video("About names", lesson_id=5001)
        extra = await stage.video("Welcome", kind="collection")
        await stage.grant(LENA, names, expires_at=NOW + timedelta(days=30))
        told = await stage.json("/sync/videos")
        assert told["is_matched"] is True
        assert told["state"] == "settled"
        tree = [
            (module["title"], lesson["title"], lesson["is_passed"], lesson["url"], video["title"])
            for module in told["modules"]
            for lesson in module["lessons"]
            for video in lesson["videos"]
        ]
        assert tree == [
            ("Basics", "Names", True, f"{STEPIK}/lesson/5001", "About names"),
            ("Loops", "For", False, f"{STEPIK}/lesson/5003", "About loops"),
            ("", "", False, "", "Welcome"),
        ]
        videos = {
            UUID(video["resource_id"]): video
            for module in told["modules"]
            for lesson in module["lessons"]
            for video in lesson["videos"]
        }
        assert (videos[names]["is_open"], videos[names]["missing"]) == (True, [])
        assert videos[names]["expires_at"].startswith("2026-12-20T09:00")
        assert videos[loops]["missing"] == ["pass the lesson “For”"]
        assert videos[extra]["missing"] == ["the school opens it"]
        page = (await stage.get("/sync/videos")).text
        # In the person's own zone.
        assert "Open since 20 Nov 2026, 15:00 (Asia/Omsk)" in page
        assert "pass the lesson “For”" in page


async def test_a_lesson_of_two_courses_stands_once(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.do(
            "INSERT INTO stepik_courses (course_id, title, next_pass_at) VALUES (68, 'SQL', $1)",
            NOW,
        )
        await stage.do(
            "INSERT INTO stepik_modules (section_id, course_id, position, title)"
            " VALUES (680, 68, 1, 'Tables')"
        )
        await stage.do(
            "INSERT INTO stepik_lessons"
            " (unit_id, section_id, course_id, lesson_id, position, title)"
            " VALUES (1, 680, 68, 5001, 1, 'Names'), (2, 680, 68, 6001, 2, 'Rows')"
        )
        await stage.video("About names", lesson_id=5001)
        await stage.video("About rows", lesson_id=6001)
        told = await stage.json("/sync/videos")
        assert [
            (module["title"], [lesson["title"] for lesson in module["lessons"]])
            for module in told["modules"]
        ] == [("Python from the desk: Basics", ["Names"]), ("SQL: Tables", ["Rows"])]


async def test_a_video_of_a_lesson_that_is_gone_stands_beyond_the_lessons(
    database_url: str,
) -> None:
    async with watching(database_url) as stage:
        await stage.video("About names", lesson_id=5001)
        await stage.video("Of another school", lesson_id=999)
        for away, back in (
            ("UPDATE stepik_lessons SET gone = true", "UPDATE stepik_lessons SET gone = false"),
            (
                "UPDATE stepik_courses SET gone_since = now()",
                "UPDATE stepik_courses SET title = ''",
            ),
        ):
            await stage.do(away)
            told = await stage.json("/sync/videos")
            (module,) = told["modules"]
            assert module["title"] == ""
            assert len(module["lessons"][0]["videos"]) == 2
            await stage.do(back)


async def test_five_hundred_videos_are_shown_at_once(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.do(
            "INSERT INTO resources (resource_id, kind, title, code, position, created_at,"
            " changed_at) SELECT gen_random_uuid(), 'video', 'V' || n, 'c' || n, n, $1, $1"
            " FROM generate_series(1, 501) n",
            NOW,
        )
        told = await stage.json("/sync/videos")
        assert len(told["modules"][0]["lessons"][0]["videos"]) == 500


async def test_the_player_opens_for_the_one_who_has_it(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        await stage.grant(LENA, video)
        code = await stage.recovery(LENA, video)
        page = await stage.get(f"/sync/videos/{video}")
        assert page.status_code == 200
        assert code not in page.text
        assert PLAYER not in page.text
        answer = await stage.press(video)
        assert answer.status_code == 200
        assert answer.json() == {"player": f"{PLAYER}/code0001?id_recovery={code}"}
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_each_has_a_link_of_their_own(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        await stage.grant(LENA, video)
        await stage.grant(OLEG, video)
        hers = (await stage.press(video)).json()
        stage.as_person(OLEG)
        assert (await stage.press(video)).json() != hers


async def test_a_players_page_may_frame_exactly_its_host(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        closed = await stage.get(f"/sync/videos/{video}")
        await stage.grant(LENA, video)
        opened = await stage.get(f"/sync/videos/{video}")
        usual = (await stage.get("/sync/videos")).headers["content-security-policy"]
        assert "frame-src" not in usual
        assert closed.headers["content-security-policy"] == usual
        assert opened.headers["content-security-policy"] == f"{usual}; frame-src {PLAYER}"


Before = Callable[[Watching, UUID], Awaitable[None]]


async def _others(stage: Watching, video: UUID) -> None:
    await stage.grant(OLEG, video)


async def _denied(stage: Watching, video: UUID) -> None:
    await stage.grant(LENA, video, decision="deny", reason="It was shared")


async def _over(stage: Watching, video: UUID) -> None:
    await stage.grant(LENA, video, expires_at=NOW)


async def _nothing(stage: Watching, video: UUID) -> None:
    pass


async def _opening(stage: Watching, video: UUID) -> None:
    await stage.grant(LENA, video, granted=False)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param(_nothing, "pass the lesson “Names”", id="not-yet"),
        pytest.param(_others, "pass the lesson “Names”", id="others"),
        pytest.param(_denied, "The school has closed it for you: It was shared", id="denied"),
        pytest.param(_over, "The time in which you could watch it is over.", id="over"),
        pytest.param(_opening, "It is being opened for you", id="opening"),
    ],
)
async def test_what_is_not_open_says_why_and_gives_no_link(
    database_url: str, before: Before, words: str
) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        await before(stage, video)
        page = await stage.get(f"/sync/videos/{video}")
        assert page.status_code == 200
        assert words in page.text
        assert "data-player" not in page.text
        answer = await stage.press(video)
        assert answer.status_code == 403
        assert answer.json()["error"] == "VideoClosed"
        assert "player" not in answer.json()


async def test_what_is_being_opened_looks_again_by_itself(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        await stage.grant(LENA, video, granted=False)
        page = (await stage.get(f"/sync/videos/{video}")).text
        assert f'data-look-again="/sync/videos/{video}"' in page
        assert (await stage.json(f"/sync/videos/{video}"))["state"] == "waiting"
        assert 'data-look-again="/sync/videos"' in (await stage.get("/sync/videos")).text
        assert (await stage.json("/sync/videos"))["state"] == "waiting"
        await stage.do("UPDATE grants SET granted = true, granted_at = $1", NOW)
        assert (await stage.json(f"/sync/videos/{video}"))["state"] == "open"


async def test_an_archived_video_is_gone_save_for_those_who_have_it(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", archived=True)
        for answer in (await stage.get(f"/sync/videos/{video}"), await stage.press(video)):
            assert answer.status_code == 410
        assert "not shown any more" in (await stage.get(f"/sync/videos/{video}")).text
        await stage.grant(LENA, video)
        assert (await stage.press(video)).status_code == 200


@pytest.mark.parametrize("path", [str(UUID(int=77)), "nothing", "app/more"])
async def test_what_does_not_exist_is_not_found(database_url: str, path: str) -> None:
    async with watching(database_url) as stage:
        assert (await stage.get(f"/sync/videos/{path}")).status_code == 404
        assert (await stage.press(uuid4())).status_code == 404


async def test_the_anonymous_are_sent_to_sign_in(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names")
        del stage.sync.client.headers["X-Parta-Identity"]
        for path in ("/sync/videos", f"/sync/videos/{video}", "/sync/progress", "/sync/card"):
            page = await stage.get(path)
            assert page.status_code == 303
            assert page.headers["location"].startswith("/login?next=")
            assert (await stage.get(path, "application/json")).status_code == 401
        assert (await stage.press(video)).status_code == 401


async def test_the_link_is_asked_for_by_our_own_page_alone(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names")
        await stage.grant(LENA, video)
        assert (await stage.press(video, csrf="wrong")).status_code == 403
        assert (await stage.get(f"/sync/videos/{video}/player")).status_code == 405


async def test_without_the_script_the_button_leads_back_and_shows_no_link(
    database_url: str,
) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names")
        await stage.grant(LENA, video)
        answer = await stage.press(video, accept="text/html")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sync/videos/{video}"


async def test_the_link_is_in_no_log(
    database_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names")
        await stage.grant(LENA, video)
        code = await stage.recovery(LENA, video)
        assert (await stage.press(video)).status_code == 200
        said = capsys.readouterr()
        assert code not in caplog.text + said.out + said.err


async def test_a_code_that_cannot_be_read_says_so_without_details(database_url: str) -> None:
    async with watching(database_url, data_keys=RING.replace("k1", "k2")) as stage:
        video = await stage.video("About names")
        await stage.grant(LENA, video)
        answer = await stage.press(video)
        assert answer.status_code == 503
        assert answer.json()["error"] == "Unavailable"


async def test_somebody_without_an_account_at_stepik_is_told_what_to_do(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names", lesson_id=5001)
        for path in ("/sync/videos", f"/sync/videos/{video}", "/sync/progress"):
            page = (await stage.get(path)).text
            assert "which account at Stepik is yours" in page
            assert 'href="/me#ways"' in page
        told = await stage.json("/sync/videos")
        assert told["is_matched"] is False
        assert told["modules"][0]["title"] == "Basics"


async def test_where_stepik_is_off_nobody_is_sent_there(database_url: str) -> None:
    async with watching(database_url, stepik_course_id=()) as stage:
        for path in ("/sync/videos", "/sync/progress", "/sync/card"):
            assert "which account at Stepik" not in (await stage.get(path)).text


async def test_the_chats_page_is_the_same_for_everybody_and_framed_by_telegram_alone(
    database_url: str,
) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("About names")
        await stage.grant(LENA, video)
        usual = (await stage.get("/sync/videos")).headers["content-security-policy"]
        signed_in = await stage.get(f"/sync/videos/app?resource={video}")
        del stage.sync.client.headers["X-Parta-Identity"]
        page = await stage.get(f"/sync/videos/app?resource={video}", **{"Accept-Language": "en"})
        assert page.status_code == 200
        assert page.text == signed_in.text
        assert "About names" not in page.text
        assert "'none'" in usual
        allowed = "frame-ancestors https://web.telegram.org"
        assert page.headers["content-security-policy"] == (
            usual.replace("frame-ancestors 'none'", allowed) + f"; frame-src {PLAYER}"
        )
        assert "DENY" not in page.headers["x-frame-options"]
        for wrong in ("x", "1", "%00", "../me"):
            answer = await stage.get(f"/sync/videos/app?resource={wrong}")
            assert answer.status_code == 422


async def test_what_people_wrote_is_shown_as_text(database_url: str) -> None:
    async with watching(database_url) as stage:
        evil = "\"'><script>alert(1)</script>{{ 7 * 7 }}"
        video = await stage.video(evil)
        await stage.grant(LENA, video)
        for path in ("/sync/videos", f"/sync/videos/{video}", "/sync/card"):
            assert "<script>alert" not in (await stage.get(path)).text
            assert (
                "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in (await stage.get(path)).text
            )
        await stage.do("UPDATE grants SET decision = 'deny', wanted = false, reason = $1", evil)
        page = (await stage.get(f"/sync/videos/{video}")).text
        assert "<script>alert" not in page
        assert "The school has closed it for you: " in page
