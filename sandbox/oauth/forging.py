"""ID tokens that no client may believe, each made in one well-known way."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any, Literal

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sandbox.oauth.codes import unpadded

Forgery = Literal["none", "hs256", "jwk", "other_key", "unknown_key", "payload"]
Claims = dict[str, Any]


def _without_signature(claims: Claims, key: RSAKey) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': str(key.kid)})}.{_part(claims)}."


def _with_the_public_key_as_secret(claims: Claims, key: RSAKey) -> str:
    """Everybody has the public key; with HS256 a careless client takes it for the secret."""
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': str(key.kid)})}.{_part(claims)}"
    signature = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{unpadded(signature)}"


def _with_a_key_that_it_brings(claims: Claims, key: RSAKey) -> str:
    """Of a curve, for its shortness: a header of some size is refused before it is read."""
    own = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": str(key.kid), "jwk": dict(own.as_dict(private=False))}
    return jwt.encode(header, claims, own)


def _with_another_key_of_the_same_name(claims: Claims, key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": str(key.kid)}, claims, _own_key())


def _with_a_key_that_nobody_published(claims: Claims, key: RSAKey) -> str:
    own = _own_key()
    return jwt.encode({"alg": "RS256", "kid": str(own.kid)}, claims, own)


def _with_claims_changed_after_signing(claims: Claims, key: RSAKey) -> str:
    header, _, signature = jwt.encode({"alg": "RS256", "kid": str(key.kid)}, claims, key).split(".")
    return f"{header}.{_part({**claims, 'changed': True})}.{signature}"


FORGERIES: dict[Forgery, Callable[[Claims, RSAKey], str]] = {
    "none": _without_signature,
    "hs256": _with_the_public_key_as_secret,
    "jwk": _with_a_key_that_it_brings,
    "other_key": _with_another_key_of_the_same_name,
    "unknown_key": _with_a_key_that_nobody_published,
    "payload": _with_claims_changed_after_signing,
}


def _own_key() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


def _part(content: dict[str, Any]) -> str:
    return unpadded(json.dumps(content, separators=(",", ":")).encode())
