"""Signing in with GitHub: codes that work once, for ten minutes, for one address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.github.state import TOKENS_KEPT, GitHubState, Token
from sandbox.settings import SandboxSettings

CODE_LIVES_S = 600
MOST_CODES = 1000
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
TROUBLE = (
    "https://docs.github.com/apps/managing-oauth-apps/"
    "troubleshooting-oauth-app-access-token-request-errors/#"
)
DESCRIPTIONS = {
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": (
        "The redirect_uri MUST match the registered callback URL for this application."
    ),
    "unsupported_grant_type": "The grant type is not supported.",
}


class OAuthRefused(Exception):
    """Answered with 200 and this error, as GitHub does."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error

    def as_fields(self) -> dict[str, str]:
        return {
            "error": self.error,
            "error_description": DESCRIPTIONS[self.error],
            "error_uri": TROUBLE + self.error.replace("_", "-"),
        }


class AuthorizeRefused(Exception):
    """Shown to the person on a page; nothing is sent to the redirect address."""


@dataclass(frozen=True)
class Ask:
    """What the browser brought to the authorize page, checked."""

    redirect_uri: str
    scope: str
    state: str
    challenge: str


@dataclass(frozen=True)
class Grant:
    login: str
    ask: Ask
    given_at: float


class OAuth:
    """One registered application: Parta."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GitHubState,
        *,
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._state = state
        self._monotonic = monotonic
        self._changed = changed
        self._grants: dict[str, Grant] = {}

    def read_ask(self, fields: dict[str, str]) -> Ask:
        if not _same(fields.get("client_id", ""), self._settings.github_oauth_client_id):
            raise AuthorizeRefused("No application has this client_id.")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri != self._settings.github_oauth_redirect_url:
            raise AuthorizeRefused(
                "The redirect_uri is not exactly the address registered for this application."
            )
        challenge = fields.get("code_challenge", "")
        if challenge or fields.get("code_challenge_method"):
            if fields.get("code_challenge_method") != "S256":
                raise AuthorizeRefused("The code_challenge_method must be S256.")
            if not CHALLENGE.fullmatch(challenge):
                raise AuthorizeRefused("The code_challenge is not the S256 of anything.")
        return Ask(redirect_uri, fields.get("scope", ""), fields.get("state", ""), challenge)

    def grant(self, login: str, ask: Ask) -> str:
        """A code for this person."""
        code = secrets.token_hex(10)
        self._grants[code] = Grant(login, ask, self._monotonic())
        while len(self._grants) > MOST_CODES:
            del self._grants[next(iter(self._grants))]
        return code

    def exchange(self, fields: dict[str, str]) -> Token:
        """A token for a code. The code is used up by the attempt, whatever comes of it."""
        settings = self._settings
        if not (
            _same(fields.get("client_id", ""), settings.github_oauth_client_id)
            and _same(fields.get("client_secret", ""), settings.github_oauth_client_secret)
        ):
            raise OAuthRefused("incorrect_client_credentials")
        if fields.get("grant_type", "authorization_code") != "authorization_code":
            raise OAuthRefused("unsupported_grant_type")
        grant = self._grants.pop(fields.get("code", ""), None)
        if grant is None or self._monotonic() - grant.given_at > CODE_LIVES_S:
            raise OAuthRefused("bad_verification_code")
        if fields.get("redirect_uri", grant.ask.redirect_uri) != grant.ask.redirect_uri:
            raise OAuthRefused("redirect_uri_mismatch")
        if grant.ask.challenge and not _same(
            _s256(fields.get("code_verifier", "")), grant.ask.challenge
        ):
            raise OAuthRefused("bad_verification_code")
        return self._new_token(grant.login, grant.ask.scope)

    def find_login(self, value: str) -> str | None:
        """Whose token this is; Parta's own API token belongs to the administrator."""
        own = self._settings.github_api_token
        if own and _same(value, own):
            return "parta-administrator"
        for token in self._state.tokens:
            if _same(value, token.value):
                return token.login
        return None

    def _new_token(self, login: str, scope: str) -> Token:
        wanted = sorted(set(scope.replace(",", " ").split()))
        token = Token(login, ",".join(wanted), f"gho_{secrets.token_hex(18)}")
        self._state.tokens.append(token)
        del self._state.tokens[:-TOKENS_KEPT]
        self._changed()
        return token


def _same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode(errors="replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
