"""ID tokens: signed with RS256 by a key made here, or spoilt when a script wants them so."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.oauth.forging import FORGERIES, Forgery

ALGORITHM = "RS256"
KEY_BITS = 2048
TOKEN_LIVES_S = 3600
KEYS_PUBLISHED = 2
MOST_FLAWS = 100


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one ID token. A claim of None is left out."""

    forgery: Forgery | None = None
    claims: dict[str, Any] = field(default_factory=dict)


class Signer:
    """One issuer. Its first key is made when it is first needed: that takes a tenth of a second."""

    def __init__(self, issuer: str, *, wall_clock: Callable[[], float] = time.time) -> None:
        self.issuer = issuer
        self._wall_clock = wall_clock
        self._keys: list[RSAKey] = []
        self._flaws: deque[Flaw] = deque(maxlen=MOST_FLAWS)

    def public_keys(self) -> list[dict[str, Any]]:
        """As a JWKS has them: the one that signs, and the one before it."""
        self._current()
        return [dict(key.as_dict(private=False)) for key in self._keys]

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self._keys.insert(0, new_key())
        del self._keys[KEYS_PUBLISHED:]

    def spoil_next(self, flaw: Flaw) -> None:
        """The next ID token has this flaw; those after it are right again."""
        self._flaws.append(flaw)

    def sign(self, audience: str, claims: dict[str, Any]) -> str:
        """An ID token for this client, good for an hour. Empty claims are left out."""
        now = int(self._wall_clock())
        told = {
            "iss": self.issuer,
            "aud": audience,
            **{name: value for name, value in claims.items() if value != ""},
            "iat": now,
            "exp": now + TOKEN_LIVES_S,
        }
        flaw = self._flaws.popleft() if self._flaws else Flaw()
        told = {name: value for name, value in {**told, **flaw.claims}.items() if value is not None}
        key = self._current()
        if flaw.forgery is not None:
            return FORGERIES[flaw.forgery](told, key)
        return jwt.encode({"alg": ALGORITHM, "kid": str(key.kid)}, told, key)

    def _current(self) -> RSAKey:
        if not self._keys:
            self.rotate()
        return self._keys[0]


def new_key() -> RSAKey:
    return RSAKey.generate_key(KEY_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
