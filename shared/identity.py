"""Who asks: the signed word that the gateway, or a calling service, brings with each request.

auth alone signs (EdDSA, 60 seconds); every service checks with auth's public keys and keeps the
last ones it was told, so that it starts without auth.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.db import Database
from shared.errors import Forbidden, NotSignedIn
from shared.log import get_log

log = get_log(__name__)

HEADER = "X-Parta-Identity"
AUDIENCE_HEADER = "X-Parta-Audience"
KEYS_PATH = "/internal/keys"
TOKEN_PATH = "/internal/token"  # noqa: S105 - a path
ASK_AGAIN_AFTER = 5.0
CLOCK_TOLERANCE = 5
ALGORITHM = "Ed25519"
"""EdDSA over Ed25519 by its newer name (RFC 9864); joserfc warns at the name `EdDSA`."""

KEEP_KEYS = """
INSERT INTO known_keys (keys) VALUES ($1)
ON CONFLICT (only_one) DO UPDATE SET keys = excluded.keys, told_at = now()
"""
KEPT_KEYS = "SELECT keys FROM known_keys"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. Without a person: anonymous, or a service on its own behalf (`act`)."""

    person_id: UUID | None = None
    session_id: str | None = None
    roles: tuple[str, ...] = ()
    csrf: str | None = None
    act: str | None = None
    locale: str | None = None
    zone: str | None = None
    name: str = ""

    def has(self, role: str) -> bool:
        """Whether the person holds a role."""
        return role in self.roles


ANONYMOUS = Identity()


class KeySource(Protocol):
    """Where public keys come from: auth over HTTP, or, in auth, its own tables."""

    async def find(self, key_id: str) -> KeySet | None:
        """The key set that holds the id, or None."""


class Keys:
    """auth's public keys, as last told; asked for again when a key id is unknown."""

    def __init__(self, database: Database, auth: httpx.AsyncClient) -> None:
        self._database = database
        self._auth = auth
        self._known: KeySet | None = None
        self._ids: set[str] = set()
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def find(self, key_id: str) -> KeySet | None:
        """The key set that holds the id, or None."""
        if key_id not in self._ids:
            async with self._asking:
                if key_id not in self._ids:
                    await self._learn()
        return self._known if key_id in self._ids else None

    async def _learn(self) -> None:
        if time.monotonic() - self._asked_at < ASK_AGAIN_AFTER:
            return
        asked_at = time.monotonic()
        try:
            response = await self._auth.get(KEYS_PATH)
            response.raise_for_status()
            told: Any = response.json()
            self._take(told)
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("keys_not_told", error=repr(error))
            if self._known is None:
                async with self._database.acquire() as connection:
                    kept = await connection.fetchval(KEPT_KEYS)
                if kept is None:
                    return  # nobody can be known without keys: the next request asks again
                self._take(kept)
        else:
            async with self._database.acquire() as connection:
                await connection.execute(KEEP_KEYS, told)
        finally:
            if self._known is not None:
                self._asked_at = asked_at

    def _take(self, told: Any) -> None:
        known = KeySet.import_key_set(told)
        self._ids = {str(key["kid"]) for key in told["keys"]}
        self._known = known


class Verifier:
    """Turns the header's token into an identity for one service."""

    def __init__(self, service: str, keys: KeySource) -> None:
        self._service = service
        self._keys = keys

    async def identify(self, token: str | None) -> Identity:
        """Who the token speaks of; no token is anonymous.

        Raises:
            NotSignedIn: the token is not auth's, not for this service, or no longer valid.
        """
        if not token:
            return ANONYMOUS
        if len(token) > 4096:
            raise NotSignedIn
        try:
            key_id = decode_header_unverified(token)
            keys = await self._keys.find(key_id)
            if keys is None:
                raise NotSignedIn
            claims = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(
                leeway=CLOCK_TOLERANCE,
                iss={"essential": True, "value": "auth"},
                aud={"essential": True, "value": self._service},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(claims)
            return identity_of(claims)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("identity_refused", error=type(error).__name__)
            raise NotSignedIn from None


def decode_header_unverified(token: str) -> str:
    """The key id that a token claims; it says nothing yet.

    Raises:
        ValueError: this is no token.
    """
    head = token.split(".", 1)[0]
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    if not isinstance(header, dict) or not isinstance(header.get("kid"), str):
        raise ValueError("no key id")
    return str(header["kid"])


def identity_of(claims: dict[str, Any]) -> Identity:
    """An identity from the claims of a token that was verified."""
    return Identity(
        person_id=UUID(claims["sub"]) if claims.get("sub") else None,
        session_id=claims.get("sid"),
        roles=tuple(claims.get("roles", ())),
        csrf=claims.get("csrf"),
        act=claims.get("act"),
        locale=claims.get("locale"),
        zone=claims.get("zone"),
        name=claims.get("name", ""),
    )


def current_identity(request: Request) -> Identity:
    """FastAPI dependency: who asks, anonymous included."""
    identity: Identity = request.state.identity
    return identity


def signed_in_person(identity: Identity = Depends(current_identity)) -> UUID:
    """FastAPI dependency: the id of the person who is signed in.

    Raises:
        NotSignedIn: pages are sent to the sign-in, others get 401.
    """
    if identity.person_id is None:
        raise NotSignedIn
    return identity.person_id


def signed_in(identity: Identity = Depends(current_identity)) -> Identity:
    """FastAPI dependency: a person who is signed in.

    Raises:
        NotSignedIn: pages are sent to the sign-in, others get 401.
    """
    signed_in_person(identity)
    return identity


def called_by(*services: str) -> Any:
    """FastAPI dependency for `/internal/*`: only these services may call.

    Raises:
        NotSignedIn, Forbidden: nobody, or another, calls.
    """

    def check(identity: Identity = Depends(current_identity)) -> Identity:
        if identity.act is None:
            raise NotSignedIn
        if identity.act not in services:
            raise Forbidden
        return identity

    return Depends(check)


class ServiceAuth(httpx.Auth):
    """Signs a service's requests to another with a token that auth gave it, renewed in time."""

    def __init__(
        self, *, service: str, secret: str, audience: str, auth: httpx.AsyncClient
    ) -> None:
        self._service = service
        self._secret = secret
        self._audience = audience
        self._auth = auth
        self._token = ""
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to the request; one that is refused is not used again."""
        async with self._asking:
            if time.monotonic() > self._until:
                response = await self._auth.post(
                    TOKEN_PATH,
                    json={"audience": self._audience},
                    auth=(self._service, self._secret),
                )
                response.raise_for_status()
                self._token = response.json()["token"]
                self._until = time.monotonic() + 40
        request.headers[HEADER] = self._token
        response = yield request
        if response.status_code == NotSignedIn.status:
            self._until = 0.0


def session_of(identity: Identity) -> UUID:
    """The session of who is signed in.

    Raises:
        NotSignedIn: a service speaks in a person's name; it has no session.
    """
    if identity.session_id is None:
        raise NotSignedIn
    return UUID(identity.session_id)
