"""Argon2id: one hash at a time in this process, and not too many in the queue.

A hash takes 19 MiB and some 20 ms of a core on purpose. More than one at once would only be felt by
everybody else's requests; a queue without end would be answered after its askers are gone.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from services.auth.errors import TooManyAtOnce
from services.auth.passwords.rules import as_hashed
from shared.log import get_log

log = get_log(__name__)
T = TypeVar("T")

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32
MOST_WAITING = 20


class Hasher:
    """Makes and checks hashes in a thread of its own, so that one is at work whatever becomes of
    those who asked."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB) -> None:
        self._argon2 = PasswordHasher(
            time_cost=PASSES,
            memory_cost=memory_kib,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        # Nobody's password: to refuse it takes as long as to refuse a wrong one.
        self._nobodys = (
            f"$argon2id$v=19$m={memory_kib},t={PASSES},p={LANES}"
            f"${_random(SALT_BYTES)}${_random(HASH_BYTES)}"
        )
        self._thread = ThreadPoolExecutor(1, "argon2")
        self._in_hand = 0
        self._places = 0

    async def hash(self, password: str) -> str:
        """The hash to keep of a password.

        Raises:
            TooManyAtOnce: twenty others wait already.
        """
        return await self._run(lambda: self._argon2.hash(_bytes(password)))

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether this is the password of that hash; without one it takes as long to say no.

        Raises:
            TooManyAtOnce: twenty others wait already.
        """
        return await self._run(partial(self._verify, kept or self._nobodys, password))

    async def renewed(self, kept: str, password: str) -> str | None:
        """A new hash of a password that was right, if the kept one is of other parameters."""
        if not self._argon2.check_needs_rehash(kept):
            return None
        return await self.hash(password)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._argon2.verify(kept, _bytes(password))
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError) as error:
            log.error("hash_unreadable", error=type(error).__name__)
            return False

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one who will want a hash, taken before anything else is done for them: a
        crowd without a place costs no database, and keeps nobody else from it.

        Raises:
            TooManyAtOnce: twenty others have one.
        """
        if self._places >= MOST_WAITING:
            raise TooManyAtOnce
        self._places += 1
        try:
            yield
        finally:
            self._places -= 1

    async def _run(self, work: Callable[[], T]) -> T:
        if self._in_hand > MOST_WAITING:
            raise TooManyAtOnce
        self._in_hand += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._in_hand -= 1


def _bytes(password: str) -> bytes:
    return as_hashed(password).encode(errors="surrogatepass")


def _random(size: int) -> str:
    return base64.b64encode(os.urandom(size)).decode().rstrip("=")
