"""The key that signs, made when there is none; and the public ones, for auth itself and others."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from services.auth.keys import repository
from services.auth.keys.repository import SealedKey
from shared.db import Connection, Database
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing, new_token

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key in the hand."""

    key_id: str
    key: OKPKey
    signs_until: datetime


class SigningKeys:
    """auth's own `KeySource`, and the key it signs with. Private halves leave this class never."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring
        self._current: SigningKey | None = None
        self._public: KeySet | None = None
        self._ids: set[str] = set()
        self._getting = asyncio.Lock()

    async def current(self) -> SigningKey:
        """The key to sign with now."""
        held = self._current
        if held is None or held.signs_until <= datetime.now(UTC):
            async with self._getting:
                held = self._current
                if held is None or held.signs_until <= datetime.now(UTC):
                    held = self._current = await self._get()
        return held

    async def list_public(self) -> dict[str, Any]:
        """The public halves as a JWKS; there is always one."""
        await self.current()
        async with self._database.acquire() as connection:
            return {"keys": await repository.list_public(connection)}

    async def find(self, key_id: str) -> KeySet | None:
        """The key set that holds the id, or None."""
        if key_id not in self._ids:
            told = await self.list_public()
            self._public = KeySet.import_key_set(told)  # type: ignore[arg-type]
            self._ids = {str(key["kid"]) for key in told["keys"]}
        return self._public if key_id in self._ids else None

    async def _get(self) -> SigningKey:
        async with self._database.acquire() as connection:
            found = self._open_first(await repository.list_signing(connection))
        if found is not None:
            return found
        async with self._database.transaction() as connection:
            await repository.lock(connection)
            # Another replica may have made one while we waited for the lock.
            return self._open_first(await repository.list_signing(connection)) or await self._make(
                connection
            )

    def _open_first(self, sealed: list[SealedKey]) -> SigningKey | None:
        for one in sealed:
            try:
                private = self._ring.open(one.sealed, bound_to=_place(one.key_id))
            except CannotOpen:
                # Sealed under a ring that is gone: no harm, a new one is soon made.
                log.warning("signing_key_cannot_be_opened", key_id=one.key_id)
                continue
            key = OKPKey.import_key(json.loads(private))
            return SigningKey(one.key_id, key, one.signs_until)
        return None

    async def _make(self, connection: Connection) -> SigningKey:
        key_id = new_token()
        key = OKPKey.generate_key("Ed25519", parameters={"kid": key_id, "use": "sig"})
        private = json.dumps(key.as_dict(private=True)).encode()
        made = await repository.add(
            connection,
            key_id=key_id,
            public=dict(key.as_dict(private=False)),
            sealed=self._ring.seal(private, bound_to=_place(key_id)),
        )
        log.info("signing_key_made", key_id=key_id)
        return SigningKey(key_id, key, made.signs_until)


def _place(key_id: str) -> str:
    return f"signing_keys:sealed:{key_id}"
