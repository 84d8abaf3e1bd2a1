"""Stepik's tokens: for a program in its own name, and for a person who signs in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.oauth.codes import (
    Ask,
    AuthorizeRefused,
    Codes,
    TokenRefused,
    answers_challenge,
    read_challenge,
    same,
)
from sandbox.school import Person
from sandbox.settings import SandboxSettings
from sandbox.stepik.accounts import Account

EXPIRES_IN_S = 36_000
MOST_TOKENS = 1_000
SCOPES = {"read", "write"}
KINDS = ("client_credentials", "authorization_code")
"""Of applications; Stepik has each do one thing."""


@dataclass(frozen=True)
class Access:
    user_id: int
    is_program: bool
    """Whether it is the program's own: it sees what the courses' teacher sees."""
    ends_at: float


class StepikOAuth:
    """Parta's applications, or its one that does both. Tokens are not kept over a restart."""

    def __init__(
        self, settings: SandboxSettings, owner: Account, *, monotonic: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._owner = owner
        self._monotonic = monotonic
        self._codes: Codes[Ask] = Codes(monotonic)
        self._access: dict[str, Access] = {}
        self.expires_in = EXPIRES_IN_S

    def read_ask(self, fields: dict[str, str]) -> Ask:
        """Check what the browser brought.

        Raises:
            AuthorizeRefused: the application or its address is not the registered one, or it
                asks for what is not there.
        """
        if not same(fields.get("client_id", ""), self._settings.stepik_oauth_client_id):
            raise AuthorizeRefused("Error: invalid_request. Invalid client_id parameter value.")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri not in self._settings.stepik_redirect_urls:
            raise AuthorizeRefused("Error: invalid_request. Mismatching redirect URI.")
        if fields.get("response_type") != "code":
            raise AuthorizeRefused("Error: unsupported_response_type.")
        scope = fields.get("scope", "read")
        if not SCOPES.issuperset(scope.split()):
            raise AuthorizeRefused("Error: invalid_scope.")
        challenge = read_challenge(fields)
        return Ask(redirect_uri, scope=scope, state=fields.get("state", ""), challenge=challenge)

    def grant(self, account: Account, ask: Ask) -> str:
        """A code that works once, for ten minutes."""
        return self._codes.give(as_person(account), ask)

    def give_token(self, fields: dict[str, str]) -> dict[str, Any]:
        """What the token door answers.

        Raises:
            TokenRefused: in the words of OAuth.
        """
        kinds = self._kinds_of(fields.get("client_id", ""), fields.get("client_secret", ""))
        if not kinds:
            raise TokenRefused("invalid_client", status=401)
        grant_type = fields.get("grant_type", "")
        if grant_type in KINDS and grant_type not in kinds:
            raise TokenRefused("unauthorized_client")
        if grant_type == "client_credentials":
            scope = fields.get("scope", "read")
            if not SCOPES.issuperset(scope.split()):
                raise TokenRefused("invalid_scope")
            return self._token(self._owner.user_id, scope, is_program=True)
        if grant_type == "authorization_code":
            return self._exchange(fields)
        raise TokenRefused("unsupported_grant_type")

    def find_access(self, value: str) -> Access | None:
        """Whose token this is, while it lives."""
        access = self._access.get(value)
        return access if access is not None and self._monotonic() < access.ends_at else None

    def forget_tokens(self) -> int:
        """All that were given are refused from now on; gives how many there were."""
        count = len(self._access)
        self._access.clear()
        return count

    def _kinds_of(self, client_id: str, secret: str) -> set[str]:
        """What the application of these credentials is for; nothing, where there is none."""
        settings = self._settings
        applications = (
            (settings.stepik_client_id, settings.stepik_client_secret),
            (settings.stepik_oauth_client_id, settings.stepik_oauth_client_secret),
        )
        return {
            kind
            for kind, (known_id, known_secret) in zip(KINDS, applications, strict=True)
            if same(client_id, known_id) and same(secret, known_secret)
        }

    def _exchange(self, fields: dict[str, str]) -> dict[str, Any]:
        grant = self._codes.take(fields.get("code", ""))
        if (
            grant is None
            or fields.get("redirect_uri", "") != grant.ask.redirect_uri
            or not answers_challenge(fields.get("code_verifier", ""), grant.ask.challenge)
        ):
            raise TokenRefused("invalid_grant")
        return self._token(int(grant.person.key), grant.ask.scope, is_program=False)

    def _token(self, user_id: int, scope: str, *, is_program: bool) -> dict[str, Any]:
        value = secrets.token_urlsafe(22)
        ends_at = self._monotonic() + self.expires_in
        self._access[value] = Access(user_id, is_program, ends_at)
        while len(self._access) > MOST_TOKENS:
            del self._access[next(iter(self._access))]
        return {
            "access_token": value,
            "expires_in": self.expires_in,
            "token_type": "Bearer",
            "scope": scope,
        }


def as_person(account: Account) -> Person:
    """An account as the page that asks shows it: chosen by its number, not by a key."""
    return Person(
        key=str(account.user_id),
        name=account.name,
        roles=(),
        chat_id=0,
        github_id=0,
        github_login="",
        email="",
        password="",
    )
