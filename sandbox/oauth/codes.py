"""Codes of the authorization code flow: each works once, for ten minutes, for one address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.school import Person

CODE_LIVES_S = 600
MOST_CODES = 1000
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class AuthorizeRefused(Exception):
    """Shown to the person on a page; nothing is sent to the redirect address."""


class TokenRefused(Exception):
    """Answered to the program with this status, as OAuth's `error` and its description."""

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    def as_fields(self) -> dict[str, str]:
        told = {"error": self.error}
        return {**told, "error_description": self.description} if self.description else told


@dataclass(frozen=True)
class Ask:
    """What the browser brought to the authorize page, checked."""

    redirect_uri: str
    scope: str = ""
    state: str = ""
    challenge: str = ""
    nonce: str = ""


A = TypeVar("A", bound=Ask)


@dataclass(frozen=True)
class Grant(Generic[A]):
    """That a person said yes to what was asked."""

    person: Person
    ask: A
    given_at: float


class Codes(Generic[A]):
    """Codes that were given and not yet brought."""

    def __init__(self, monotonic: Callable[[], float], *, prefix: str = "") -> None:
        self._monotonic = monotonic
        self._prefix = prefix
        self._grants: dict[str, Grant[A]] = {}

    def give(self, person: Person, ask: A) -> str:
        code = f"{self._prefix}{secrets.token_urlsafe(24)}"
        self._grants[code] = Grant(person, ask, self._monotonic())
        while len(self._grants) > MOST_CODES:
            del self._grants[next(iter(self._grants))]
        return code

    def take(self, code: str) -> Grant[A] | None:
        """What a code stands for. It is used up by the attempt, whatever comes of it."""
        grant = self._grants.pop(code, None)
        if grant is None or self._monotonic() - grant.given_at > CODE_LIVES_S:
            return None
        return grant


def read_challenge(fields: dict[str, str], *, methods: tuple[str, ...] = ("S256",)) -> str:
    """PKCE's challenge, or nothing where none was sent.

    Raises:
        AuthorizeRefused: of another method, or not the S256 of anything.
    """
    challenge, method = fields.get("code_challenge", ""), fields.get("code_challenge_method", "")
    if not challenge and not method:
        return ""
    if method not in methods:
        raise AuthorizeRefused("The code_challenge_method must be S256.")
    if not CHALLENGE.fullmatch(challenge):
        raise AuthorizeRefused("The code_challenge is not the S256 of anything.")
    return challenge


def answers_challenge(verifier: str, challenge: str) -> bool:
    """Whether this verifier is the one; where there was no challenge there must be none either.

    The second half is RFC 9700's: a client that lost its challenge on the way must hear of it.
    """
    if not challenge:
        return not verifier
    return bool(VERIFIER.fullmatch(verifier)) and same(s256(verifier), challenge)


def same(given: str, expected: str) -> bool:
    """In constant time; what is not set is the same as nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def s256(verifier: str) -> str:
    return unpadded(hashlib.sha256(verifier.encode(errors="replace")).digest())


def unpadded(content: bytes) -> str:
    """Base64 for addresses, without the padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
