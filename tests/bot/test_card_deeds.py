"""What is done with a work on its card: the question in the place of the buttons, one card all
the time."""

from typing import Any
from uuid import UUID

import pytest

from tests.bot.keeping import dialogs
from tests.bot.playing import (
    CURATOR,
    CURATOR_ID,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    person,
    press_update,
    submission,
)
from tests.bot.schooling import ASSIGNMENT_ID, GROUP_ID, WORK_ID, work
from tests.bot.test_works import data_of, labels, last, pressed, said

pytestmark = pytest.mark.usefixtures("quick_chats")
REVIEW = {"was": "review", "review_url": "https://github.com/s/r/pull/1#pullrequestreview-5"}
TASK = {"assignment_id": ASSIGNMENT_ID, "group_id": GROUP_ID}
DEEDS = ["✅ Accept", "✏️ Return"]


@pytest.fixture
async def asked(play: Play) -> Play:
    """A curator who was asked for a review of the work that school has."""
    await play.know(person(), curator())
    play.school.add(work("review"))
    await play.tell(submission("review", was="execution", **TASK))
    await play.settled()
    return play


async def cards(play: Play) -> list[int]:
    """How many each of the two has."""
    query = "SELECT count(*) FROM cards WHERE person_id = $1"
    return [await play.value(query, one) for one in (STUDENT_ID, CURATOR_ID)]


async def test_a_curators_card_offers_both_decisions(asked: Play) -> None:
    card = await last(asked)
    assert labels(card) == [*DEEDS, "Open the work", "⋯"]
    assert all(len(data_of(card, label).encode()) <= 64 for label in DEEDS)


async def test_a_work_is_accepted_on_its_card_and_the_card_says_so(asked: Play) -> None:
    card = await last(asked)
    await pressed(asked, "✅ Accept")
    question = await last(asked)
    assert question["text"] == card["text"]
    assert labels(question) == ["Accept without a comment", "Accept with a comment", "‹ Back"]
    answer = await pressed(asked, "Accept without a comment")
    assert answer["answer"].startswith("Accepted.")
    await asked.tell(submission("approved", version=2, **TASK, was="review"))
    (recorded,) = await asked.told(1, CURATOR)
    await asked.settled()
    (recorded,) = await asked.bot_messages(CURATOR)
    assert recorded["message_id"] == card["message_id"]
    assert "Recorded: accepted" in recorded["text"]
    assert labels(recorded) == ["Open the work", "⋯"]
    assert await cards(asked) == [1, 1]


async def test_a_question_on_a_card_can_be_left(asked: Play) -> None:
    await pressed(asked, "✏️ Return", "‹ Back")
    assert labels(await last(asked)) == [*DEEDS, "Open the work", "⋯"]
    assert asked.school.commands() == []


async def test_a_comment_is_asked_for_below_the_card(asked: Play) -> None:
    await pressed(asked, "✏️ Return", "Return with a comment")
    card, ask = await asked.told(2, CURATOR)
    assert labels(card) == [*DEEDS, "Open the work", "⋯"]
    assert "Write your comment" in ask["text"]
    assert [state for state, _ in await dialogs(asked)] == ["decision.1:comment"]
    told = await said(asked, "Please add tests")
    assert told["text"].startswith("Returned.")
    ((_, body, _),) = asked.school.commands()
    assert (body["decision"], body["comment"]) == ("correction", "Please add tests")


async def test_the_menu_leads_back_to_the_deeds(asked: Play) -> None:
    await pressed(asked, "⋯", "‹ Back")
    assert labels(await last(asked)) == [*DEEDS, "Open the work", "⋯"]


@pytest.mark.parametrize("ask", ["✅ Accept", "✏️ Return"])
async def test_who_comes_second_is_told_what_stands_and_loses_the_buttons(
    asked: Play, ask: str
) -> None:
    asked.school.add(work("correction", version=2))
    answer = await pressed(asked, ask)
    assert answer["alert"]
    assert "It stands so now: needs correction." in answer["answer"]
    assert labels(await last(asked)) == ["Open the work", "⋯"]
    assert asked.school.commands() == []


async def test_who_answers_the_question_second_is_told_so_as_well(asked: Play) -> None:
    await pressed(asked, "✏️ Return")
    asked.school.add(work("approved", version=9))
    answer = await pressed(asked, "Return without a comment")
    assert "It stands so now: accepted." in answer["answer"]
    assert asked.school.works[str(WORK_ID)]["status"] == "approved"


async def test_pressed_twice_it_is_done_once(asked: Play) -> None:
    await pressed(asked, "✅ Accept")
    card = await last(asked)
    yes = data_of(card, "Accept without a comment")
    chat = {"id": CURATOR, "type": "private"}
    twice = [
        press_update(9001 + n, card["message_id"], yes, by=CURATOR, chat=chat) for n in range(2)
    ]
    await asked.insert(*twice)
    await asked.settled()
    texts = await asked.rows(
        "SELECT payload ->> 'text' FROM outgoing WHERE method = 'answerCallbackQuery'"
        " AND payload ->> 'callback_query_id' IN ('9001', '9002') ORDER BY id"
    )
    assert [row[0].split(".")[0] for row in texts] == [
        "Accepted",
        "Nothing was done: this work has changed meanwhile",
    ]
    assert await asked.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []


