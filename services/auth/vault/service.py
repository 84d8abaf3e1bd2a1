"""The vault: rights are kept in it sealed, and leave it as access for minutes.

Who may ask is one table. A refresh token leaves never.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from services.auth.errors import ProviderAway, RightUnknown
from services.auth.providers.contract import Granted
from services.auth.vault import repository
from services.auth.vault.contract import Granter
from services.auth.vault.ending import Ending
from services.auth.vault.passwords import MailboxPasswords
from services.auth.vault.refreshing import Access, Refreshing, lifetime
from services.auth.vault.repository import Right
from services.auth.vault.sealing import Sealing
from shared.db import Connection, Database
from shared.errors import Forbidden
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing

log = get_log(__name__)

MAY_USE = frozenset({("mail", "mail.read")})
"""Which service may ask for access by which right. What is not here may not."""
REVOKES_WITHIN = 5.0


class Vault:
    """All rights of all people. `granters` are the outside systems by the right's name."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        *,
        granters: Mapping[str, Granter],
        public_url: str,
    ) -> None:
        self._database = database
        self._sealing = Sealing(ring)
        self._ending = Ending(public_url)
        self.granters = granters
        self.mailboxes = MailboxPasswords(database, self._sealing, self._ending)
        self._refreshing = Refreshing(database, self._sealing, self._ending, granters)

    async def keep(
        self,
        connection: Connection,
        person_id: UUID,
        name: str,
        *,
        issuer: str,
        subject: str,
        label: str,
        refresh_token: str,
        granted: Granted,
    ) -> UUID:
        """Keep what was granted; gives the right's id.

        Granted anew, it is the same right again: the old tokens are gone, also for whoever is
        refreshing them just now.
        """
        right_id = uuid5(person_id, f"{name} {issuer} {subject}")
        row = {"right_id": right_id, "person_id": person_id}
        await repository.keep(
            connection,
            right_id=right_id,
            person_id=person_id,
            name=name,
            issuer=issuer,
            subject=subject,
            label=label,
            scopes=granted.scopes,
            sealed=self._sealing.seal(refresh_token, "sealed", **row),
            access_sealed=self._sealing.seal(granted.access_token, "access_sealed", **row),
            lives_for=timedelta(seconds=lifetime(granted)),
        )
        log.info("right_kept", right_id=str(right_id), right=name, person_id=str(person_id))
        return right_id

    async def access(
        self, person_id: UUID, name: str, *, by: str, right_id: UUID | None = None
    ) -> Access:
        """Access for a service, in a person's name, with a minute to live at least.

        Raises:
            Forbidden: this service may not use this right.
            RightUnknown: the person never granted it.
            RightHasEnded: it is over.
            RightRests: there is no access just now; nothing has ended.
        """
        if (by, name) not in MAY_USE:
            raise Forbidden(f"{by} may not use {name}")
        async with self._database.acquire() as connection:
            right = await repository.find(connection, person_id, name, right_id)
        if right is None:
            raise RightUnknown
        if right.is_fresh:
            access = self._refreshing.kept(right)
        else:
            access = await self._refreshing.refresh(right.right_id)
        if right.is_use_stale:
            async with self._database.transaction() as connection:
                await repository.touch(connection, right.right_id, by)
        return access

    async def take_back(self, person_id: UUID, right_id: UUID) -> None:
        """End a person's own right: here at once, then, if it answers, at the outside system.

        Raises:
            RightUnknown: they have no such right, or it has ended.
        """
        async with self._database.transaction() as connection:
            found = await repository.lock_sealed(connection, right_id, person_id)
            if found is None:
                raise RightUnknown
            ended = await self._ending.end(connection, right_id, reason="taken_back")
        if ended is not None:
            await self._give_back(ended, found)

    async def _give_back(self, right: Right, sealed: str) -> None:
        granter = self.granters.get(right.name)
        if granter is None:
            return
        try:
            token = self._sealing.open(
                sealed, "sealed", right_id=right.right_id, person_id=right.person_id
            )
            async with asyncio.timeout(REVOKES_WITHIN):
                await granter.revoke(token)
        except (ProviderAway, CannotOpen, TimeoutError) as error:
            log.warning(
                "right_not_given_back", right_id=str(right.right_id), error=type(error).__name__
            )

    async def aclose(self) -> None:
        """Let refreshes come to their end, and close the granters' connections."""
        await self._refreshing.aclose()
        for granter in self.granters.values():
            await granter.aclose()


async def list_rights(connection: Connection, person_id: UUID) -> list[Right]:
    """A person's rights for their own page: held ones first, then those that ended lately."""
    return await repository.list_shown(connection, person_id)
