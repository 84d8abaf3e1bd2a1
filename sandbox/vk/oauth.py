"""VK ID's tokens, and what they tell of a person."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.oauth.codes import (
    Ask,
    AuthorizeRefused,
    Codes,
    Grant,
    TokenRefused,
    answers_challenge,
    read_challenge,
    same,
)
from sandbox.oauth.signing import Signer
from sandbox.school import Person
from sandbox.settings import SandboxSettings

ACCESS_LIVES_S = 3600
MOST_ACCESS_TOKENS = 1000
STATE = re.compile(r"[A-Za-z0-9_-]{32,}")
VERIFIER = re.compile(r"[A-Za-z0-9_-]{43,128}")
"""VK allows fewer characters than the standard."""
KNOWN = {"vkid.personal_info", "email"}
PERSONAL = "vkid.personal_info"
FIRST_USER_ID = 700_000_000


@dataclass(frozen=True)
class VkAsk(Ask):
    """The device id is VK's own, and comes back with the code."""

    device_id: str = ""


@dataclass(frozen=True)
class Access:
    person: Person
    scopes: list[str]
    given_at: float


class VkIds:
    """One registered application: Parta. It has no client secret; it may have a service token."""

    def __init__(
        self,
        settings: SandboxSettings,
        *,
        monotonic: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._codes: Codes[VkAsk] = Codes(monotonic, prefix="vk2.a.")
        self._access: dict[str, Access] = {}
        self._signer = Signer("VK", wall_clock=wall_clock)

    def read_ask(self, fields: dict[str, str]) -> VkAsk:
        """Check what the browser brought.

        Raises:
            AuthorizeRefused: it is not what VK ID has to be asked with.
        """
        if not same(fields.get("client_id", ""), self._settings.vk_client_id):
            raise AuthorizeRefused("client_id is missing or invalid")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri != self._settings.vk_redirect_url:
            raise AuthorizeRefused("redirect_uri is missing or invalid")
        if fields.get("response_type") != "code":
            raise AuthorizeRefused("response_type must be code")
        if not STATE.fullmatch(fields.get("state", "")):
            raise AuthorizeRefused("state is missing or invalid: it has 32 characters at least")
        challenge = read_challenge(fields, methods=("S256", "s256"))
        if not challenge:
            raise AuthorizeRefused("code_challenge is missing")
        scopes = {PERSONAL, *fields.get("scope", "").split()}
        if not scopes <= KNOWN:
            raise AuthorizeRefused("scope is invalid")
        return VkAsk(
            redirect_uri,
            scope=" ".join(sorted(scopes)),
            state=fields["state"],
            challenge=challenge,
        )

    def grant(self, person: Person, ask: VkAsk) -> dict[str, str]:
        """What the browser takes back to the application."""
        device_id = secrets.token_urlsafe(64)
        return {
            "code": self._codes.give(person, replace(ask, device_id=device_id)),
            "expires_in": "600",
            "device_id": device_id,
            "state": ask.state,
            "ext_id": secrets.token_urlsafe(48),
            "type": "code_v2",
        }

    def give_tokens(self, fields: dict[str, str]) -> dict[str, Any]:
        """What the token door answers.

        Raises:
            TokenRefused: much of it with status 200, as VK does: the client must look at the body.
        """
        self._check_client(fields)
        if fields.get("grant_type") != "authorization_code":
            raise TokenRefused("unsupported_grant_type", "grant_type is missing or invalid")
        grant = self._codes.take(fields.get("code", ""))
        if grant is None:
            raise TokenRefused("invalid_grant", "code is invalid or expired", status=200)
        self._check_grant(grant, fields)
        return self._tokens(grant, fields.get("state", ""))

    def user_info(self, fields: dict[str, str]) -> dict[str, Any]:
        """What is known of whose access token this is.

        Raises:
            TokenRefused: another application, or no such token.
        """
        if not same(fields.get("client_id", ""), self._settings.vk_client_id):
            raise TokenRefused("invalid_client", "client_id is missing or invalid", status=200)
        access = self._access.get(fields.get("access_token", ""))
        if access is None or self._monotonic() - access.given_at > ACCESS_LIVES_S:
            raise TokenRefused("invalid_token", "access_token is missing or invalid", status=200)
        person = access.person
        first, _, last = person.name.partition(" ")
        user = {
            # A number in the answer with the tokens, and a text here.
            "user_id": str(user_id_of(person)),
            "first_name": first,
            "last_name": last,
            "avatar": f"{self._settings.url}/page/icon.svg",
            "sex": 0,
            "verified": False,
        }
        if "email" in access.scopes:
            user["email"] = person.email
        return {"user": user}

    def _check_client(self, fields: dict[str, str]) -> None:
        if not same(fields.get("client_id", ""), self._settings.vk_client_id):
            raise TokenRefused("invalid_client", "client_id is missing or invalid", status=401)
        if "client_secret" in fields:
            raise TokenRefused("invalid_request", "client_secret is not expected", status=404)
        expected = self._settings.vk_service_token
        if expected and "service_token" in fields and not same(fields["service_token"], expected):
            raise TokenRefused("invalid_client", "service_token is invalid", status=401)

    def _check_grant(self, grant: Grant[VkAsk], fields: dict[str, str]) -> None:
        ask = grant.ask
        if not same(fields.get("device_id", ""), ask.device_id):
            raise TokenRefused("invalid_request", "device_id is missing or invalid", status=200)
        if fields.get("redirect_uri", "") != ask.redirect_uri:
            raise TokenRefused("invalid_request", "redirect_uri is missing or invalid", status=200)
        verifier = fields.get("code_verifier", "")
        if not (VERIFIER.fullmatch(verifier) and answers_challenge(verifier, ask.challenge)):
            raise TokenRefused("invalid_request", "verifier is missing or invalid", status=200)

    def _tokens(self, grant: Grant[VkAsk], state: str) -> dict[str, Any]:
        user_id = user_id_of(grant.person)
        value = f"vk2.a.{secrets.token_urlsafe(64)}"
        self._access[value] = Access(grant.person, grant.ask.scope.split(), self._monotonic())
        while len(self._access) > MOST_ACCESS_TOKENS:
            del self._access[next(iter(self._access))]
        client_id = self._settings.vk_client_id
        return {
            "access_token": value,
            "refresh_token": f"vk2.a.{secrets.token_urlsafe(64)}",
            "id_token": self._signer.sign(client_id, {"sub": str(user_id)}),
            "token_type": "Bearer",
            "expires_in": ACCESS_LIVES_S,
            "user_id": user_id,
            "state": state,
            "scope": grant.ask.scope,
        }


def user_id_of(person: Person) -> int:
    """Always the same."""
    return FIRST_USER_ID + person.github_id
