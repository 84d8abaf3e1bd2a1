"""Who these pages are for: administrators alone."""

from uuid import UUID

from fastapi import Depends

from shared.errors import Forbidden
from shared.identity import Identity, signed_in, signed_in_person


def administrator(identity: Identity = Depends(signed_in)) -> Identity:
    """FastAPI dependency: the administrator who is signed in.

    Raises:
        NotSignedIn, Forbidden: it is nobody, or somebody else.
    """
    if not identity.has("administrator"):
        raise Forbidden
    return identity


def administrator_id(
    identity: Identity = Depends(administrator), person_id: UUID = Depends(signed_in_person)
) -> UUID:
    """FastAPI dependency: their id, for the journal.

    Raises:
        NotSignedIn, Forbidden: it is nobody, or somebody else.
    """
    return person_id
