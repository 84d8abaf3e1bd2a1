"""/works: lists, a work's screen, and what is done there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.school import SchoolAway, SchoolClient, SchoolRefused, Work, Works
from services.bot.works import screens
from services.bot.works.buttons import Target, WorkPress, read_target
from shared.people import Person
from tests.bot.keeping import dialogs
from tests.bot.playing import (
    CURATOR,
    SECOND,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    message_update,
    person,
    press_update,
)
from tests.bot.schooling import ASSIGNMENT_ID, GROUP_ID, PULL, WORK_ID, work
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")
COMMENT_ASKED = "Write your comment to the student"


@pytest.fixture
async def known(play: Play) -> Play:
    """A student and a curator whose chats are known; both read English."""
    await play.know(person(zone="Asia/Omsk"), curator())
    return play


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


def data_of(message: dict[str, Any], label: str) -> str:
    (found,) = [
        str(button["data"])
        for row in message["buttons"]
        for button in row
        if button["text"] == label
    ]
    return found


async def last(play: Play, chat_id: int = CURATOR) -> dict[str, Any]:
    await play.settled()
    return dict((await play.bot_messages(chat_id))[-1])


async def said(play: Play, text: str, chat_id: int = CURATOR) -> dict[str, Any]:
    """Say something; gives the last message once there is a new one."""
    before = len(await play.bot_messages(chat_id))
    await play.say(text, chat_id)

    async def is_answered() -> bool:
        return len(await play.bot_messages(chat_id)) > before

    await eventually(is_answered)
    return await last(play, chat_id)


async def pressed(play: Play, *labels_: str, chat_id: int = CURATOR) -> Any:
    """Press these one after the other on the last message; gives what Telegram showed."""
    answer = None
    for label in labels_:
        message = await last(play, chat_id)
        answer = await play.press(message, data_of(message, label), chat_id)
    await play.settled()
    return answer


async def queue(play: Play, **facts: Any) -> dict[str, Any]:
    """A work that waits for the curator, and their list of such."""
    one = play.school.add(work("review", **facts))
    play.school.to_review = [one]
    return await said(play, "/works")


# Lists


async def test_a_stranger_is_invited(play: Play) -> None:
    await play.say("/works", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("Works belong to an account")
    assert "/me" in message["text"]
    assert play.school.asked == []


async def test_a_student_sees_their_works_with_status_and_due_dates(known: Play) -> None:
    known.school.own = [
        work("available", title="Maps & <routes>"),
        work("correction", title="Search"),
        work("approved", title="Login", submission_id=str(UUID(int=9))),
    ]
    message = await said(known, "/works", STUDENT)
    lines = message["text"].split("\n")
    assert lines[0] == "📚 My works: 3 works"
    assert lines[2] == "▫️ Maps & <routes> — not begun, due 8 September"
    assert lines[3] == "✏️ Search — needs correction, due 8 September"
    assert lines[4] == "✅ Login — accepted"
    assert "write me the link to its pull request" in message["text"]
    assert labels(message)[:3] == ["▫️ Maps & <routes>", "✏️ Search", "✅ Login"]
    assert known.school.asked == [("list", {"person_id": str(STUDENT_ID)}, None)]


async def test_who_has_nothing_is_told_so(known: Play) -> None:
    assert "There is nothing here yet" in (await said(known, "/works", STUDENT))["text"]


async def test_a_curator_sees_their_queue_first_and_their_own_works_by_a_press(
    known: Play,
) -> None:
    known.school.own = [work("execution", title="Own")]
    message = await queue(known, title="Search")
    assert message["text"].startswith("🔍 To review: 1 work, the longest wait first")
    assert "🔍 Search — Vera, on review, due 8 September" in message["text"]
    await pressed(known, "📚 My works")
    own = await last(known)
    assert own["message_id"] == message["message_id"]
    assert own["text"].startswith("📚 My works: 1 work")
    await pressed(known, "🔍 To review: 1")
    assert (await last(known))["text"].startswith("🔍 To review")


async def test_lists_are_paged_and_what_the_chat_does_not_show_is_on_the_page(
    known: Play,
) -> None:
    known.school.own = [
        work("execution", title=f"Task {n}", submission_id=str(UUID(int=n + 1))) for n in range(40)
    ]
    first = await said(known, "/works", STUDENT)
    assert [label for label in labels(first) if label.startswith("🛠")] == [
        f"🛠 Task {n}" for n in range(6)
    ]
    assert "Here are the first 30" in first["text"]
    assert "http://localhost:8080/school" in first["text"]
    assert "‹" not in labels(first)
    await pressed(known, "›", "›", "›", "›", chat_id=STUDENT)
    end = await last(known, STUDENT)
    assert labels(end)[0] == "🛠 Task 24"
    assert "›" not in labels(end)
    await pressed(known, "‹", chat_id=STUDENT)
    assert labels(await last(known, STUDENT))[0] == "🛠 Task 18"


async def test_a_list_that_became_shorter_shows_its_last_page(known: Play) -> None:
    known.school.own = [work("execution", title=f"Task {n}") for n in range(13)]
    await said(known, "/works", STUDENT)
    await pressed(known, "›", chat_id=STUDENT)
    known.school.own = known.school.own[:3]
    await pressed(known, "›", chat_id=STUDENT)
    assert labels(await last(known, STUDENT))[0] == "🛠 Task 0"


async def test_an_opened_work_leads_back_to_where_it_stood_in_the_list(known: Play) -> None:
    known.school.own = [
        known.school.add(work("execution", title=f"Task {n}", submission_id=str(UUID(int=n + 1))))
        for n in range(13)
    ]
    await said(known, "/works", STUDENT)
    await pressed(known, "›", "🛠 Task 7", chat_id=STUDENT)
    screen = await last(known, STUDENT)
    assert screen["text"].startswith("🛠 Task 7\nStatus: in progress, since 1 Sep 2026, 18:00")
    assert "(Asia/Omsk)" in screen["text"]
    assert "Wanted by: 8 September" in screen["text"]
    await pressed(known, "‹ Back", chat_id=STUDENT)
    assert labels(await last(known, STUDENT))[0] == "🛠 Task 6"


async def test_school_answers_in_the_readers_language(play: Play) -> None:
    await play.know(person(locale="ru"))
    play.school.own = [work("review", title="Поиск")]
    message = await said(play, "/works", STUDENT)
    assert message["text"].startswith(
        "📚 Мои работы: 1 работа\n\n🔍 Поиск — на проверке, срок 8 сентября"
    )
    assert play.school.languages == ["ru"]


# Deeds on screens


async def test_only_what_school_allows_is_offered(known: Play) -> None:
    message = await queue(known)
    await pressed(known, "🔍 Search by author")
    screen = await last(known)
    assert screen["message_id"] == message["message_id"]
    assert labels(screen) == [
        "✅ Accept",
        "✏️ Return",
        "↩️ Take back",
        "Pull request",
        "On the page",
        "‹ Back",
    ]
    known.school.add(work("review", may=[]))
    await pressed(known, "‹ Back", "🔍 Search by author")
    assert labels(await last(known)) == ["Pull request", "On the page", "‹ Back"]


@pytest.mark.parametrize(
    ("ask", "yes", "decision", "told"),
    [
        ("✅ Accept", "Accept without a comment", "approved", "Accepted."),
        ("✏️ Return", "Return without a comment", "correction", "Returned."),
    ],
)
async def test_a_work_is_decided_once_the_question_is_answered(
    known: Play, ask: str, yes: str, decision: str, told: str
) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", ask)
    assert known.school.commands() == []
    answer = await pressed(known, yes)
    assert answer["answer"].startswith(told)
    ((what, body, key),) = known.school.commands()
    assert (what, body["decision"], body["comment"]) == ("decision", decision, "")
    assert body["person_id"] == str(UUID(int=2))
    assert key == f"{await known.value('SELECT max(update_id) FROM updates')}.1"
    assert "Status: " in (await last(known))["text"]


async def test_a_question_can_be_left(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✏️ Return", "‹ Back")
    assert "✅ Accept" in labels(await last(known))
    assert known.school.commands() == []


async def test_a_comment_goes_with_the_decision_across_a_restart(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✏️ Return", "Return with a comment")
    assert COMMENT_ASKED in (await last(known))["text"]
    await known.restart()
    answer = await said(known, "Please  add\ntests <b>")
    assert answer["text"].startswith("Returned. The student hears of it now.")
    ((_, body, _),) = known.school.commands()
    assert (body["decision"], body["comment"]) == ("correction", "Please  add\ntests <b>")
    assert await dialogs(known) == []


async def test_a_comment_can_be_left_and_nothing_is_decided(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept with a comment")
    answer = await said(known, "/cancel")
    assert "The work stands as it stood" in answer["text"]
    assert known.school.commands() == []
    assert await dialogs(known) == []


async def test_a_comment_that_is_too_long_is_refused_with_its_tail(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept with a comment")
    await known.insert(
        message_update(9001, "я" * 4096, CURATOR), message_update(9002, "tail", CURATOR)
    )
    await known.settled()
    assert "2096 more than the 2000 that fit" in (await last(known))["text"]
    assert known.school.commands() == []
    await said(known, "я" * 2000)
    assert known.school.commands()[0][1]["comment"] == "я" * 2000


async def test_a_sticker_or_nothing_is_no_comment(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept with a comment")
    await known.insert(message_update(9001, "\u200b \n", CURATOR))
    await known.settled()
    assert "waiting for your comment" in (await last(known))["text"]
    assert known.school.commands() == []


async def test_who_is_unlinked_meanwhile_decides_nothing(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept with a comment")
    await known.know(curator(version=2, telegram_id=None))
    await said(known, "Well done")
    assert known.school.commands() == []
    assert await dialogs(known) == []


async def test_of_two_curators_the_second_is_told_what_stands_now(known: Play) -> None:
    """The first was quicker between the second's question and its answer."""
    await queue(known)
    await pressed(known, "🔍 Search by author", "✏️ Return")
    known.school.add(work("approved", version=2))
    await pressed(known, "Return without a comment")
    screen = await last(known)
    assert screen["text"].startswith("Nothing was done: this work has changed meanwhile.")
    assert "It stands so now: accepted." in screen["text"]
    assert known.school.works[str(WORK_ID)]["status"] == "approved"


