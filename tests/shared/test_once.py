"""`once(key)`: a repeated request gets its first answer and has no second effect."""

import asyncio
from typing import Any

import pytest

from shared.db import Database
from shared.once import LONGEST_KEY, KeyReused, KeyTooLong, once


class Work:
    """Something that may be done once; it counts."""

    def __init__(self, answer: Any = None) -> None:
        self.done = 0
        self.answer = answer

    async def __call__(self) -> Any:
        self.done += 1
        return self.answer


async def ask(
    database: Database,
    work: Work,
    *,
    key: str | None = "1.0",
    caller: str = "bot",
    request: bytes = b"r",
) -> Any:
    async with database.transaction() as connection:
        return await once(connection, caller=caller, key=key, request=request, do=work)


@pytest.mark.parametrize("answer", [{"id": 7}, [1, "два"], None, 0, "text"])
async def test_a_repeated_request_gets_its_first_answer(database: Database, answer: Any) -> None:
    work = Work(answer)
    assert await ask(database, work) == answer
    work.answer = "another"
    assert await ask(database, work) == answer
    assert work.done == 1


async def test_another_caller_or_key_is_another_request(database: Database) -> None:
    work = Work()
    await ask(database, work)
    await ask(database, work, caller="school")
    await ask(database, work, key="1.1")
    assert work.done == 3


async def test_without_a_key_it_is_simply_done(database: Database) -> None:
    work = Work()
    await ask(database, work, key=None)
    await ask(database, work, key=None)
    assert work.done == 2


async def test_a_key_with_another_request_is_refused(database: Database) -> None:
    await ask(database, Work())
    with pytest.raises(KeyReused):
        await ask(database, Work(), request=b"other")


async def test_a_key_too_long_to_remember_is_refused(database: Database) -> None:
    with pytest.raises(KeyTooLong):
        await ask(database, Work(), key="k" * (LONGEST_KEY + 1))


async def test_what_fails_is_not_remembered_even_when_the_caller_goes_on(
    database: Database,
) -> None:
    async def fail() -> None:
        raise LookupError

    async with database.transaction() as connection:
        with pytest.raises(LookupError):
            await once(connection, caller="bot", key="1.0", request=b"r", do=fail)
    assert await ask(database, Work("done")) == "done"


async def test_two_at_once_have_one_effect_and_one_answer(database: Database) -> None:
    work = Work(5)
    answers = await asyncio.gather(*(ask(database, work) for _ in range(4)))
    assert answers == [5] * 4
    assert work.done == 1
