"""Progress by module, the card, and what the bot is told."""

from datetime import timedelta

from tests.sync.watching import COURSE, LENA, NOW, OLEG, ORIGIN, STEPIK, watching


async def test_progress_is_shown_by_module_with_a_drawn_bar(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.learner(LENA, 1001, 5001, 5003)
        told = await stage.json("/sync/progress")
        (course,) = told["courses"]
        assert (course["title"], course["passed"], course["total"], course["per_cent"]) == (
            "Python from the desk",
            2,
            3,  # the lesson that is words alone cannot be passed
            66,
        )
        assert course["url"] == f"{STEPIK}/course/{COURSE}"
        assert [
            (module["title"], module["passed"], module["total"], module["per_cent"])
            for module in course["modules"]
        ] == [("Basics", 1, 2, 50), ("Loops", 1, 1, 100)]
        page = (await stage.get("/sync/progress")).text
        assert '<progress max="100" value="50" aria-label="Basics">' in page
        assert "style=" not in page
        assert "to read" in page
        assert "14:00 (Asia/Omsk)" in page


async def test_a_course_that_nobody_began_is_no_fault(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.do(
            "INSERT INTO stepik_matches (person_id, user_id, way, matched_at)"
            " VALUES ($1, 5, 'github', $2)",
            LENA,
            NOW,
        )
        assert "No progress yet." in (await stage.get("/sync/progress")).text
        await stage.do("DELETE FROM stepik_courses")
        assert (await stage.json("/sync/progress"))["courses"] == []
        assert "No videos yet." in (await stage.get("/sync/videos")).text


async def test_the_card_names_resource_lesson_and_when_it_was_granted(database_url: str) -> None:
    async with watching(database_url) as stage:
        empty = (await stage.get("/sync/card")).text
        assert "No video is open for you yet." in empty
        assert "GitHub has told us nothing yet." in empty
        await stage.learner(LENA, 1001, 5001)
        for number in range(7):
            video = await stage.video(f"Video {number}", lesson_id=5001)
            await stage.grant(LENA, video, at=NOW - timedelta(days=number))
        card = (await stage.get("/sync/card")).text
        assert "Names · opened 20 Nov 2026, 15:00 (Asia/Omsk)" in card
        assert "Video 4" in card
        assert "Video 5" not in card
        assert "and 2 more videos" in card
        assert '<progress max="100" value="50" aria-label="Basics">' in card
        stage.as_person(OLEG)
        assert "Video" not in (await stage.get("/sync/card")).text.replace("Videos", "")


async def test_the_bot_is_told_a_persons_videos_in_their_language(database_url: str) -> None:
    async with watching(database_url) as stage:
        video = await stage.video("О циклах", lesson_id=5003)
        await stage.grant(LENA, video, decision="deny")
        stage.sync.sign_in(act="bot")
        told = await stage.json(f"/internal/videos?person_id={LENA}", **{"Accept-Language": "ru"})
        (module,) = told["modules"]
        assert module["title"] == "Loops"
        (lesson,) = module["lessons"]
        assert lesson["videos"] == [
            {
                "resource_id": str(video),
                "title": "О циклах",
                "kind": "video",
                "state": "closed",
                "why": "denied",
                "is_open": False,
                "is_opening": False,
                "opened_at": None,
                "expires_at": None,
                "missing": ["Школа закрыла вам доступ."],
                "page_url": f"{ORIGIN}/sync/videos/{video}",
                "app_url": f"{ORIGIN}/sync/videos/app?resource={video}",
                "lesson_url": f"{STEPIK}/lesson/5003",
            }
        ]
        assert told["page_url"] == f"{ORIGIN}/sync/videos"
        assert told["stepik_url"] == f"{STEPIK}/course/{COURSE}"
        assert told["is_matched"] is False


async def test_the_bot_is_told_a_persons_progress(database_url: str) -> None:
    async with watching(database_url) as stage:
        await stage.learner(LENA, 1001, 5001)
        stage.sync.sign_in(act="bot")
        told = await stage.json(f"/internal/progress?person_id={LENA}")
        assert told["is_matched"] is True
        assert told["page_url"] == f"{ORIGIN}/sync/progress"
        assert told["learned_at"].startswith("2026-11-20T08:00")
        assert [module["per_cent"] for module in told["courses"][0]["modules"]] == [50, 0]
        other = await stage.json(f"/internal/progress?person_id={OLEG}")
        assert (other["is_matched"], other["courses"], other["learned_at"]) == (False, [], None)


async def test_nobody_but_the_bot_is_told(database_url: str) -> None:
    async with watching(database_url) as stage:
        for path in ("videos", "progress"):
            address = f"/internal/{path}?person_id={LENA}"
            stage.as_person(LENA)
            assert (await stage.get(address, "application/json")).status_code == 401
            stage.sync.sign_in(act="school")
            assert (await stage.get(address, "application/json")).status_code == 403
            stage.sync.sign_in(act="bot")
            assert (await stage.get(f"/internal/{path}", "application/json")).status_code == 422
