"""Google's tokens: for codes, for refresh tokens, until a person takes them back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.google.accounts import GMAIL, KNOWN, PLAIN, claims_of, read_scopes
from sandbox.google.state import REFRESH_TOKENS_KEPT, Consent, GoogleState, RefreshToken
from sandbox.oauth.codes import (
    Ask,
    AuthorizeRefused,
    Codes,
    TokenRefused,
    answers_challenge,
    read_challenge,
    same,
    unpadded,
)
from sandbox.oauth.signing import Signer
from sandbox.school import Person, find_person
from sandbox.settings import SandboxSettings

ACCESS_LIVES_S = 3599
MOST_ACCESS_TOKENS = 1000
REVOKED = "Token has been expired or revoked."


@dataclass(frozen=True)
class GoogleAsk(Ask):
    """With what is particular to Google; `asked_anew` is that the page of consent was shown."""

    offline: bool = False
    asked_anew: bool = False
    adds_to_granted: bool = False


@dataclass(frozen=True)
class Access:
    person: Person
    scopes: list[str]
    given_at: float


class GoogleAccounts:
    """One registered application: Parta, with two redirect addresses."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GoogleState,
        *,
        monotonic: Callable[[], float],
        wall_clock: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._state = state
        self._monotonic = monotonic
        self._changed = changed
        # A code of Google's has a slash in it.
        self._codes: Codes[GoogleAsk] = Codes(monotonic, prefix="4/0A")
        self._access: dict[str, Access] = {}
        self.signer = Signer(f"{settings.url}/google", wall_clock=wall_clock)

    def read_ask(self, fields: dict[str, str]) -> GoogleAsk:
        """Check what the browser brought.

        Raises:
            AuthorizeRefused: the application or its address is not the registered one, or it
                asks for what is not there.
        """
        if not same(fields.get("client_id", ""), self._settings.google_client_id):
            raise AuthorizeRefused("Error 401: invalid_client. The OAuth client was not found.")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri not in self._settings.google_redirect_urls:
            raise AuthorizeRefused("Error 400: redirect_uri_mismatch.")
        if fields.get("response_type") != "code":
            raise AuthorizeRefused("Error 400: unsupported_response_type.")
        scopes = read_scopes(fields.get("scope", ""))
        if not scopes or not KNOWN.issuperset(scopes):
            raise AuthorizeRefused("Error 400: invalid_scope.")
        return GoogleAsk(
            redirect_uri,
            scope=" ".join(scopes),
            state=fields.get("state", ""),
            challenge=read_challenge(fields),
            nonce=fields.get("nonce", ""),
            offline=fields.get("access_type") == "offline",
            asked_anew="consent" in fields.get("prompt", "").split(),
            adds_to_granted=fields.get("include_granted_scopes") == "true",
        )

    def grant(self, person: Person, ask: GoogleAsk, *, withheld: str = "") -> tuple[str, GoogleAsk]:
        """A code, and what was granted of what was asked: a person may keep a right back."""
        scopes = {one for one in ask.scope.split() if one in PLAIN or one != withheld}
        consent = self._consent_of(person)
        asked_anew = ask.asked_anew or not scopes <= set(consent.scopes)
        consent.scopes = sorted({*consent.scopes, *scopes})
        self._changed()
        if ask.adds_to_granted:
            scopes |= set(consent.scopes)
        granted = replace(ask, scope=" ".join(sorted(scopes)), asked_anew=asked_anew)
        return self._codes.give(person, granted), granted

    def give_tokens(self, fields: dict[str, str]) -> dict[str, Any]:
        """What the token door answers.

        Raises:
            TokenRefused: in Google's words.
        """
        self._check_client(fields)
        grant_type = fields.get("grant_type", "")
        if grant_type == "authorization_code":
            return self._exchange(fields)
        if grant_type == "refresh_token":
            return self._refresh(fields)
        raise TokenRefused("unsupported_grant_type", f"Invalid grant_type: {grant_type}")

    def find_access(self, value: str) -> Access | None:
        """Whose access token this is, while it lives."""
        access = self._access.get(value)
        if access is None or self._monotonic() - access.given_at > ACCESS_LIVES_S:
            return None
        return access

    def revoke(self, value: str) -> None:
        """Give a token back. With it goes all that the person has granted to the application.

        Raises:
            TokenRefused: there is no such token, or no more.
        """
        access = self.find_access(value)
        key = access.person.key if access else self._owner_of(value)
        if key is None:
            raise TokenRefused("invalid_token", "Token expired or revoked")
        self.revoke_all(key)

    def revoke_all(self, key: str) -> int:
        """As the person does in their Google account. How many refresh tokens died of it."""
        before = len(self._state.refresh_tokens)
        self._state.consents[:] = [one for one in self._state.consents if one.person != key]
        self._state.refresh_tokens[:] = [
            token for token in self._state.refresh_tokens if token.person != key
        ]
        self._access = {
            value: access for value, access in self._access.items() if access.person.key != key
        }
        self._changed()
        return before - len(self._state.refresh_tokens)

    def _check_client(self, fields: dict[str, str]) -> None:
        settings = self._settings
        if not same(fields.get("client_id", ""), settings.google_client_id):
            raise TokenRefused("invalid_client", "The OAuth client was not found.", status=401)
        if not same(fields.get("client_secret", ""), settings.google_client_secret):
            raise TokenRefused("invalid_client", "Unauthorized", status=401)

    def _exchange(self, fields: dict[str, str]) -> dict[str, Any]:
        if not fields.get("code"):
            raise TokenRefused("invalid_request", "Missing required parameter: code")
        grant = self._codes.take(fields["code"])
        if grant is None:
            raise TokenRefused("invalid_grant", "Bad Request")
        ask = grant.ask
        if fields.get("redirect_uri", "") != ask.redirect_uri:
            raise TokenRefused("redirect_uri_mismatch", "Bad Request")
        if not answers_challenge(fields.get("code_verifier", ""), ask.challenge):
            raise TokenRefused("invalid_grant", "Invalid code verifier.")
        scopes = ask.scope.split()
        told = self._tokens(grant.person, scopes, nonce=ask.nonce)
        if ask.offline:
            told |= self._new_refresh_token(grant.person, scopes, asked_anew=ask.asked_anew)
        return told

    def _refresh(self, fields: dict[str, str]) -> dict[str, Any]:
        """An access token anew. No new refresh token, and no nonce: nobody was asked."""
        value = fields.get("refresh_token", "")
        token = next((one for one in self._state.refresh_tokens if same(value, one.value)), None)
        person = find_person(token.person) if token else None
        if token is None or person is None:
            raise TokenRefused("invalid_grant", REVOKED)
        return self._tokens(person, token.scopes)

    def _tokens(self, person: Person, scopes: list[str], *, nonce: str = "") -> dict[str, Any]:
        value = f"ya29.{secrets.token_urlsafe(48)}"
        self._access[value] = Access(person, scopes, self._monotonic())
        while len(self._access) > MOST_ACCESS_TOKENS:
            del self._access[next(iter(self._access))]
        told = {
            "access_token": value,
            "expires_in": ACCESS_LIVES_S,
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }
        if "openid" in scopes:
            client_id = self._settings.google_client_id
            claims = {
                **claims_of(person, scopes),
                "azp": client_id,
                "nonce": nonce,
                "at_hash": unpadded(hashlib.sha256(value.encode()).digest()[:16]),
            }
            told["id_token"] = self.signer.sign(client_id, claims)
        return told

    def _new_refresh_token(
        self, person: Person, scopes: list[str], *, asked_anew: bool
    ) -> dict[str, str]:
        """Only where the page of consent was shown, or the person was never asked for it."""
        consent = self._consent_of(person)
        if consent.offline and not asked_anew:
            return {}
        consent.offline = True
        token = RefreshToken(person.key, scopes, f"1//0{secrets.token_urlsafe(48)}")
        tokens = self._state.refresh_tokens
        tokens.append(token)
        own = [one for one in tokens if one.person == person.key]
        for oldest in own[:-REFRESH_TOKENS_KEPT]:
            tokens.remove(oldest)
        self._changed()
        return {"refresh_token": token.value}

    def _consent_of(self, person: Person) -> Consent:
        for consent in self._state.consents:
            if consent.person == person.key:
                return consent
        consent = Consent(person.key, [])
        self._state.consents.append(consent)
        return consent

    def _owner_of(self, refresh_token: str) -> str | None:
        for token in self._state.refresh_tokens:
            if same(refresh_token, token.value):
                return token.person
        return None


def rights_in(ask: GoogleAsk) -> list[str]:
    """Scopes that a person may keep back."""
    return [scope for scope in ask.scope.split() if scope == GMAIL]