async def test_of_two_curators_who_press_at_one_moment_too(known: Play) -> None:
    """The first's word reached school between the second's look and the second's word."""
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept")

    def first(what: str) -> None:
        if what == "decision":
            known.school.add(work("approved", version=2))

    known.school.before = first
    await pressed(known, "Accept without a comment")
    assert "It stands so now: accepted." in (await last(known))["text"]
    assert len(known.school.commands()) == 1


async def test_a_comment_that_comes_too_late_says_what_stands_now(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept with a comment")
    known.school.add(work("correction", version=2))
    answer = await said(known, "Well done")
    assert "It stands so now: needs correction." in answer["text"]
    assert known.school.works[str(WORK_ID)]["status"] == "correction"


async def test_an_old_screen_is_answered_with_what_stands_now(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author")
    known.school.add(work("approved", version=2, may=[]))
    await pressed(known, "✅ Accept")
    screen = await last(known)
    assert "It stands so now: accepted." in screen["text"]
    assert "✅ Accept" not in labels(screen)


async def test_a_handler_that_ran_before_a_crash_has_its_effect_once(
    known: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept")
    crashes = 1

    def crash(point: str) -> None:
        nonlocal crashes
        if point == "updates.before_commit" and crashes and known.school.commands():
            crashes -= 1
            raise ConnectionError(point)

    monkeypatch.setattr("services.bot.updates.worker.crash_point", crash)
    await pressed(known, "Accept without a comment")

    async def is_shown() -> bool:
        known.service.database.ring("updates")
        return "Status: accepted" in (await last(known))["text"]

    await eventually(is_shown)
    assert crashes == 0
    assert len({key for _, _, key in known.school.commands()}) == 1
    assert "Nothing was done" not in (await last(known))["text"]


async def test_what_school_refuses_is_said_in_its_words(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept")
    known.school.refuse("decision", 409, "The stream <b>is over", "Ask an administrator.")
    await pressed(known, "Accept without a comment")
    screen = await last(known)
    assert screen["text"].startswith("The stream <b>is over. Ask an administrator.")
    assert "✅ Accept" in labels(screen)


async def test_while_school_is_away_the_person_is_told_once_and_it_is_done_all_the_same(
    known: Play,
) -> None:
    known.school.away = 2
    known.school.own = [work("execution")]
    await known.say("/works")
    (message,) = await known.told(1)
    assert message["text"].startswith("The school does not answer right now")
    known.clock.advance(timedelta(seconds=2))
    (_, works) = await known.told(2)
    assert works["text"].startswith("📚 My works")


async def test_a_student_takes_a_work_back(known: Play) -> None:
    known.school.own = [known.school.add(work("review", may=["take_back"]))]
    await said(known, "/works", STUDENT)
    await pressed(known, "🔍 Search by author", "↩️ Take back", chat_id=STUDENT)
    assert "Take “Search by author” back" in (await last(known, STUDENT))["text"]
    answer = await pressed(known, "Yes, take it back", chat_id=STUDENT)
    assert answer["answer"].startswith("Taken back")
    assert [what for what, _, _ in known.school.commands()] == ["take-back"]
    assert "Status: in progress" in (await last(known, STUDENT))["text"]


async def test_a_work_that_was_not_begun_is_opened_and_sent_by_a_link(known: Play) -> None:
    known.school.own = [work("available", title="Maps")]
    await said(known, "/works", STUDENT)
    await pressed(known, "▫️ Maps", "📤 Send a link", chat_id=STUDENT)
    assert "Send me the link" in (await last(known, STUDENT))["text"]
    await known.restart()
    other = await said(known, "is it this one?", STUDENT)
    assert "I am waiting for a link" in other["text"]
    known.school.refuse("send", 422, "Please send a pull request in a repository of your own")
    refused = (await said(known, "https://github.com/other/library/pull/7", STUDENT))["text"]
    assert refused.startswith("Not sent: Please send a pull request in a repository of your own.")
    assert "/cancel" in refused
    known.school.refusals.clear()
    sent = await said(known, f"then {PULL}/files", STUDENT)
    assert sent["text"].startswith("Sent! Carl hears of it now.")
    assert "↩️ Take back" in labels(sent)
    _, (what, body, _) = known.school.commands()
    assert (what, body["pull_url"]) == ("send", PULL)
    assert (body["assignment_id"], body["group_id"]) == (str(ASSIGNMENT_ID), str(GROUP_ID))
    assert await dialogs(known) == []


async def test_a_mended_work_is_sent_again_by_one_press(known: Play) -> None:
    known.school.own = [known.school.add(work("correction", may=["send"]))]
    await said(known, "/works", STUDENT)
    await pressed(
        known, "✏️ Search by author", "📤 Send the same pull request again", chat_id=STUDENT
    )
    ((_, body, _),) = known.school.commands()
    assert body["pull_url"] == PULL
    assert (await last(known, STUDENT))["text"].startswith("Sent!")


async def test_a_work_of_no_assignment_is_sent_on_the_page(known: Play) -> None:
    one = work("correction", assignment_id=None, group_id=None, may=["send"])
    known.school.own = [known.school.add(one)]
    await said(known, "/works", STUDENT)
    await pressed(known, "✏️ Search by author", chat_id=STUDENT)
    assert labels(await last(known, STUDENT)) == ["Pull request", "On the page", "‹ Back"]


async def test_no_screen_of_works_is_a_card(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept", "Accept without a comment")
    assert await known.value("SELECT count(*) FROM cards") == 0
    assert await known.value("SELECT count(*) FROM outgoing WHERE card_id IS NOT NULL") == 0


# Presses that nobody should make


async def test_a_press_in_the_chat_of_another_does_nothing(known: Play) -> None:
    await queue(known)
    await pressed(known, "🔍 Search by author", "✅ Accept")
    data = data_of(await last(known), "Accept without a comment")
    asked = len(known.school.asked)
    await known.insert(press_update(9001, 5, data, by=SECOND))
    await known.settled()
    assert len(known.school.asked) == asked


async def test_a_made_up_press_is_for_school_to_refuse(known: Play) -> None:
    at = Target(submission_id=UUID(int=12345)).pack()
    for number, do in enumerate(("open", "ok", "ok_yes", "ok_say", "take_yes", "link", "again")):
        data = WorkPress(do=do, at=at, seen=1).pack()  # type: ignore[arg-type]
        await known.insert(press_update(9001 + number, 5, data))
    await known.settled()
    assert known.school.works == {}
    assert await dialogs(known) == []
    assert await known.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []


@pytest.mark.parametrize("do", ["ok", "ok_yes", "ok_say", "take", "take_yes", "again", "link"])
async def test_a_made_up_deed_to_a_work_that_was_not_begun_does_nothing(
    known: Play, do: str
) -> None:
    known.school.own = [work("available", may=[], group_id=None, assignment_id=None)]
    known.school.own.append(work("available", may=[]))
    at = Target(None, ASSIGNMENT_ID, GROUP_ID).pack()
    data = WorkPress(do=do, at=at, seen=1).pack()  # type: ignore[arg-type]
    await known.insert(press_update(9001, 5, data))
    await known.settled()
    assert [one for one in known.school.commands() if one[0] != "send"] == []
    assert await known.rows("SELECT 1 FROM updates WHERE attempts > 0") == []


def test_a_target_is_read_back_and_nothing_else_is() -> None:
    for target in (Target(WORK_ID), Target(None, ASSIGNMENT_ID, GROUP_ID)):
        assert read_target(target.pack()) == target
    for odd in ("", "x", "я" * 22, "=" * 22, "a" * 21, "a" * 44, " " * 43, "!" * 22):
        assert read_target(odd) is None


@pytest.mark.parametrize("back", ["", "o9", f"c{2**63 - 1}"])
def test_the_longest_button_of_a_work_fits(back: str) -> None:
    target = Target(WORK_ID) if back.startswith("c") else Target(None, ASSIGNMENT_ID, GROUP_ID)
    press = WorkPress(do="take_yes", at=target.pack(), seen=999, back=back)
    assert len(press.pack().encode()) <= 64


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_no_list_is_longer_than_telegram_allows(locale: str) -> None:
    texts = bot_words.catalogue().of(locale)
    long = Work.model_validate(work("review", title="<&😀" * 500, student_name="<&" * 500))
    works = Works(own=(long,) * 30, to_review=(long,) * 30, own_total=99, to_review_total=99)
    for which in ("own", "review"):
        screen = screens.listed(works, which, 0, texts, "https://x.org/" + "a" * 400)  # type: ignore[arg-type]
        shown = screen.text.replace("&lt;", "<").replace("&amp;", "&").replace("&gt;", ">")
        assert len(shown.encode("utf-16-le")) // 2 <= 4096
    one = screens.shown(long, Person(STUDENT_ID), texts, above="x" * 500)
    assert len(one.text) < 4096


# school


async def test_an_answer_that_is_none_of_schools_is_school_away(known: Play) -> None:
    school = SchoolClient(known.service.client_of("school"))
    asker = Asker(STUDENT_ID, "en")
    known.school.own = [{"title": "no status"}]
    with pytest.raises(SchoolAway):
        await school.list_works(asker)
    with pytest.raises(SchoolRefused) as refused:
        await school.get_work(asker, UUID(int=1))
    assert (refused.value.status, refused.value.title) == (404, "There is no such work")


async def test_fields_that_this_version_does_not_know_are_no_matter(known: Play) -> None:
    known.school.add(work("review", brand_new={"a": 1}, may=["fly"]))
    school = SchoolClient(known.service.client_of("school"))
    found = await school.get_work(Asker(STUDENT_ID, "en"), WORK_ID)
    assert found.may == {"fly"}
