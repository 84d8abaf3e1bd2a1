"""An OpenID Connect provider that says whatever a test wants it to say."""

import json
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://issuer.test"
CLIENT = "client"
NONCE = "the-nonce"


class Issuer(httpx.AsyncBaseTransport):
    """Discovery, keys and a token endpoint; what each answers may be changed."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "k1"}, private=True)
        self.published = [self.key]
        self.discovery: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "revocation_endpoint": f"{ISSUER}/revoke",
        }
        self.token_answer: dict[str, Any] = {}
        self.asked: list[str] = []

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "1234567890",
            "nonce": NONCE,
            "iat": now,
            "exp": now + 600,
            "name": "Student",
            "email": "student@example.org",
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(
        self,
        claims: dict[str, Any] | None = None,
        *,
        header: dict[str, Any] | None = None,
        key: RSAKey | None = None,
    ) -> str:
        header = {"alg": "RS256", "kid": "k1", **(header or {})}
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(
            header, claims or self.claims(), key or self.key, algorithms=[header["alg"]]
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.discovery)
        if path == "/keys":
            keys = [key.as_dict(private=False) for key in self.published]
            return httpx.Response(200, json={"keys": keys})
        if path == "/token":
            return httpx.Response(200, content=json.dumps(self.token_answer).encode())
        return httpx.Response(404)
