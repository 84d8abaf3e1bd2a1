"""How much may be sent: the numbers of the design's "Limits outward".

The sandbox holds the same numbers, written twice on purpose: a mistake on one side shows.
"""

from collections import deque
from collections.abc import Iterable

CHAT_BURST = 3
CHAT_PER_SECOND = 1.0
GROUP_BURST = 20
GROUP_PER_SECOND = 20 / 60
BOT_BURST = 30
BOT_PER_SECOND = 30.0

RESERVE = 1
"""Tokens of the bot's bucket that are never spent, for clocks that do not quite agree."""
LOST_AFTER = 60.0
"""Seconds after which a call that nobody ended is not waited for any more."""

FOR_ANSWERS = 2
"""Tokens of the bot's bucket that news leaves to answers: who asks waits for no broadcast."""

CHATS_KEPT = 10_000
FREE = frozenset(
    {"answerCallbackQuery", "sendChatAction", "getFile", "setMyCommands", "deleteMyCommands"}
)
"""Methods that Telegram does not count."""
REPLAYED = 60.0
"""Seconds of earlier sending that a new sender takes into account: every bucket is full by then."""


class Bucket:
    """Holds `burst` tokens and gets `per_second` of them back."""

    def __init__(self, burst: int, per_second: float, *, at: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = at

    def wait(self, at: float, *, beyond: int = 0) -> float:
        """Seconds until a token can be taken and `beyond` are left; 0 when it can be now."""
        self._refill(at)
        return max(0.0, (1 + beyond - self._tokens) / self._per_second)

    def is_full(self, at: float) -> bool:
        """Whether nothing was taken for a while."""
        self._refill(at)
        return self._tokens >= self._burst

    def take(self, at: float) -> None:
        """Take a token, also one that is not there yet."""
        self._refill(at)
        self._tokens -= 1

    def landed(self, at: float) -> None:
        """What was under way has arrived by now: the time in between refilled nothing for sure."""
        self._at = max(self._at, at)

    def drain(self, until: float) -> None:
        """Have one token at that moment, and only then more."""
        self._tokens = 1.0
        self._at = until

    def _refill(self, at: float) -> None:
        if at > self._at:
            self._tokens = min(self._burst, self._tokens + (at - self._at) * self._per_second)
            self._at = at


class Window:
    """Lets `burst` pass in as long as `per_second` takes for as many: a group's twenty a minute.

    A bucket would let twice as many pass in the first minute.
    """

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._seconds = burst / per_second
        self._taken: deque[float] = deque(maxlen=burst)

    def wait(self, at: float) -> float:
        """Seconds until one may pass; 0 when it may now."""
        if len(self._taken) < self._burst:
            return 0.0
        return max(0.0, self._taken[0] + self._seconds - at)

    def is_full(self, at: float) -> bool:
        """Whether nothing passed for a while."""
        return not self._taken or self._taken[-1] + self._seconds <= at

    def take(self, at: float) -> None:
        """One passes."""
        self._taken.append(at)

    def landed(self, at: float) -> None:
        """The one that passed last has arrived by now: Telegram counts from then."""
        if self._taken:
            self._taken[-1] = max(self._taken[-1], at)

    def drain(self, until: float) -> None:
        """Let one pass at that moment, then others one by one."""
        step = self._seconds / self._burst
        began = until - self._seconds
        self._taken = deque((began + step * n for n in range(self._burst)), maxlen=self._burst)


class Limits:
    """One bucket for the bot, one bucket or window for each chat that was written to of late.

    Telegram counts a call when it arrives, somewhere between its departure and its answer; a slow
    network may bring many in at once. So what is under way is set aside in the bot's bucket, and
    taken out of it when the answer is there: however they arrive, there is a token for each.
    """

    def __init__(self, at: float) -> None:
        # Full as of a minute ago, so that what was sent since then can be replayed.
        self._born = at - REPLAYED
        self._bot = Bucket(BOT_BURST, BOT_PER_SECOND, at=self._born)
        self._chats: dict[int, Bucket | Window] = {}
        self._empty: dict[int, float] = {}
        self._under_way: dict[int, float] = {}

    def replay(self, sent: Iterable[tuple[int, float]]) -> None:
        """Take into account what this bot sent before, as (chat, moment), oldest first."""
        for chat_id, at in sent:
            moment = max(at, self._born)
            self.take(chat_id, moment)
            self.landed(chat_id, moment)

    def bot_wait(self, at: float, *, spare: int = 0) -> float:
        """Seconds until the bot may send, with `spare` tokens left."""
        for chat_id, departed_at in list(self._under_way.items()):
            if departed_at + LOST_AFTER < at:
                self.landed(chat_id, at)
        return self._bot.wait(at, beyond=RESERVE + spare + len(self._under_way))

    def take(self, chat_id: int, at: float) -> None:
        """A counted call to the chat departs; there is one at a time."""
        self._under_way[chat_id] = at
        bucket = self._chats.get(chat_id) or self._new_bucket(chat_id, at)
        bucket.take(at)
        self._note(chat_id, bucket, at)

    def landed(self, chat_id: int, at: float) -> None:
        """The counted call to the chat was answered."""
        if self._under_way.pop(chat_id, None) is not None:
            self._bot.take(at)
        if bucket := self._chats.get(chat_id):
            bucket.landed(at)
            self._note(chat_id, bucket, at)

    def was_quiet(self, chat_id: int, at: float) -> bool:
        """Whether nothing went to the chat for a while, so that a 429 is not of its making."""
        bucket = self._chats.get(chat_id)
        return bucket is None or bucket.is_full(at)

    def drain(self, chat_id: int, until: float) -> None:
        """Telegram counted otherwise: begin with a single token when it lets us write again."""
        bucket = self._chats.get(chat_id) or self._new_bucket(chat_id, until)
        bucket.drain(until)
        self._note(chat_id, bucket, until)

    def list_empty(self, at: float) -> dict[int, float]:
        """The chats that have to wait for a token, each with the moment when it has one."""
        self._empty = {chat_id: free for chat_id, free in self._empty.items() if free > at}
        return self._empty

    def _note(self, chat_id: int, bucket: Bucket | Window, at: float) -> None:
        if wait := bucket.wait(at):
            self._empty[chat_id] = at + wait
        else:
            self._empty.pop(chat_id, None)

    def _new_bucket(self, chat_id: int, at: float) -> Bucket | Window:
        if len(self._chats) >= CHATS_KEPT:
            self._chats = {
                known: bucket for known, bucket in self._chats.items() if not bucket.is_full(at)
            }
        bucket = self._chats[chat_id] = (
            Window(GROUP_BURST, GROUP_PER_SECOND)
            if chat_id < 0
            else Bucket(CHAT_BURST, CHAT_PER_SECOND, at=at)
        )
        return bucket
