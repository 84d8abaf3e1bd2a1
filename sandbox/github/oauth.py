"""Signing in with GitHub: codes that work once, for ten minutes, for one address."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sandbox.github.accounts import Accounts
from sandbox.github.state import TOKENS_KEPT, Account, GitHubState, Token
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


ADMINISTRATOR = "administrator"
HOOKS_SCOPES = frozenset({"admin:repo_hook", "admin:org_hook"})


class OAuthRefused(TokenRefused):
    """Answered with 200 and this error, as GitHub does."""

    def __init__(self, error: str) -> None:
        super().__init__(error, DESCRIPTIONS[error], status=200)

    def as_fields(self) -> dict[str, str]:
        return {**super().as_fields(), "error_uri": TROUBLE + self.error.replace("_", "-")}


class OAuth:
    """One registered application: Parta."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GitHubState,
        accounts: Accounts,
        *,
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._state = state
        self._accounts = accounts
        self._changed = changed
        self._codes: Codes[Ask] = Codes(monotonic)

    def read_ask(self, fields: dict[str, str]) -> Ask:
        if not same(fields.get("client_id", ""), self._settings.github_oauth_client_id):
            raise AuthorizeRefused("No application has this client_id.")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri != self._settings.github_oauth_redirect_url:
            raise AuthorizeRefused(
                "The redirect_uri is not exactly the address registered for this application."
            )
        return Ask(
            redirect_uri,
            scope=fields.get("scope", ""),
            state=fields.get("state", ""),
            challenge=read_challenge(fields),
        )

    def grant(self, person: Person, ask: Ask) -> str:
        return self._codes.give(person, ask)

    def exchange(self, fields: dict[str, str]) -> Token:
        """A token for a code. The code is used up by the attempt, whatever comes of it."""
        settings = self._settings
        if not (
            same(fields.get("client_id", ""), settings.github_oauth_client_id)
            and same(fields.get("client_secret", ""), settings.github_oauth_client_secret)
        ):
            raise OAuthRefused("incorrect_client_credentials")
        if fields.get("grant_type", "authorization_code") != "authorization_code":
            raise OAuthRefused("unsupported_grant_type")
        grant = self._codes.take(fields.get("code", ""))
        if grant is None:
            raise OAuthRefused("bad_verification_code")
        if fields.get("redirect_uri", grant.ask.redirect_uri) != grant.ask.redirect_uri:
            raise OAuthRefused("redirect_uri_mismatch")
        if not answers_challenge(fields.get("code_verifier", ""), grant.ask.challenge):
            raise OAuthRefused("bad_verification_code")
        account = self._accounts.find_of(grant.person)
        if account is None:
            raise OAuthRefused("bad_verification_code")
        return self._new_token(account, grant.ask.scope)

    def find_account(self, value: str) -> tuple[Account, frozenset[str]] | None:
        """Whose token this is, and what it may; Parta's own belong to the administrator.

        The one for webhooks has the scopes that they need, the other has none.
        """
        for own, scopes in (
            (self._settings.github_hooks_token, HOOKS_SCOPES),
            (self._settings.github_api_token, frozenset[str]()),
        ):
            if own and same(value, own):
                account = self._accounts.find(ADMINISTRATOR)
                return (account, scopes) if account else None
        for token in self._state.tokens:
            if same(value, token.value):
                account = self._accounts.find_by_id(token.account_id)
                return (account, frozenset(token.scope.split(","))) if account else None
        return None

    def _new_token(self, account: Account, scope: str) -> Token:
        wanted = sorted(set(scope.replace(",", " ").split()))
        token = Token(account.account_id, ",".join(wanted), f"gho_{secrets.token_hex(18)}")
        self._state.tokens.append(token)
        del self._state.tokens[:-TOKENS_KEPT]
        self._changed()
        return token
