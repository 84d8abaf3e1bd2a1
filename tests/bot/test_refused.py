"""Messages that Telegram refused, in an operator's hands."""

from typing import Any

from services.bot.refused import repository
from tests.bot.playing import SECOND, STUDENT, STUDENT_ID, Play, person
from tests.bot.queueing import enqueue, have_failed, row
from tests.support.waiting import eventually


async def refused(play: Play, *texts: str) -> list[repository.Refused]:
    """These, refused by Telegram for their markup."""
    await enqueue(play, *texts)
    await eventually(lambda: have_failed(play, len(texts)))
    return await listed(play)


async def listed(play: Play) -> list[repository.Refused]:
    async with play.service.database.acquire() as connection:
        return await repository.list_newest(connection, 10)


async def revive(play: Play, message_id: int) -> bool:
    async with play.service.database.transaction() as connection:
        return await repository.revive(connection, message_id)


async def test_a_refused_message_that_is_put_right_is_sent_when_it_is_tried_again(
    play: Play,
) -> None:
    (one,) = await refused(play, "<b>broken")
    assert "can't parse entities" in (one.error or "")
    whole = '{"text": "<b>whole</b>"}'
    await play.execute(f"UPDATE outgoing SET payload = payload || '{whole}' WHERE id = $1", one.id)
    assert await revive(play, one.id)
    await play.told(1)
    assert await play.texts() == ["whole"]
    assert await listed(play) == []
    assert not await revive(play, one.id)
    assert (await row(play))["attempts"] == 1


async def test_what_a_chat_that_left_was_not_told_is_no_finding(play: Play) -> None:
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=True)
    await enqueue(play, "1", "2")
    await eventually(lambda: have_failed(play, 2))
    assert await listed(play) == []


async def test_what_was_taken_back_before_it_was_tried_is_no_finding(play: Play) -> None:
    await refused(play, "<b>broken")
    await set_all(play, attempts=0)
    assert await listed(play) == []


async def set_all(play: Play, **values: Any) -> None:
    for name, value in values.items():
        await play.execute(f"UPDATE outgoing SET {name} = $1 WHERE chat_id <> 0", value)


async def test_a_message_is_not_sent_to_a_chat_that_is_somebody_elses_by_now(play: Play) -> None:
    (one,) = await refused(play, "<b>for Vera alone")
    await set_all(play, person_id=STUDENT_ID)
    assert not await revive(play, one.id)
    await play.know(person(telegram_id=SECOND))
    assert not await revive(play, one.id)
    await play.know(person(telegram_id=STUDENT, version=2))
    assert await revive(play, one.id)


async def test_a_message_is_not_sent_over_what_its_card_shows_since_then(play: Play) -> None:
    later, earlier = await refused(play, "<b>in review", "<b>accepted")
    card = await play.value(
        "INSERT INTO cards (person_id, matter, changed_at) VALUES ($1, 'work', now())"
        " RETURNING card_id",
        STUDENT_ID,
    )
    await set_all(play, card_id=card)
    assert not await revive(play, earlier.id)
    assert await revive(play, later.id)


async def test_one_that_is_given_up_is_gone_and_its_notice_says_so(play: Play) -> None:
    (one,) = await refused(play, "<b>broken")
    await play.execute(
        "INSERT INTO notices (person_id, rule, subject, version, facts, correlation_id,"
        " recorded_at, good_until, outgoing_id)"
        " VALUES ($1, 'work_sent', 'x', 1, '{}', 'c', now(), 'infinity', $2)",
        STUDENT_ID,
        one.id,
    )
    async with play.service.database.transaction() as connection:
        assert await repository.drop(connection, one.id)
        assert not await repository.drop(connection, one.id)
    assert await play.value("SELECT dropped FROM notices") == "given up by an operator"
    assert not await play.rows("SELECT FROM outgoing WHERE chat_id <> 0")
