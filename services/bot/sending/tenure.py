"""One sender's time in office: what it may send, what is under way, what became of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiogram import Bot

from services.bot.group_chats import service as group_chats
from services.bot.outgoing.repository import NOTICE, REPLY, THE_BOT, give_up_chat
from services.bot.sending import repository
from services.bot.sending.limits import FOR_ANSWERS, REPLAYED, Limits
from services.bot.sending.outcome import Kind, Outcome, failed, succeeded
from services.bot.sending.repository import Begun, Ready
from services.bot.telegram import Call, describe
from shared.clock import Clock
from shared.context import caused_by
from shared.crash import crash_point
from shared.lead import Holder
from shared.log import get_log

log = get_log(__name__)

POLL = 1.0
MOST_CALLS = 64
WINDOW = 100
STOP_WITHIN = 10.0
LADDER = (1, 2, 5, 15, 60)
"""Seconds until the next try; the last step again and again."""
GIVE_UP_AFTER = timedelta(hours=24)
HOLDS_FOR = 5
"""Tries for which a failing row keeps its place. Then, if others do get through, it steps aside:
a message that Telegram chokes on must not silence a person for a day."""
NO_CHAT = frozenset({"answerCallbackQuery", "setMyCommands", "deleteMyCommands"})
EDIT = "editMessageText"
ONLY_SENT = frozenset({"disable_notification", "protect_content"})
"""What a message has and an edit has not."""
ONCE_MORE = "the outcome is unknown: sent once more"
TWICE_UNKNOWN = "the outcome is unknown twice: not sent again"


@dataclass(frozen=True, slots=True)
class Flight:
    """A call under way. `was_quiet`: its chat had all its tokens, so a 429 means the bot."""

    row: Begun
    was_quiet: bool


@dataclass
class Tenure:
    """One sender's time in office. All its SQL runs on the connection that holds the lock."""

    holder: Holder
    bot: Bot
    clock: Clock
    monotonic: Callable[[], float]
    ring: Callable[[], None]
    trouble: str | None = None
    _calls: dict[asyncio.Task[Outcome], Flight] = field(default_factory=dict)
    _busy: set[int] = field(default_factory=set)
    _held: dict[tuple[int, int], datetime] = field(default_factory=dict)
    _pauses: dict[int, float] = field(default_factory=dict)
    _away: int = 0
    _succeeded_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._limits = Limits(self.monotonic())

    async def begin(self) -> None:
        """Learn what the sender before us did and was told."""
        connection = self.holder.connection
        begun = await repository.list_begun_lately(connection, REPLAYED)
        now = self.monotonic()  # after the answer: rather too late than too early
        self._limits.replay((chat_id, now - age) for chat_id, age in begun)
        await repository.settle_unknown(
            connection, retry=ONCE_MORE, give_up=TWICE_UNKNOWN, now=self.clock.now()
        )
        pauses = await repository.list_pauses(connection)
        now = self.monotonic()
        self._pauses = {chat_id: now + seconds for chat_id, seconds in pauses.items()}
        self._held = await repository.list_held(connection, self.clock.now())

    async def start_calls(self) -> None:
        """Begin every call that may be made now."""
        while True:
            ready = await self._list_ready()
            quiet = self._list_quiet(ready)
            chosen = self._choose(ready)
            if not chosen:
                return
            begun = await repository.begin(self.holder.connection, chosen, self.clock.now())
            for row in begun:
                self._start(row, was_quiet=row.chat_id in quiet)
            self._give_back(chosen, begun)
            if len(ready) < WINDOW:
                return

    async def _list_ready(self) -> list[Ready]:
        now = self.monotonic()
        self._pauses = {chat_id: until for chat_id, until in self._pauses.items() if until > now}
        room = MOST_CALLS - len(self._calls)
        if room <= 0 or THE_BOT in self._pauses:
            await self.holder.show_alive()
            return []
        domain_now = self.clock.now()
        self._held = {place: until for place, until in self._held.items() if until > domain_now}
        return await repository.list_ready(
            self.holder.connection,
            domain_now,
            busy=list(self._busy),
            held=[[chat for chat, lane in self._held if lane == which] for which in (0, 1)],
            lanes=sum(self._lane_wait(lane, now) <= 0 for lane in (REPLY, NOTICE)),
            may_not=[*self._limits.list_empty(now), *self._pauses],
            limit=WINDOW,
        )

    def _list_quiet(self, ready: list[Ready]) -> set[int]:
        now = self.monotonic()
        return {row.chat_id for row in ready if self._limits.was_quiet(row.chat_id, now)}

    def _choose(self, ready: list[Ready]) -> list[Ready]:
        """The first of each chat, as many as there are tokens and room."""
        now = self.monotonic()
        chosen: dict[int, Ready] = {}
        for row in ready:
            if len(self._calls) + len(chosen) >= MOST_CALLS:
                break
            if row.chat_id in chosen:
                continue
            if row.counted:
                if self._lane_wait(row.lane, now) > 0:
                    continue
                self._limits.take(row.chat_id, now)
            chosen[row.chat_id] = row
        return list(chosen.values())

    def _give_back(self, chosen: list[Ready], begun: list[Begun]) -> None:
        """Somebody else has what was not begun: nothing of it is under way."""
        now, ids = self.monotonic(), {row.id for row in begun}
        for row in chosen:
            if row.counted and row.id not in ids:
                self._limits.landed(row.chat_id, now)

    def _start(self, row: Begun, *, was_quiet: bool) -> None:
        task = asyncio.create_task(self._call(row), name=f"send:{row.id}")
        self._calls[task] = Flight(row, was_quiet)
        self._busy.add(row.chat_id)
        task.add_done_callback(lambda _: self.ring())

    async def _call(self, row: Begun) -> Outcome:
        crash_point("sender.before_call")
        with caused_by(row.correlation_id, outgoing_id=row.id):
            try:
                outcome = succeeded(await self.bot(_call_of(row)))
            except Exception as error:
                outcome = failed(error)
        crash_point("sender.after_call")
        return outcome

    async def settle(self) -> None:
        """Write down what became of the calls that have ended."""
        ended = [task for task in self._calls if task.done()]
        if not ended:
            return
        now = self.monotonic()
        ends = []
        for task in ended:
            flight = self._calls[task]
            if flight.row.counted:
                self._limits.landed(flight.row.chat_id, now)
            outcome = Outcome(Kind.UNKNOWN, "cancelled") if task.cancelled() else task.result()
            ends.append((task, flight, outcome))
        sent = [(one.row.id, end.message_id) for _, one, end in ends if end.kind is Kind.SENT]
        if sent:
            self._away, self._succeeded_at, self.trouble = 0, now, None
            await repository.mark_sent(self.holder.connection, sent, now=self.clock.now())
        for task, flight, outcome in ends:
            if outcome.kind is not Kind.SENT:
                await self._settle_failure(flight, outcome)
            # Only now: a chat whose end is not written down must not be written to.
            self._busy.discard(self._calls.pop(task).row.chat_id)

    async def _settle_failure(self, flight: Flight, outcome: Outcome) -> None:
        row = flight.row
        log.warning(
            "not_sent",
            outgoing_id=row.id,
            chat_id=row.chat_id,
            method=row.method,
            outcome=outcome.kind.name.lower(),
            error=outcome.error,
            attempts=row.attempts,
            correlation_id=row.correlation_id,
        )
        connection = self.holder.connection
        match outcome.kind:
            case Kind.TOLD_TO_WAIT:
                await self._obey(flight, outcome)
            case Kind.NOT_REACHED | Kind.UNAUTHORIZED:
                await self._wait_for_telegram(row, outcome)
            case Kind.FAILED_THERE:
                await self._try_later(row, outcome.error)
            case Kind.UNKNOWN if row.unknown_outcomes == 0:
                await self._try_later(row, f"{ONCE_MORE} ({outcome.error})", is_unknown=True)
            case Kind.UNKNOWN:
                await self._give_up(row, f"{TWICE_UNKNOWN} ({outcome.error})")
            case Kind.UNREACHABLE:
                async with connection.transaction():
                    await self._give_up(row, outcome.error)
                    await give_up_chat(
                        connection, row.chat_id, reason=outcome.error, now=self.clock.now()
                    )
            case Kind.MESSAGE_GONE if row.is_edit and row.card_id is not None:
                async with connection.transaction():
                    if await repository.forget_message(connection, row.card_id):
                        await self._give_up(row, f"muted: {outcome.error}")
                    else:
                        await repository.release(connection, row.id, error=outcome.error)
            case Kind.MIGRATED if outcome.new_chat_id is not None:
                async with connection.transaction():
                    await repository.release(connection, row.id, error=outcome.error)
                    await repository.move_chat(connection, row.chat_id, outcome.new_chat_id)
                    await group_chats.move(
                        connection,
                        self.clock,
                        chat_id=row.chat_id,
                        new_chat_id=outcome.new_chat_id,
                    )
            case _:
                await self._give_up(row, outcome.error)

    async def _obey(self, flight: Flight, outcome: Outcome) -> None:
        """Wait as long as we are told: that chat, or all when it cannot be that chat's doing.

        Of two answers that were under way the longer wait counts.
        """
        row = flight.row
        whom = THE_BOT if flight.was_quiet else row.chat_id
        until = max(self.monotonic() + outcome.retry_after, self._pauses.get(whom, 0.0))
        self._pauses[whom] = until
        self._limits.drain(row.chat_id, until)
        await repository.keep_pause(self.holder.connection, whom, outcome.retry_after)
        await repository.release(self.holder.connection, row.id, error=outcome.error)

    async def _wait_for_telegram(self, row: Begun, outcome: Outcome) -> None:
        """Nothing gets through: nobody loses their place, and all wait by the ladder."""
        if self._has_waited_enough(row):
            await self._give_up(row, f"Telegram was away for a day: {outcome.error}")
            return
        self.trouble = outcome.error
        if THE_BOT not in self._pauses:
            self._pauses[THE_BOT] = self.monotonic() + _step(self._away)
            self._away += 1
        await repository.release(self.holder.connection, row.id, error=outcome.error)

    async def _try_later(self, row: Begun, error: str, *, is_unknown: bool = False) -> None:
        if self._has_waited_enough(row):
            await self._give_up(row, f"tried for a day: {error}")
            return
        pause = _step(row.attempts - 1)
        until = self.clock.now() + timedelta(seconds=pause)
        others_pass = self.monotonic() - self._succeeded_at < sum(LADDER)
        if row.attempts < HOLDS_FOR or not others_pass:
            self._held[row.chat_id, row.lane] = until
        await repository.release(
            self.holder.connection, row.id, error=error, not_before=until, is_unknown=is_unknown
        )

    def _has_waited_enough(self, row: Begun) -> bool:
        return self.clock.now() - row.first_begun_at > GIVE_UP_AFTER

    async def _give_up(self, row: Begun, error: str) -> None:
        await repository.mark_failed(
            self.holder.connection, row.id, error=error, now=self.clock.now()
        )

    def _lane_wait(self, lane: int, now: float) -> float:
        """Seconds until the bot may send something of the lane: news leaves some to answers."""
        return self._limits.bot_wait(now, spare=FOR_ANSWERS if lane == NOTICE else 0)

    def seconds_to_wait(self) -> float:
        """Until something may be sent that may not be now; a second at most."""
        now, domain_now = self.monotonic(), self.clock.now()
        waits = [POLL]
        waits += [until - now for until in self._limits.list_empty(now).values()]
        waits += [until - now for until in self._pauses.values()]
        waits += [(until - domain_now).total_seconds() for until in self._held.values()]
        waits += [wait for lane in (REPLY, NOTICE) if (wait := self._lane_wait(lane, now))]
        return max(0.001, min(waits))

    async def finish(self) -> None:
        """Let what is under way end, within ten seconds, and write it down.

        What does not end stays begun: the next sender counts its outcome as unknown.
        """
        if not self._calls:
            return
        try:
            ending = asyncio.wait(list(self._calls), timeout=STOP_WITHIN)
            _, late = await self.holder.wait_for(ending)
            for task in late:
                self._calls.pop(task)
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self.settle()
        except Exception as error:
            log.warning("not_marked", calls=len(self._calls), error=describe(error))
            for task in self._calls:
                task.cancel()
            await asyncio.gather(*self._calls, return_exceptions=True)


def _call_of(row: Begun) -> Call:
    """The call as the chat stands now: a card's message may be an edit, or an answer to it."""
    if row.method in NO_CHAT:
        return Call(api_method=row.method, **row.payload)
    arguments = {**row.payload, "chat_id": row.chat_id}
    if row.card_message_id is None:
        return Call(api_method=row.method, **arguments)
    if row.is_edit:
        arguments = {name: value for name, value in arguments.items() if name not in ONLY_SENT}
        return Call(api_method=EDIT, message_id=row.card_message_id, **arguments)
    earlier = {"message_id": row.card_message_id, "allow_sending_without_reply": True}
    return Call(api_method=row.method, reply_parameters=earlier, **arguments)


def _step(number: int) -> int:
    return LADDER[min(max(number, 0), len(LADDER) - 1)]
