"""How much may be sent: the numbers of the design's "Limits outward".

The sandbox holds the same numbers, written twice on purpose: a mistake on one side shows.
"""

from collections.abc import Iterable

CHAT_BURST = 3
CHAT_PER_SECOND = 1.0
GROUP_BURST = 20
GROUP_PER_SECOND = 20 / 60
BOT_BURST = 30
BOT_PER_SECOND = 30.0

RESERVE = 3
"""Tokens of the bot's bucket that are never spent. Telegram counts at arrival, we at departure:
they take up what the network squeezes together. The rate that lasts is still 30 a second."""

CHATS_KEPT = 10_000
FREE = frozenset({"answerCallbackQuery", "sendChatAction", "getFile", "setMyCommands"})
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


class Limits:
    """One bucket for the bot, one for each chat that was written to of late."""

    def __init__(self, at: float) -> None:
        # Full as of a minute ago, so that what was sent since then can be replayed.
        self._born = at - REPLAYED
        self._bot = Bucket(BOT_BURST, BOT_PER_SECOND, at=self._born)
        self._chats: dict[int, Bucket] = {}
        self._empty: dict[int, float] = {}

    def replay(self, sent: Iterable[tuple[int, float]]) -> None:
        """Take into account what this bot sent before, as (chat, moment), oldest first."""
        for chat_id, at in sent:
            self.take(chat_id, max(at, self._born))

    def bot_wait(self, at: float) -> float:
        """Seconds until the bot may send at all."""
        return self._bot.wait(at, beyond=RESERVE)

    def take(self, chat_id: int, at: float) -> None:
        """A counted call to the chat departs."""
        self._bot.take(at)
        bucket = self._chats.get(chat_id) or self._new_bucket(chat_id, at)
        bucket.take(at)
        self._note(chat_id, bucket, at)

    def landed(self, chat_id: int, at: float) -> None:
        """The counted call to the chat was answered."""
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

    def _note(self, chat_id: int, bucket: Bucket, at: float) -> None:
        if wait := bucket.wait(at):
            self._empty[chat_id] = at + wait
        else:
            self._empty.pop(chat_id, None)

    def _new_bucket(self, chat_id: int, at: float) -> Bucket:
        if len(self._chats) >= CHATS_KEPT:
            self._chats = {
                known: bucket for known, bucket in self._chats.items() if not bucket.is_full(at)
            }
        burst, rate = (
            (GROUP_BURST, GROUP_PER_SECOND) if chat_id < 0 else (CHAT_BURST, CHAT_PER_SECOND)
        )
        bucket = self._chats[chat_id] = Bucket(burst, rate, at=at)
        return bucket