async def test_an_older_message_of_a_card_loses_its_deeds_when_they_are_done_there(
    asked: Play,
) -> None:
    old = await last(asked)
    await asked.tell(submission("review", version=2, was="execution", **TASK))
    await asked.told(2, CURATOR)
    await asked.settled()
    await asked.press(old, data_of(old, "✅ Accept"), CURATOR)
    await asked.settled()
    question = (await asked.bot_messages(CURATOR))[0]
    await asked.press(question, data_of(question, "Accept without a comment"), CURATOR)
    await asked.settled()
    first, second = await asked.bot_messages(CURATOR)
    assert labels(first) == ["Open the work", "⋯"]
    assert labels(second) == [*DEEDS, "Open the work", "⋯"], "its news edits it"


async def test_what_school_refuses_is_shown_in_passing_and_the_buttons_stay(asked: Play) -> None:
    asked.school.refuse("decision", 409, "x" * 300)
    await pressed(asked, "✅ Accept")
    answer = await pressed(asked, "Accept without a comment")
    assert answer["answer"] == "x" * 199 + "…"
    assert labels(await last(asked)) == [*DEEDS, "Open the work", "⋯"]


async def test_a_work_that_is_none_of_theirs_any_more_is_refused(asked: Play) -> None:
    asked.school.works.clear()
    answer = await pressed(asked, "✅ Accept")
    assert answer["answer"] == "There is no such work."


# What others do changes the card


async def test_a_work_that_is_taken_back_leaves_no_deeds_on_the_curators_card(
    asked: Play,
) -> None:
    card = await last(asked)
    await asked.tell(submission("execution", version=2, was="review", **TASK))
    await asked.settled()
    (after,) = await asked.bot_messages(CURATOR)
    assert after["message_id"] == card["message_id"]
    assert "has taken the work back" in after["text"]
    assert labels(after) == ["Open the work", "⋯"]


async def test_a_pull_request_in_trouble_can_still_be_decided(asked: Play) -> None:
    await asked.tell(submission("review", version=2, was="review", trouble="gone", **TASK))
    assert labels((await asked.told(2, CURATOR))[-1]) == [*DEEDS, "Open the work", "⋯"]


# The student's card


async def test_a_student_has_no_card_of_what_they_do_themselves(asked: Play) -> None:
    await asked.tell(submission("execution", version=2, was="review", **TASK))
    await asked.tell(submission("review", version=3, was="execution", **TASK))
    await asked.settled()
    assert await asked.bot_messages() == []
    assert (await cards(asked))[0] == 0


async def test_a_card_that_they_have_is_kept_true_in_silence_and_takes_back(asked: Play) -> None:
    await asked.tell(submission("correction", version=2, **TASK, **REVIEW))
    (card,) = await asked.told(1)
    assert labels(card) == ["Open the review", "⋯"]
    await asked.tell(submission("review", version=3, was="correction", **TASK))
    await asked.settled()
    (again,) = await asked.bot_messages()
    assert again["message_id"] == card["message_id"]
    assert "Your work is on review." in again["text"]
    assert labels(again) == ["↩️ Take back", "Open the work", "⋯"]
    asked.school.add(work("review", version=3))
    await pressed(asked, "↩️ Take back", chat_id=STUDENT)
    assert labels(await last(asked, STUDENT)) == ["Yes, take it back", "‹ Back"]
    answer = await pressed(asked, "Yes, take it back", chat_id=STUDENT)
    assert answer["answer"].startswith("Taken back")
    await asked.tell(submission("execution", version=4, was="review", **TASK))
    await asked.settled()
    (after,) = await asked.bot_messages()
    assert "You have taken the work back." in after["text"]
    assert labels(after) == ["Open the work", "⋯"]


async def test_a_withdrawn_review_can_be_answered_by_taking_the_work_back(asked: Play) -> None:
    await asked.tell(submission("review", version=2, **TASK, **{**REVIEW, "was": "approved"}))
    (card,) = await asked.told(1)
    assert labels(card) == ["↩️ Take back", "Open the work", "⋯"]
    asked.school.add(work("approved", version=9))
    answer = await pressed(asked, "↩️ Take back", chat_id=STUDENT)
    assert "It stands so now: accepted." in answer["answer"]


async def test_a_work_of_no_assignment_is_not_taken_back(asked: Play) -> None:
    await asked.tell(
        submission("review", submission_id=UUID(int=5), **{**REVIEW, "was": "approved"})
    )
    (card,) = await asked.told(1)
    assert labels(card) == ["Open the work", "⋯"]


@pytest.mark.parametrize("title", ["<b>&", "a" * 2000, "{title}"])
async def test_titles_are_shown_as_they_are_wherever_they_stand(asked: Play, title: str) -> None:
    asked.school.add(work("review", title=title))
    await pressed(asked, "✏️ Return", "Return with a comment")
    ask: dict[str, Any] = await last(asked)
    assert ask["text"].startswith(title[:100])
    await asked.tell(submission("correction", version=2, title=title, **TASK, **REVIEW))
    (card,) = await asked.told(1)
    assert card["text"].startswith(f"✏️ {title[:100]}")
