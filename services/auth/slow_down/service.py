"""How fast somebody may guess: by the address that is meant, and by the client that asks.

A try is counted before it is judged, so that many at once gain nothing; one that succeeds is
taken back. While a subject is held nothing is counted, and no hash is computed.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from services.auth.slow_down import repository
from shared.db import Connection
from shared.secret import derive

LONGEST_WAIT = timedelta(minutes=15)
MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` tries cost nothing; the last of them brings the `first` wait, each `step` more
    doubles it, up to a quarter of an hour."""

    name: str
    free: int
    step: int = 1
    first: timedelta = timedelta(seconds=1)

    def wait_after(self, tries: int) -> timedelta:
        """How long nothing is tried after this many."""
        if tries < self.free:
            return timedelta(0)
        doublings = min((tries - self.free) // self.step, MOST_DOUBLINGS)
        return min(self.first * (1 << doublings), LONGEST_WAIT)


PASSWORD_OF_ADDRESS = Pace("password of address", free=5)
PASSWORD_BY_CLIENT = Pace("password by client", free=50, step=10)
LETTER_TO_ADDRESS = Pace("letter to address", free=3, first=timedelta(minutes=1))
LETTER_BY_CLIENT = Pace("letter by client", free=50, step=10)
"""A class signs in, and registers, from behind one address."""


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom tries are counted."""

    pace: Pace
    subject_hash: bytes


class SlowDown:
    """Makes subjects. They are kept under a key of auth's own: an address is soon guessed from a
    plain hash."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key

    def subject(self, pace: Pace, of: str) -> Subject:
        """An address, in whatever case, or a client, at this pace."""
        told = derive(self._secret_key, f"slow down:{pace.name}:{of.lower()}")
        return Subject(pace, told.encode())


async def take_turn(connection: Connection, *subjects: Subject) -> int:
    """Count a try for each; gives the whole seconds to wait, 0 when it may be made.

    Give the wider subject first, everywhere: two that lock the same rows never wait for each other.
    The caller commits whatever comes of it.
    """
    for subject in subjects:
        tries = await repository.count(connection, subject.subject_hash)
        if tries is None:
            left = await repository.seconds_left(connection, subject.subject_hash)
            return max(1, math.ceil(left))
        wait = subject.pace.wait_after(tries)
        if wait:
            await repository.hold(connection, subject.subject_hash, wait)
    return 0


async def succeed(connection: Connection, *, client: Subject, address: Subject) -> None:
    """The try was right: the address is as new; the client had one try less, for it may be
    guessing other addresses."""
    await repository.give_back(connection, client.subject_hash)
    await repository.forgive(connection, address.subject_hash)


async def forgive(connection: Connection, subject: Subject) -> None:
    """Forget every try of the subject."""
    await repository.forgive(connection, subject.subject_hash)
