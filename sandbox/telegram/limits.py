"""How much a bot may say, in the numbers of the design's "Limits outward".

Parta's sender holds the same numbers, written twice on purpose: a mistake on one side shows.
"""

from __future__ import annotations

import math

CHAT_BURST = 3
CHAT_PER_SECOND = 1.0
GROUP_BURST = 20
GROUP_PER_SECOND = 20 / 60
BOT_BURST = 30
BOT_PER_SECOND = 30.0


class Bucket:
    """Holds `burst` tokens and gets `per_second` of them back."""

    def __init__(self, burst: int, per_second: float, at: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = at

    def wait(self, at: float) -> float:
        """Seconds until there is a token; 0 when there is one now."""
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._per_second)
        self._at = at
        # A hair of tolerance: a client that waited exactly long enough must not lose to rounding.
        return max(0.0, (1 - self._tokens - 1e-6) / self._per_second)

    def take(self) -> None:
        self._tokens -= 1


class Limits:
    """One bucket for the bot and one for each chat."""

    def __init__(self, at: float) -> None:
        self._bot = Bucket(BOT_BURST, BOT_PER_SECOND, at)
        self._chats: dict[int, Bucket] = {}
        self._told_to_wait_until: dict[int, float] = {}

    def charge(self, chat_id: int, at: float) -> int:
        """Take a token and answer 0, or answer the seconds to wait and take nothing.

        A chat that has been told to wait is refused until then, even if tokens came back:
        a client that hammers on gets nothing for it.
        """
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = (
                Bucket(GROUP_BURST, GROUP_PER_SECOND, at)
                if chat_id < 0
                else Bucket(CHAT_BURST, CHAT_PER_SECOND, at)
            )
        told = self._told_to_wait_until.get(chat_id, at) - at
        wait = max(told, chat.wait(at), self._bot.wait(at))
        if wait > 0:
            seconds = max(1, math.ceil(wait - 1e-6))
            if told <= 0:
                self._told_to_wait_until[chat_id] = at + seconds
            return seconds
        chat.take()
        self._bot.take()
        return 0
