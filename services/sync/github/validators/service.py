"""Asking by what an address was answered with before, and keeping what it is answered with now."""

from services.sync.github.calls import Ask
from services.sync.github.client import Answer, GitHub
from services.sync.github.turns.service import Lane
from services.sync.github.validators import repository
from shared.db import Connection, Database


async def ask_again(
    database: Database, github: GitHub, ask: Ask, *, lane: Lane, is_kept: bool = True
) -> Answer:
    """Ask, by ETag if there is one: an unchanged answer costs nothing. Keep it by `keep_answer`.

    `is_kept`: what was answered before is still here; without it an unchanged answer says nothing.

    Raises:
        GitHubError: it is not to be had.
    """
    known = None
    if is_kept:
        async with database.acquire() as connection:
            known = await repository.find(connection, github.turns.holder, ask.address)
    return await github.ask(ask, lane=lane, known=known, exactly=True)


async def keep_answer(connection: Connection, github: GitHub, ask: Ask, answer: Answer) -> None:
    """Keep by what to ask again, in the transaction that keeps what the answer said."""
    await repository.keep(connection, github.turns.holder, ask.address, answer.validators)
