"""How a browser and a program sign in to the sandbox's vendors."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.oauth.codes import s256
from tests.sandbox.serving import Served

VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-1234"
PKCE = {"code_challenge": s256(VERIFIER), "code_challenge_method": "S256"}


async def come_back(sandbox: Served, path: str, fields: dict[str, str]) -> dict[str, str]:
    """Answer a vendor's page as somebody, and read what the browser takes back."""
    answer = await sandbox.http.get(str(httpx.URL(path).copy_merge_params(fields)))
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def read_id_token(sandbox: Served, issuer: str, token: str) -> dict[str, Any]:
    """Its claims, checked with the keys that the discovery document leads to."""
    told = await sandbox.get(f"{issuer}/.well-known/openid-configuration")
    keys = KeySet.import_key_set(await sandbox.get(urlsplit(told["jwks_uri"]).path))
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
    assert claims["iss"] == told["issuer"] == f"{sandbox.settings.url}{issuer}"
    return dict(claims)
