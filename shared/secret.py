"""Secrets: derived, compared, hashed for rest, sealed under a key ring."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """A sealed value was changed, belongs elsewhere, or its key is not in the ring."""


def new_token() -> str:
    """A secret of 128 bits, in characters that fit an address and a Telegram deep link."""
    return secrets.token_urlsafe(16)


def at_rest(token: str) -> bytes:
    """What is kept of a token: its SHA-256. It has 128 bits of its own, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()


def is_same(given: str, right: str) -> bool:
    """Compare in constant time, on bytes: text with a non-ASCII character would raise."""
    return hmac.compare_digest(given.encode(), right.encode())


def derive(secret: str, purpose: str) -> str:
    """A secret for one purpose, from one that is kept: HMAC-SHA-256, URL-safe base64."""
    digest = hmac.digest(secret.encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def service_secret(secret_key: str, service: str) -> str:
    """A service's own SERVICE_SECRET: auth, which has SECRET_KEY, recognises it without a table."""
    return derive(secret_key, f"service:{service}")


@dataclass(frozen=True)
class KeyRing:
    """Keys by id; the first seals, all open. Written `kid:base64,kid:base64`, 32 bytes each."""

    _keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read a ring as settings give it.

        Raises:
            ValueError: not in the form, with words that name no key.
        """
        keys: dict[str, bytes] = {}
        for entry in text.split(","):
            key_id, _, value = entry.strip().partition(":")
            try:
                key = base64.b64decode(value, validate=True)
            except ValueError:
                key = b""
            if not key_id.isalnum() or len(key) != 32 or key_id in keys:
                raise ValueError("must be kid:base64,… with keys of 32 bytes")
            keys[key_id] = key
        return cls(keys)

    @staticmethod
    def generate(key_id: str = "k1") -> str:
        """A new ring with one key, as settings give it."""
        return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    @classmethod
    def with_new_key(cls, text: str) -> str:
        """The same ring, as settings give it, with a new key in front; the old ones still open."""
        ids, number = cls.parse(text).ids, 1
        while f"k{number}" in ids:
            number += 1
        return f"{cls.generate(f'k{number}')},{text}"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its keys, the one that seals first."""
        return tuple(self._keys)

    @property
    def first(self) -> str:
        """The id of the key that seals."""
        return self.ids[0]

    def reseal(self, sealed: str, *, bound_to: str) -> str:
        """The same, sealed under the first key.

        Raises:
            CannotOpen: as `open`.
        """
        return self.seal(self.open(sealed, bound_to=bound_to), bound_to=bound_to)

    def seal(self, plain: bytes, *, bound_to: str) -> str:
        """Encrypt (AES-256-GCM) so that it opens only where it belongs (table, column, owner)."""
        key_id, key = next(iter(self._keys.items()))
        nonce = os.urandom(12)
        sealed = AESGCM(key).encrypt(nonce, plain, bound_to.encode())
        return f"v1:{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        """Decrypt what `seal` gave.

        Raises:
            CannotOpen: changed, moved, or under a key that is no longer here.
        """
        try:
            version, key_id, value = sealed.split(":")
            raw = base64.b64decode(value, validate=True)
            if version != "v1":
                raise CannotOpen(version)
            return AESGCM(self._keys[key_id]).decrypt(raw[:12], raw[12:], bound_to.encode())
        except (ValueError, KeyError, InvalidTag) as error:
            raise CannotOpen(type(error).__name__) from None
