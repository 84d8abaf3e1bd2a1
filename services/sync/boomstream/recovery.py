"""The code by which a buyer's links open, made here and kept sealed."""

import re
import secrets
from typing import Protocol
from uuid import UUID

from shared.secret import KeyRing

FORM = re.compile(r"[0-9a-f]{32}")


class SealedRecovery(Protocol):
    """What a row of `grants` has of it."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def recovery(self) -> bytes: ...


def new_recovery(ring: KeyRing, person_id: UUID, resource_id: UUID) -> tuple[bytes, str]:
    """A code of 128 bits for a new grant, sealed, and the id of the key that sealed it."""
    code = secrets.token_hex(16)
    sealed = ring.seal(code.encode(), bound_to=_place(person_id, resource_id))
    return sealed.encode(), ring.first


def recovery_of(grant: SealedRecovery, ring: KeyRing) -> str:
    """The code in the open: a buyer's `Hash`, and the `id_recovery` of the player's link.

    Raises:
        CannotOpen: it was changed, moved to another grant, or its key is not in the ring.
    """
    place = _place(grant.person_id, grant.resource_id)
    return ring.open(grant.recovery.decode(errors="replace"), bound_to=place).decode()


def reseal_recovery(ring: KeyRing, grant: SealedRecovery) -> tuple[bytes, str]:
    """The same code sealed under the ring's first key, and that key's id.

    Raises:
        CannotOpen: as `recovery_of`.
    """
    code = recovery_of(grant, ring)
    sealed = ring.seal(code.encode(), bound_to=_place(grant.person_id, grant.resource_id))
    return sealed.encode(), ring.first


def is_own_form(code: str) -> bool:
    """Whether a code may be one that was made here."""
    return FORM.fullmatch(code) is not None


def _place(person_id: UUID, resource_id: UUID) -> str:
    return f"grants.recovery:{person_id}:{resource_id}"
