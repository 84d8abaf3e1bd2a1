"""OpenID Connect: a provider that is known by its discovery document and signs what it says."""

import asyncio
import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from services.auth.errors import CodeRefused
from services.auth.providers.contract import Granted
from services.auth.providers.oauth import UNREADABLE, OAuthApplication
from shared.http import create_client
from shared.log import get_log

log = get_log(__name__)

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "ES256", "Ed25519", "EdDSA")
"""Public keys only: with an algorithm of shared secrets, a public key would be one."""
PUBLIC_KINDS = ("RSA", "EC", "OKP")
LONGEST_TOKEN = 16 * 1024
LEEWAY = 60
KEPT_FOR = 3600.0
ASKED_AGAIN_AFTER = 5.0
ANSWERS_WITHIN = 5.0
"""Seconds that people wait for a provider to say where its pages are, attempts included."""

Claims = Mapping[str, Any]


class OpenID:
    """What a provider says of itself, its keys, and its word on who somebody is.

    `echoes_nonce`: without, an ID token may lack the nonce, for PKCE binds the code to the attempt
    too; one that names another is refused all the same.
    """

    def __init__(
        self,
        application: OAuthApplication,
        *,
        discovery_url: str,
        transport: httpx.AsyncBaseTransport,
        echoes_nonce: bool = True,
        asked_with: Mapping[str, str] | None = None,
    ) -> None:
        self.application = application
        self._discovery_url = discovery_url
        self._echoes_nonce = echoes_nonce
        self._asked_with = asked_with or {}
        self._http = create_client(transport=transport)
        self._told: dict[str, Any] = {}
        self._told_at = self._failed_at = float("-inf")
        self._keys: dict[str, KeySet] = {}
        self._keys_at = float("-inf")
        self._asking = asyncio.Lock()

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        """Where the browser goes to be asked.

        Raises:
            ProviderAway: its discovery document cannot be had.
        """
        url = await self.address("authorization_endpoint")
        return self.application.authorize_url(
            url, state=state, verifier=verifier, nonce=nonce, **self._asked_with
        )

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        """Tokens for a code.

        Raises:
            CodeRefused: they are not given, or another provider says that the code is its own.
            ProviderAway: no answer that can be read.
        """
        if "iss" in answer and answer["iss"] != await self.address("issuer"):
            raise CodeRefused
        return await self.application.exchange(
            await self.address("token_endpoint"), code=code, verifier=verifier
        )

    async def address(self, name: str) -> str:
        """One of the provider's addresses, by its name in the discovery document.

        Raises:
            ProviderAway: the document cannot be had, or has no such address.
        """
        try:
            return str((await self._discover())[name])
        except UNREADABLE as error:
            raise self.application.away(error) from None

    async def read_claims(self, granted: Granted, *, nonce: str) -> Claims:
        """What the ID token says, after all of it was checked.

        Signature by one of the provider's published keys, issuer, audience, times, nonce; the
        token's own header chooses no key but by its id.

        Raises:
            CodeRefused: it is not what it has to be.
            ProviderAway: the keys cannot be had.
        """
        token = granted.id_token or ""
        if not token or len(token) > LONGEST_TOKEN:
            raise CodeRefused
        try:
            issuer = str((await self._discover())["issuer"])
            key_id = _key_id(token)
            key = await self._find_key(key_id)
        except JoseError as error:
            raise self._refused(error) from None
        except UNREADABLE as error:
            raise self.application.away(error) from None
        try:
            if key is None:
                raise KeyError(key_id)
            claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
            self._check(claims, issuer=issuer, nonce=nonce)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._refused(error) from None
        return claims

    def _refused(self, error: Exception) -> CodeRefused:
        log.warning(
            "id_token_refused", provider=self.application.provider, error=type(error).__name__
        )
        return CodeRefused()

    def _check(self, claims: Claims, *, issuer: str, nonce: str) -> None:
        client_id = self.application.client_id
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(dict(claims))
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
            raise ValueError("azp")
        if "nonce" not in claims and not self._echoes_nonce:
            return
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ValueError("nonce")

    async def _discover(self) -> dict[str, Any]:
        async with self._asking:
            if time.monotonic() - self._told_at > KEPT_FOR:
                if time.monotonic() - self._failed_at < ASKED_AGAIN_AFTER:
                    raise TimeoutError("it did not answer a moment ago")
                try:
                    told = await self._get(self._discovery_url)
                    self._told = _checked(told, self._discovery_url)
                except UNREADABLE:
                    self._failed_at = time.monotonic()
                    if not self._told:
                        raise
                    # What it said an hour ago is better than nothing.
                    self._told_at = time.monotonic() - KEPT_FOR + ASKED_AGAIN_AFTER
                else:
                    self._told_at = time.monotonic()
            return self._told

    async def _find_key(self, key_id: str | None) -> KeySet | None:
        url = str((await self._discover())["jwks_uri"])
        async with self._asking:
            since = time.monotonic() - self._keys_at
            is_strange = key_id not in self._keys and since > ASKED_AGAIN_AFTER
            if is_strange or since > KEPT_FOR:
                self._keys_at = time.monotonic()
                self._keys = _by_id(await self._get(url))
            if key_id is None and len(self._keys) == 1:
                return next(iter(self._keys.values()))
            return self._keys.get(str(key_id))

    async def revoke(self, token: str) -> None:
        """Tell the provider that a token is to count no more.

        Raises:
            ProviderAway: no answer. A token that it does not know is no trouble.
        """
        url = await self.address("revocation_endpoint")
        try:
            answer = await self._http.post(url, data={"token": token})
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                answer.raise_for_status()
        except httpx.HTTPError as error:
            raise self.application.away(error) from None

    async def _get(self, url: str) -> Any:
        async with asyncio.timeout(ANSWERS_WITHIN):
            answer = await self._http.get(url)
        answer.raise_for_status()
        return answer.json()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _checked(told: Any, url: str) -> dict[str, Any]:
    """A discovery document that speaks of the address it came from, and of no weaker ones."""
    if told["issuer"] != url.removesuffix(WELL_KNOWN):
        raise ValueError("issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(told[name]).scheme not in ("https", urlsplit(url).scheme):
            raise ValueError(name)
    found: dict[str, Any] = told
    return found


def _by_id(told: Any) -> dict[str, KeySet]:
    keys = [key for key in told["keys"] if key.get("kty") in PUBLIC_KINDS]
    return {str(key.get("kid")): KeySet.import_key_set({"keys": [key]}) for key in keys[:50]}


def _key_id(token: str) -> str | None:
    """The key that a token's header names. It is believed only in choosing among known ones."""
    key_id = extract_compact(token.encode()).headers().get("kid")
    return str(key_id) if key_id is not None else None
