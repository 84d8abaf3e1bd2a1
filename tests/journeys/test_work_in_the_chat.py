"""A work of a course, from a link written to the bot to its acceptance on the curator's card: in
one process, where every webhook is lost, and over RabbitMQ."""

import pytest

from tests.journeys.chats import STUDENT, Chats, Place, one_process, over_rabbitmq

pytestmark = pytest.mark.timeout(150)

PULL = "https://github.com/parta-student2/reading-list/pull/1"
TITLE = "The reading list, tested"
WAITING, RECORDED = f"📥 {TITLE}", f"📝 {TITLE}"
"""How the curator's card of it begins."""


@pytest.mark.parametrize("place", [one_process, over_rabbitmq], ids=lambda place: place.__name__)
async def test_a_link_is_sent_reviewed_sent_again_and_accepted_on_the_card(
    request: pytest.FixtureRequest, place: Place
) -> None:
    async with place(request) as chats:
        await chats.post("/github/pull", pull=PULL, action="opened", title="Reading list")
        if chats.loses_webhooks:
            await chats.post("/github/losses", all=True)

        await send(chats)
        await chats.press("curator", WAITING, chats.accept)
        await chats.press("curator", WAITING, "‹")
        await chats.post(
            "/github/review", pull=PULL, by="curator", state="changes_requested", body="Name it"
        )
        await chats.let_a_look_pass()
        await chats.shown(STUDENT, f"{TITLE}\nYour work came back with remarks.")
        await chats.shown("curator", RECORDED)

        await send(chats)
        await chats.press("curator", WAITING, chats.accept)
        await chats.press("curator", WAITING, f"{chats.accept} ")
        await chats.shown(STUDENT, f"{TITLE}\nYour work is accepted!")


async def send(chats: Chats) -> None:
    """The student writes the link, says which work it is, and the curator hears of it."""
    await chats.say(STUDENT, f"Here it is: {PULL}")
    await chats.press(STUDENT, "Which work is this?", TITLE)
    await chats.shown(STUDENT, f"{TITLE}\nStatus: on review")
