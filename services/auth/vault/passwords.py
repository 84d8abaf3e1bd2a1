"""Mailbox passwords: rights that hold a password instead of a grant.

They are the one secret that leaves the vault as it is, because a mail server asks for it at each
connect: to one service, each time on record, to be kept there in memory alone.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from services.auth.errors import RightHasEnded, RightRests, RightUnknown
from services.auth.links.service import mask
from services.auth.vault import repository
from services.auth.vault.ending import Ending
from services.auth.vault.sealing import Sealing
from shared.db import Connection, Database
from shared.log import get_log
from shared.secret import CannotOpen

log = get_log(__name__)

MAIL_BOX = "mail.box"
MAY_OPEN = ("mail",)
"""Which services are handed mailbox passwords."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox somewhere, and how its person opens it."""

    host: str
    user: str
    password: str = field(repr=False)


class MailboxPasswords:
    """Keeps them, hands them out, and ends those that a server does not take any more."""

    def __init__(self, database: Database, sealing: Sealing, ending: Ending) -> None:
        self._database = database
        self._sealing = sealing
        self._ending = ending

    async def keep(self, connection: Connection, person_id: UUID, box: Mailbox) -> UUID:
        """Keep a password, in the place of the one that was kept for this box; gives the right."""
        right_id = uuid5(person_id, f"{MAIL_BOX} {box.host} {box.user}")
        name, at, host = box.user.rpartition("@")
        await repository.keep(
            connection,
            right_id=right_id,
            person_id=person_id,
            name=MAIL_BOX,
            issuer=box.host,
            subject=box.user,
            label=f"{mask(name)}@{host}" if at else mask(box.user),
            scopes=(),
            sealed=self._sealing.seal(
                box.password, "sealed", right_id=right_id, person_id=person_id
            ),
            access_sealed=None,
            lives_for=timedelta(0),
        )
        log.info("mailbox_password_kept", right_id=str(right_id), person_id=str(person_id))
        return right_id

    async def open(self, person_id: UUID, right_id: UUID, *, by: str) -> str:
        """The password, for one connect.

        Raises:
            RightUnknown: this person has no such mailbox.
            RightHasEnded: it was taken back, or the server did not take it.
            RightRests: it cannot be opened here.
        """
        async with self._database.transaction() as connection:
            right = await repository.find(connection, person_id, MAIL_BOX, right_id)
            if right is None:
                raise RightUnknown
            if right.sealed is None:
                raise RightHasEnded
            await repository.touch(connection, right_id, by)
        log.info("mailbox_password_handed_out", right_id=str(right_id), to=by)
        try:
            return self._sealing.open(
                right.sealed, "sealed", right_id=right_id, person_id=person_id
            )
        except CannotOpen:
            log.error("right_cannot_be_opened", right_id=str(right_id))
            raise RightRests from None

    async def refused(self, person_id: UUID, right_id: UUID) -> bool:
        """The server does not take it: it ends, and its person is told, once; False: it had ended.

        Raises:
            RightUnknown: this person has no such mailbox.
        """
        async with self._database.transaction() as connection:
            if await repository.find(connection, person_id, MAIL_BOX, right_id) is None:
                raise RightUnknown
            ended = await self._ending.end(connection, right_id, reason="refused")
        return ended is not None
