"""An outside system that grants rights, and a vault beside it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.auth.errors import ProviderAway
from services.auth.persons.repository import Account
from services.auth.providers.contract import Granted, GrantEnded
from services.auth.vault.contract import MAIL_CALLBACK, MAIL_READ, SCOPES
from services.auth.vault.service import Vault
from shared.secret import KeyRing
from tests.auth.desk import Desk

PERSON = UUID(int=1)
OTHER = UUID(int=2)
FIRST = "refresh-token-1"
ACCESS = "access-token-0"


class System:
    """Knows one grant. What it was asked stays in `asked`; it answers while `open` is set."""

    name = "google"
    label = "Google"
    callback = MAIL_CALLBACK

    def __init__(self) -> None:
        self.refresh_token = FIRST
        self.rotates = False
        self.is_away = False
        self.lives_for: float | None = 3600.0
        self.asked: list[str] = []
        self.revoked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def refresh(self, refresh_token: str) -> Granted:
        self.asked.append(refresh_token)
        number = len(self.asked)
        # What it will say is settled when it is asked, however late it says it.
        is_away, is_known = self.is_away, refresh_token == self.refresh_token
        await self.open.wait()
        if is_away:
            raise ProviderAway
        if not is_known:
            raise GrantEnded("invalid_grant")
        changed = None
        if self.rotates:
            changed = self.refresh_token = f"refresh-token-{number + 1}"
        return Granted(f"access-token-{number}", refresh_token=changed, lives_for=self.lives_for)

    async def revoke(self, refresh_token: str) -> None:
        await self.open.wait()
        if self.is_away:
            raise ProviderAway
        self.revoked.append(refresh_token)

    def end(self) -> None:
        """The person took it back there."""
        self.refresh_token = "nobody's"

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        raise NotImplementedError

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        raise NotImplementedError

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        raise NotImplementedError

    async def aclose(self) -> None:
        pass


def vault_at(desk: Desk, system: System) -> Vault:
    """The vault of a desk, with this system beside it in the place of Google."""
    ring = KeyRing.parse(desk.auth.settings.vault_keys.get_secret_value())
    desk.auth.vault = Vault(
        desk.auth.database,
        ring,
        granters={MAIL_READ: system},
        public_url=desk.auth.settings.public_url,
    )
    return desk.auth.vault


async def add_person(desk: Desk, person_id: UUID = PERSON) -> UUID:
    await desk.run("INSERT INTO persons (person_id, name) VALUES ($1, 'Ann')", person_id)
    return person_id


async def keep(
    desk: Desk,
    person_id: UUID = PERSON,
    *,
    refresh_token: str = FIRST,
    access_token: str = ACCESS,
    lives_for: float = 3600.0,
    subject: str = "1001",
    label: str = "a•••n@example.org",
) -> UUID:
    """A right to read mail, as granted just now."""
    granted = Granted(access_token, scopes=(SCOPES[MAIL_READ],), lives_for=lives_for)
    async with desk.auth.database.transaction() as connection:
        return await desk.auth.vault.keep(
            connection,
            person_id,
            MAIL_READ,
            issuer="google",
            subject=subject,
            label=label,
            refresh_token=refresh_token,
            granted=granted,
        )


async def ask(desk: Desk, person_id: UUID = PERSON, **wanted: Any) -> Any:
    """Access as mail asks for it, without HTTP."""
    return await desk.auth.vault.access(person_id, MAIL_READ, by="mail", **wanted)


async def grow_old(desk: Desk) -> None:
    """Nobody can use the kept access any more; what rests is asked again."""
    await desk.run("UPDATE rights SET access_until = now(), lease_until = NULL")


async def told(desk: Desk) -> list[str]:
    """The bodies of events about rights."""
    async with desk.auth.database.acquire() as connection:
        rows = await connection.fetch(
            "SELECT body FROM outbox WHERE type = 'auth.right.ended.v1' ORDER BY id"
        )
    return [row["body"] for row in rows]
