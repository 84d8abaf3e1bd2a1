"""Letters: recorded in the transaction that they tell of, and sent soon after, once."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

from services.auth.letters import repository
from services.auth.letters.errors import NotKnown, NotTaken, TakenOver
from services.auth.letters.message import compose
from services.auth.letters.postman import Postman
from services.auth.letters.repository import WaitingLetter
from services.auth.letters.texts import Letter
from shared.clock import Clock
from shared.db import Connection, Database, ring_on_commit
from shared.due import Due
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing
from shared.texts import Catalogue, Texts

log = get_log(__name__)

NAME = "send letters"
LOOK_EVERY = 5.0
LADDER = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)


Write = Callable[[Texts, str, str], Letter]
"""One of `texts.py`: told the language, PUBLIC_URL and a link."""


class Letters:
    """auth's letters. `sender` is the address that they come from, `home` is PUBLIC_URL."""

    def __init__(
        self, *, ring: KeyRing, catalogue: Catalogue, postman: Postman, sender: str, home: str
    ) -> None:
        self._ring = ring
        self._catalogue = catalogue
        self._postman = postman
        self._sender = sender
        self._home = home
        self.due = Due(name=NAME, run=self.send_one, every=LOOK_EVERY)

    async def record(
        self, connection: Connection, write: Write, *, to: str, locale: str, path: str = ""
    ) -> None:
        """Write down what is to be sent; it is sent once this is committed, and not otherwise.

        `path` is where the letter's link leads, below PUBLIC_URL.
        """
        letter = write(self._catalogue.of(locale), self._home, f"{self._home}{path}")
        letter_id = await repository.next_id(connection)
        body = json.dumps(asdict(letter), ensure_ascii=False).encode()
        sealed = self._ring.seal(body, bound_to=_place(letter_id))
        await repository.add(connection, letter_id, recipient=to, sealed=sealed)
        ring_on_commit(f"due:{NAME}")

    async def send_one(self, database: Database, clock: Clock) -> int:
        """Send the letter that waits longest; gives how many were dealt with."""
        async with database.transaction() as connection:
            await repository.give_up_begun(connection, NotKnown.reason)
            waiting = await repository.claim(connection)
        if waiting is None:
            return 0
        try:
            await self._send(database, waiting)
        except TakenOver:
            log.warning("letter_taken_over", letter=waiting.id)
        except NotKnown:
            await self._fail(database, waiting, NotKnown.reason)
        except (CannotOpen, ValueError) as error:
            await self._fail(database, waiting, type(error).__name__)
        except NotTaken as error:
            await self._try_later(database, waiting, error)
        else:
            async with database.transaction() as connection:
                await repository.mark_sent(connection, waiting.id)
            log.info("letter_sent", letter=waiting.id, attempts=waiting.attempts)
        return 1

    async def _send(self, database: Database, waiting: WaitingLetter) -> None:
        opened = self._ring.open(waiting.sealed, bound_to=_place(waiting.id))
        message = compose(
            Letter(**json.loads(opened)),
            letter_id=waiting.id,
            sender=self._sender,
            recipient=waiting.recipient,
            recorded_at=waiting.recorded_at,
        )

        async def begin() -> None:
            async with database.transaction() as connection:
                if not await repository.begin(connection, waiting):
                    raise TakenOver

        await self._postman.carry(message, recipient=waiting.recipient, begin=begin)

    async def _try_later(self, database: Database, waiting: WaitingLetter, error: NotTaken) -> None:
        if error.is_final or waiting.attempts > len(LADDER):
            await self._fail(database, waiting, str(error))
            return
        wait = LADDER[waiting.attempts - 1]
        async with database.transaction() as connection:
            await repository.try_later(connection, waiting.id, wait=wait, error=str(error))
        log.warning("letter_not_taken", letter=waiting.id, error=str(error), again_in=str(wait))

    async def _fail(self, database: Database, waiting: WaitingLetter, error: str) -> None:
        async with database.transaction() as connection:
            await repository.mark_failed(connection, waiting.id, error)
        log.error("letter_failed", letter=waiting.id, attempts=waiting.attempts, error=error)


def _place(letter_id: int) -> str:
    return f"letters:sealed:{letter_id}"
