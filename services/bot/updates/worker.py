"""The updates' worker: chats by lease, updates in order, effects in one transaction at the end."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from services.bot.chats import repository as chats
from services.bot.chats.repository import Lease
from services.bot.dialogs.reply import Reply, Write
from services.bot.errors import UpdateUnreadable
from services.bot.notices.holding import give_chat
from services.bot.outgoing import repository as outgoing
from services.bot.sending.limits import FREE
from services.bot.states.isolation import holding
from services.bot.telegram import describe
from services.bot.updates import repository
from services.bot.updates.reading import is_blocked
from services.bot.updates.repository import StoredUpdate
from shared import people
from shared.clock import Clock
from shared.context import caused_by
from shared.crash import crash_point
from shared.db import Connection, Database, is_transient
from shared.log import get_log
from shared.people import Person

log = get_log(__name__)

MOST_CHATS = 256
"""Chats at a time in one process: one that is slow does not slow the others. While a handler waits,
for auth as a rule, it holds no connection and costs a task; with room for as few chats as the pool
has connections, as many people who met a slow neighbour would stop everybody for 20 seconds."""
HANDLER_TIMEOUT = 20.0
MOST_WAITING = 20
"""Answers that may wait for one chat, twenty seconds' worth. Who floods the bot gets no more until
it has caught up: answers go ahead of everybody's news."""
LADDER = (0.0, 2.0, 10.0)
"""Seconds before an update that failed is tried again; after that it is parked."""
POLL = 1.0
STOP_WITHIN = 10.0

Replies = Sequence[Reply]


class Answers(Protocol):
    """What the worker needs of the dialogs."""

    async def answer(self, update: StoredUpdate, person: Person | None) -> Replies:
        """What to reply. It calls other services, never Telegram, and writes nothing."""

    def apologise(
        self, update: StoredUpdate, person: Person | None, error: Exception, *, is_last: bool
    ) -> Replies:
        """What to say when an update failed and is tried again, or is given up."""


