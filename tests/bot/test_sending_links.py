"""A link to a pull request, sent at any time: what it is for is asked, and only then it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.bot.works.buttons import DraftPress
from services.bot.works.service import prune
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
from tests.bot.schooling import ASSIGNMENT_ID, GROUP_ID, PULL, choice, work
from tests.bot.test_works import data_of, labels, last, pressed, said

pytestmark = pytest.mark.usefixtures("quick_chats")


@pytest.fixture
async def known(play: Play) -> Play:
    """A student whose chat is known, with one assignment that waits for a link."""
    await play.know(person())
    play.school.choices = [choice()]
    return play


async def asked(play: Play, text: str = PULL) -> dict[str, Any]:
    return await said(play, text, STUDENT)


async def test_one_assignment_is_asked_about_and_sent_by_a_press(known: Play) -> None:
    question = await asked(known, f"my work: {PULL}/files, at last")
    assert question["text"] == (
        f"Send this for review?\n\n{PULL}\nFor: Task 0, week 1 (due 8 September)"
    )
    assert labels(question) == ["📤 Send", "No, leave it"]
    assert known.school.asked == [
        ("choices", {"person_id": str(STUDENT_ID), "pull_url": PULL}, None)
    ]
    await pressed(known, "📤 Send", chat_id=STUDENT)
    ((what, body, key),) = known.school.commands()
    assert (what, body["pull_url"]) == ("send", PULL)
    assert (body["assignment_id"], body["group_id"]) == (str(ASSIGNMENT_ID), str(GROUP_ID))
    assert key == f"{await known.value('SELECT max(update_id) FROM updates')}.1"
    sent = await last(known, STUDENT)
    assert sent["message_id"] == question["message_id"]
    assert sent["text"].startswith("Sent! Carl hears of it now.")
    assert "GitHub could not be asked" not in sent["text"]
    assert "Status: on review" in sent["text"]


async def test_a_link_that_github_could_not_be_asked_about_is_sent_and_says_so(
    known: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.bot.schooling.work", lambda *a, **facts: work(*a, is_checked=False, **facts)
    )
    await asked(known)
    await pressed(known, "📤 Send", chat_id=STUDENT)
    assert "GitHub could not be asked about the link" in (await last(known, STUDENT))["text"]


async def test_of_several_one_is_chosen(known: Play) -> None:
    known.school.choices = [choice(n, week=n + 1) for n in range(20)]
    question = await asked(known)
    assert question["text"].startswith("Which work is this?")
    assert labels(question)[:2] == ["🛠 1. Task 0", "🛠 2. Task 1"]
    assert len(labels(question)) == 21
    await pressed(known, "🛠 20. Task 19", chat_id=STUDENT)
    ((_, body, _),) = known.school.commands()
    assert body["assignment_id"] == str(UUID(int=ASSIGNMENT_ID.int + 19))


async def test_where_nothing_waits_for_a_link_the_page_is_shown(known: Play) -> None:
    known.school.choices = []
    answer = await asked(known)
    assert answer["text"].startswith("I see no work that this link could be sent for")
    assert answer["text"].endswith("http://localhost:8080/school")
    assert await known.value("SELECT count(*) FROM drafts") == 0


async def test_a_link_can_be_left(known: Play) -> None:
    await asked(known)
    await pressed(known, "No, leave it", chat_id=STUDENT)
    left = await last(known, STUDENT)
    assert left["text"].startswith("Nothing was sent for review.")
    assert left["buttons"] == []
    assert known.school.commands() == []


async def test_the_question_is_kept_over_a_restart(known: Play) -> None:
    await asked(known)
    await known.restart()
    await pressed(known, "📤 Send", chat_id=STUDENT)
    assert len(known.school.commands()) == 1


async def test_what_school_refuses_is_said_and_may_be_tried_again(known: Play) -> None:
    await asked(known)
    known.school.refuse("send", 409, "The pull request is closed", "Open it again on <GitHub>.")
    await pressed(known, "📤 Send", chat_id=STUDENT)
    refused = await last(known, STUDENT)
    assert refused["text"] == "Not sent: The pull request is closed. Open it again on <GitHub>."
    known.school.refusals.clear()
    await pressed(known, "📤 Send", chat_id=STUDENT)
    assert (await last(known, STUDENT))["text"].startswith("Sent!")


async def test_a_link_that_school_refuses_at_sight_is_explained(known: Play) -> None:
    known.school.refuse("choices", 422, "Please sign in with GitHub first")
    answer = await asked(known)
    assert answer["text"] == "Not sent: Please sign in with GitHub first."


async def test_a_second_press_shows_how_the_work_stands(known: Play) -> None:
    question = await asked(known)
    send, leave = data_of(question, "📤 Send"), data_of(question, "No, leave it")
    await pressed(known, "📤 Send", chat_id=STUDENT)
    known.school.add({**work("approved"), "submission_id": next(iter(known.school.works))})
    for number, data in enumerate((send, leave)):
        message_id = question["message_id"]
        await known.insert(press_update(9001 + number, message_id, data))
        await known.settled()
        assert "Status: accepted" in (await last(known, STUDENT))["text"]
    assert len(known.school.commands()) == 1


async def test_two_links_wait_side_by_side(known: Play) -> None:
    first = await asked(known)
    await asked(known, PULL.replace("/7", "/8"))
    await known.press(first, data_of(first, "📤 Send"))
    await known.settled()
    ((_, body, _),) = known.school.commands()
    assert body["pull_url"] == PULL


async def test_several_links_are_to_come_one_by_one(known: Play) -> None:
    answer = await asked(known, f"{PULL} {PULL}8")
    assert "one by one" in answer["text"]
    assert known.school.asked == []


@pytest.mark.parametrize(
    "text", ["https://github.com/vera/library", "https://gitlab.com/v/l/-/merge_requests/1"]
)
async def test_another_link_to_code_is_answered_with_what_is_wanted(known: Play, text: str) -> None:
    answer = await asked(known, text)
    assert answer["text"].startswith("This is no link to a pull request.")
    assert known.school.asked == []


async def test_a_link_behind_words_and_in_a_caption_is_read(known: Play) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": PULL}
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    captioned = message_update(9002, "x", caption=f"see {PULL}", photo=photo)
    del captioned["message"]["text"]
    await known.insert(message_update(9001, "work", entities=[entity]), captioned)
    await known.told(2)
    assert [what for what, _, _ in known.school.asked] == ["choices", "choices"]


async def test_a_stranger_is_invited(play: Play) -> None:
    await play.insert(
        message_update(9001, PULL, SECOND), message_update(9002, "github.com/a/b", SECOND)
    )
    for message in await play.told(2, SECOND):
        assert message["text"].startswith("Works belong to an account")
    assert play.school.asked == []


async def test_while_a_dialogue_waits_a_link_is_its_answer(known: Play) -> None:
    await known.say("/feedback A link")
    await known.told(1)
    await known.say(PULL)
    assert PULL in (await known.told(2))[-1]["text"]
    assert known.school.asked == []
    assert await known.value("SELECT count(*) FROM feedback") == 1


async def test_a_link_in_a_group_is_left_alone(known: Play) -> None:
    await known.insert(message_update(9001, PULL, -1007000000001))
    await known.settled()
    assert known.school.asked == []
    assert await known.value("SELECT count(*) FROM outgoing WHERE chat_id <> 0") == 0


# Presses that nobody should make


async def test_a_draft_is_its_senders_own(known: Play) -> None:
    await known.know(curator())
    question = await asked(known)
    data = data_of(question, "📤 Send")
    press = press_update(9001, 5, data, by=CURATOR, chat={"id": CURATOR, "type": "private"})
    await known.insert(press)
    await known.settled()
    assert known.school.commands() == []
    answers = "SELECT payload ->> 'text' FROM outgoing WHERE method = 'answerCallbackQuery'"
    assert "too old" in await known.value(answers)


@pytest.mark.parametrize("number", [-1, 1, 99])
async def test_a_choice_that_was_never_offered_sends_nothing(known: Play, number: int) -> None:
    await asked(known)
    draft_id = await known.value("SELECT draft_id FROM drafts")
    data = DraftPress(do="yes", draft_id=draft_id, choice=number).pack()
    await known.insert(press_update(9001, 5, data))
    await known.settled()
    assert known.school.commands() == []


async def test_an_old_question_asks_for_the_link_again(known: Play) -> None:
    await asked(known)
    known.clock.advance(timedelta(days=29))
    assert await prune(known.service.database, known.clock) == 0
    known.clock.advance(timedelta(days=2))
    assert await prune(known.service.database, known.clock) == 1
    answer = await pressed(known, "📤 Send", chat_id=STUDENT)
    assert answer["answer"] == "This question is too old. Please send the link again."


async def test_drafts_go_with_their_person(known: Play) -> None:
    await asked(known)
    await known.know(person(version=2, deleted=True))
    assert await known.value("SELECT count(*) FROM drafts") == 0


def test_a_drafts_button_fits() -> None:
    assert len(DraftPress(do="yes", draft_id=uuid4(), choice=19).pack().encode()) <= 64
