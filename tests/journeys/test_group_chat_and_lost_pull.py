"""A course's group chat hears of its weeks, and a pull request that vanishes and comes back is told
to its student and curator: in one process, where every webhook is lost, and over RabbitMQ."""

import pytest

from tests.journeys.chats import A_LOOK_S, STUDENT, Chats, Place, one_process, over_rabbitmq
from tests.journeys.test_work_in_the_chat import PULL, TITLE, send

pytestmark = pytest.mark.timeout(150)

ADMINISTRATOR = "administrator"
ROOM = "staffroom"
COURSE = "First steps in Python"
REPOSITORY = "parta-student2/reading-list"
A_LOOK_AT_LOST_S = 31 * 60
A_WEEK_S = 7 * 24 * 3600


@pytest.mark.parametrize("place", [one_process, over_rabbitmq], ids=lambda place: place.__name__)
async def test_a_vanished_pull_request_is_told_to_both_and_a_chat_hears_of_what_is_its(
    request: pytest.FixtureRequest, place: Place
) -> None:
    async with place(request) as chats:
        await lose_and_find(chats)
        await link_hear_and_let_go(chats)


async def lose_and_find(chats: Chats) -> None:
    """Student and curator are told that the pull request is gone; the student, that it is back."""
    await chats.post("/github/pull", pull=PULL, action="opened", title="Reading list")
    if chats.loses_webhooks:
        await chats.post("/github/losses", all=True)
    await send(chats)
    await chats.post("/github/repository", repository=REPOSITORY, action="private")
    await chats.shown_after_looks(
        STUDENT, f"{TITLE}\nThe pull request of your work cannot be seen", after_s=A_LOOK_S
    )
    await chats.shown("curator", f"⚠️ {TITLE}")
    await chats.post("/github/repository", repository=REPOSITORY, action="public")
    await chats.shown_after_looks(
        STUDENT, f"{TITLE}\nThe pull request can be seen again.", after_s=A_LOOK_AT_LOST_S
    )


async def link_hear_and_let_go(chats: Chats) -> None:
    """An administrator gives the room to the course, and takes it back."""
    await chats.say("curator", "/link", room=ROOM)
    await chats.shown(ROOM, chats.one_of("administrators only", "только администраторы"))
    await chats.say(ADMINISTRATOR, "/link", room=ROOM)
    await chats.press(ADMINISTRATOR, "?", COURSE, room=ROOM)
    await chats.shown(ROOM, chats.one_of(f"belongs to {COURSE}.", f"привязан к {COURSE}."))
    if chats.loses_webhooks:  # its clock can be moved
        await chats.post("/clock", advance_s=A_WEEK_S)
        await chats.shown(ROOM, f"{COURSE}\nОткрылась неделя 3")
    await chats.say(ADMINISTRATOR, "/unlink", room=ROOM)
    await chats.press(ADMINISTRATOR, "?", COURSE, room=ROOM)
    await chats.shown(ROOM, chats.one_of(f"{COURSE} no longer", f"больше не привязан к {COURSE}"))