@dataclass
class UpdatesWorker:
    """Any number of replicas may run: a chat belongs to whoever holds its lease.

    A handler runs outside any transaction and may run again: after a crash, after a time-out, or
    when the lease was lost meanwhile. What it asks of others carries an Idempotency-Key; what it
    replies exists only once the transaction at its end commits, and that one verifies the lease.
    """

    database: Database
    clock: Clock
    dialogs: Answers
    most_chats: int = MOST_CHATS
    handler_timeout: float = HANDLER_TIMEOUT

    async def run(self) -> None:
        """Work until cancelled; what is in hand then gets ten seconds to end."""
        bell = self.database.bell("updates")
        at_work: set[asyncio.Task[None]] = set()

        def is_done(task: asyncio.Task[None]) -> None:
            at_work.discard(task)
            bell.ring()

        try:
            while True:
                for lease in await self._take_whole(self.most_chats - len(at_work)):
                    task = asyncio.create_task(self._work(lease), name=f"chat:{lease.chat_id}")
                    at_work.add(task)
                    task.add_done_callback(is_done)
                await bell.wait(POLL)
        finally:
            await _finish(set(at_work))

    async def _take_whole(self, most: int) -> list[Lease]:
        """Take chats; whoever stops us meanwhile, none is left leased to nobody."""
        taking = asyncio.ensure_future(self._take(most))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                for lease in await taking:
                    await self._release(lease)
            raise

    async def _take(self, most: int) -> list[Lease]:
        if most <= 0:
            return []
        async with self.database.acquire() as connection:
            return await chats.take(connection, self.clock.now(), most)

    async def _work(self, lease: Lease) -> None:
        """Handle what a chat has waiting, in order, until there is nothing due."""
        try:
            while True:
                async with self.database.acquire() as connection:
                    update = await repository.find_next(connection, lease.chat_id)
                    if update is None or self._must_wait(update):
                        return
                    person = await people.find_by_telegram(connection, lease.chat_id)
                if not await self._handle(lease, update, person):
                    log.warning("lease_lost", chat_id=lease.chat_id, update_id=update.update_id)
                    return
        except Exception as error:
            # The database was away: nothing of the update in hand happened.
            log.warning("chat_interrupted", chat_id=lease.chat_id, error=describe(error))
        finally:
            await self._release(lease)

    def _must_wait(self, update: StoredUpdate) -> bool:
        return update.next_try_at is not None and update.next_try_at > self.clock.now()

    async def _release(self, lease: Lease) -> None:
        try:
            async with self.database.acquire() as connection:
                await chats.release(connection, lease)
        except Exception as error:
            log.warning("lease_left", chat_id=lease.chat_id, error=describe(error))

    async def _handle(self, lease: Lease, update: StoredUpdate, person: Person | None) -> bool:
        """Handle one update; False: the chat is no longer ours and nothing happened."""
        with caused_by(update.correlation_id, update_id=update.update_id), holding(lease):
            try:
                async with asyncio.timeout(self.handler_timeout):
                    replies = await self.dialogs.answer(update, person)
                return await self._commit(lease, update, person, replies)
            except Exception as error:
                if is_transient(error) or isinstance(error, ConnectionError):
                    raise  # the database was away: nobody's code is to blame
                # Its words only: a traceback would quote what the person wrote.
                log.warning(
                    "update_failed",
                    error=describe(error),
                    at=_place_of(error),
                    attempts=update.attempts + 1,
                )
                failure = error
            return await self._commit_failure(lease, update, person, failure)

    async def _commit(
        self, lease: Lease, update: StoredUpdate, person: Person | None, replies: Replies
    ) -> bool:
        async with self.database.transaction() as connection:
            is_unreachable = await chats.renew(connection, lease)
            if is_unreachable is None:
                return False
            now = self.clock.now()
            blocked = is_blocked(update)
            if blocked:
                await outgoing.give_up_chat(
                    connection, lease.chat_id, reason="the person stopped the bot", now=now
                )
            elif blocked is False and is_unreachable:
                await chats.mark_reachable(connection, lease.chat_id)
                if person is not None:
                    await give_chat(connection, person.person_id, self.clock)
            await self._reply(connection, update, person, replies)
            await repository.mark_handled(connection, update.update_id)
            crash_point("updates.before_commit")
        return True

    async def _commit_failure(
        self, lease: Lease, update: StoredUpdate, person: Person | None, error: Exception
    ) -> bool:
        is_last = update.attempts >= len(LADDER) or isinstance(error, UpdateUnreadable)
        async with self.database.transaction() as connection:
            if await chats.renew(connection, lease) is None:
                return False
            if is_last:
                await repository.park(connection, update.update_id, error=describe(error))
            else:
                pause = timedelta(seconds=LADDER[update.attempts])
                await repository.mark_failed(
                    connection,
                    update.update_id,
                    error=describe(error),
                    next_try_at=self.clock.now() + pause,
                )
            apology = self.dialogs.apologise(update, person, error, is_last=is_last)
            await self._reply(connection, update, person, apology)
        return True

    async def _reply(
        self,
        connection: Connection,
        update: StoredUpdate,
        person: Person | None,
        replies: Replies,
    ) -> None:
        waiting = await outgoing.count_replies(connection, update.chat_id) if replies else 0
        for reply in replies:
            if isinstance(reply, Write):
                await reply.do(connection, self.clock)
                continue
            if waiting >= MOST_WAITING and reply.__api_method__ not in FREE:
                log.warning("too_many_answers", chat_id=update.chat_id, waiting=waiting)
                continue
            await outgoing.enqueue(
                connection,
                reply,
                chat_id=update.chat_id,
                person_id=person.person_id if person else None,
                lane=outgoing.REPLY,
                now=self.clock.now(),
            )


def _place_of(error: Exception) -> str:
    """The innermost place in the bot's own code that an error went through."""
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/services/bot/" in code.co_filename:
            place = f"{code.co_filename.rsplit('/services/bot/', 1)[1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


async def _finish(tasks: set[asyncio.Task[None]]) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
