"""`/internal/check`: whose request is this? The gateway asks it before each page."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.auth.service import AuthService
from services.auth.sessions import repository
from services.auth.sessions.cookie import TOKEN, RawHeaders, read_session_token
from services.auth.sessions.service import BEARER
from shared.events import SERVICES
from shared.identity import AUDIENCE_HEADER, HEADER
from shared.log import get_log
from shared.secret import at_rest

log = get_log(__name__)

PATH = "/internal/check"
_AUDIENCE = AUDIENCE_HEADER.lower().encode()
_IDENTITY = HEADER.lower().encode()


class Check:
    """Answers the gateway's question beside the framework: it is asked before every page.

    204, with an identity or without; 503 when a session was brought and cannot be looked up, for
    nobody is signed out by a database that is away. The session's row is read each time, so that
    one who signed out, or was signed out, is so at the next request; what is remembered is only
    the signature.
    """

    def __init__(self, app: ASGIApp, *, auth: AuthService) -> None:
        self._app = app
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the question, or hand on what is another's."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        token, status = None, 204
        try:
            token = await self._token(scope["headers"])
        except Exception:
            log.exception("check_failed")
            status = 503
        headers = [(b"cache-control", b"no-store")]
        if token is not None:
            headers.append((_IDENTITY, token.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body"})

    async def _token(self, headers: RawHeaders) -> str | None:
        audience = _audience(headers)
        shown = read_session_token(headers, secure=self._auth.settings.secure)
        if shown is None and audience != "auth":
            # A Mini App's bearer is no way to one's own page, nor to others' roles.
            shown = _bearer(headers)
        if shown is None or audience is None:
            return None
        async with self._auth.database.acquire() as connection:
            session = await repository.find_live(connection, at_rest(shown))
            if session is None:
                return None
            if session.is_stale:
                await repository.touch(connection, session.session_id)
        return await self._auth.tokens.for_session(session, audience)


def _audience(headers: RawHeaders) -> str | None:
    asked = [value.decode("latin-1") for name, value in headers if name == _AUDIENCE]
    return asked[0] if len(asked) == 1 and asked[0] in SERVICES else None


def _bearer(headers: RawHeaders) -> str | None:
    """A Mini App's bearer, as it is hashed; only where no cookie comes with it."""
    brought = [value for name, value in headers if name in (b"authorization", b"cookie")]
    if len(brought) != 1 or not brought[0].lower().startswith(b"bearer "):
        return None
    token = brought[0][len(b"bearer ") :].strip()
    return f"{BEARER}{token.decode()}" if TOKEN.fullmatch(token) else None
