"""Forms: an unsafe request that carries a cookie must come from our own page."""

from fastapi import Request

from shared.errors import CsrfMissing
from shared.identity import Identity
from shared.secret import is_same

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def check_csrf(request: Request) -> None:
    """FastAPI dependency of every route: Origin and the identity's `csrf` value must be right.

    Requests without a cookie (hooks, services, bearers) are exempt: no browser lends them its
    rights. A browser without a session has no value to send; its Origin is checked all the same.

    Raises:
        CsrfMissing: the form came from elsewhere, or is too old.
    """
    if request.method in SAFE_METHODS or "cookie" not in request.headers:
        return
    if request.headers.get("origin") != request.app.state.service.settings.public_url:
        raise CsrfMissing
    identity: Identity = request.state.identity
    if identity.csrf is None:
        return
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").startswith(FORMS):
        value = (await request.form()).get(FIELD)
        given = value if isinstance(value, str) else None
    if given is None or not is_same(given, identity.csrf):
        raise CsrfMissing
