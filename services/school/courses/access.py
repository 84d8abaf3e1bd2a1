"""Who keeps courses: administrators alone."""

from fastapi import Depends

from shared.errors import Forbidden
from shared.identity import Identity, signed_in


def administrator(identity: Identity = Depends(signed_in)) -> Identity:
    """FastAPI dependency: the administrator who is signed in.

    Raises:
        NotSignedIn, Forbidden: it is nobody, or somebody else.
    """
    if not identity.has("administrator"):
        raise Forbidden
    return identity
