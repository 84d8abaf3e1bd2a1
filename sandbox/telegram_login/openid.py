"""Telegram's OpenID Connect: a bot is the application, and its id the client's."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import cached_property
from typing import Any

from joserfc.jwk import ECKey

from sandbox.oauth.codes import (
    Ask,
    AuthorizeRefused,
    Codes,
    TokenRefused,
    answers_challenge,
    read_challenge,
    same,
)
from sandbox.oauth.signing import TOKEN_LIVES_S, Signer
from sandbox.school import Person
from sandbox.settings import SandboxSettings
from sandbox.telegram_login.signed import username_of

KNOWN = {"openid", "profile", "phone", "telegram:bot_access"}


class TelegramLogin:
    """One bot, Parta's, with one address for the codes and one origin for the widget."""

    def __init__(
        self,
        settings: SandboxSettings,
        *,
        monotonic: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._codes: Codes[Ask] = Codes(monotonic)
        self.wall_clock = wall_clock
        self.signer = Signer(f"{settings.url}/telegram-oidc", wall_clock=wall_clock)

    @property
    def client_id(self) -> str:
        """The bot's id; nothing where BotFather was not asked for a secret."""
        settings = self._settings
        return str(settings.bot_id) if settings.telegram_oidc_client_secret else ""

    def read_ask(self, fields: dict[str, str]) -> Ask:
        """Check what the browser brought.

        Raises:
            AuthorizeRefused: the bot or its address is not the registered one, or it asks for
                what is not there.
        """
        if not same(fields.get("client_id", ""), self.client_id):
            raise AuthorizeRefused("Bot not found")
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri != self._settings.telegram_oidc_redirect_url:
            raise AuthorizeRefused("redirect_uri is not allowed for this bot")
        if fields.get("response_type") != "code":
            raise AuthorizeRefused("response_type must be code")
        scopes = fields.get("scope", "").split()
        if "openid" not in scopes or not KNOWN.issuperset(scopes):
            raise AuthorizeRefused("scope is invalid")
        return Ask(
            redirect_uri,
            scope=" ".join(scopes),
            state=fields.get("state", ""),
            challenge=read_challenge(fields),
            nonce=fields.get("nonce", ""),
        )

    def check_widget(self, fields: dict[str, str]) -> str:
        """The address that the older widget goes back to.

        Raises:
            AuthorizeRefused: another bot, or an address outside the bot's own site.
        """
        if not same(fields.get("bot_id", ""), str(self._settings.bot_id or "")):
            raise AuthorizeRefused("Bot not found")
        origin = self._settings.public_url
        if fields.get("origin") != origin:
            raise AuthorizeRefused("Bot domain invalid")
        return_to = fields.get("return_to") or origin
        if return_to != origin and not return_to.startswith(f"{origin}/"):
            raise AuthorizeRefused("Bot domain invalid")
        return return_to

    def grant(self, person: Person, ask: Ask) -> str:
        return self._codes.give(person, ask)

    def give_tokens(self, fields: dict[str, str]) -> dict[str, Any]:
        """What the token door answers. There is no user info: the ID token says all.

        Raises:
            TokenRefused: in few words, as Telegram does.
        """
        secret = self._settings.telegram_oidc_client_secret
        if not (
            same(fields.get("client_id", ""), self.client_id)
            and same(fields.get("client_secret", ""), secret)
        ):
            raise TokenRefused("invalid_client", status=401)
        if fields.get("grant_type") != "authorization_code":
            raise TokenRefused("unsupported_grant_type")
        grant = self._codes.take(fields.get("code", ""))
        if (
            grant is None
            or fields.get("redirect_uri", "") != grant.ask.redirect_uri
            or not answers_challenge(fields.get("code_verifier", ""), grant.ask.challenge)
        ):
            raise TokenRefused("invalid_grant")
        claims = {**self._claims(grant.person, grant.ask.scope), "nonce": grant.ask.nonce}
        return {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": TOKEN_LIVES_S,
            "id_token": self.signer.sign(self.client_id, claims),
        }

    def public_keys(self) -> list[dict[str, Any]]:
        """The key that signs, and one of a curve that many libraries cannot read.

        Telegram publishes such a key for wallets; a client that gives up at it knows no key at all.
        """
        return [self._key_for_wallets, *self.signer.public_keys()]

    @cached_property
    def _key_for_wallets(self) -> dict[str, Any]:
        key = ECKey.generate_key("secp256k1", {"use": "sig", "alg": "ES256K"}, auto_kid=True)
        return dict(key.as_dict(private=False))

    def _claims(self, person: Person, scope: str) -> dict[str, Any]:
        told: dict[str, Any] = {"sub": self._subject_of(person)}
        if "profile" in scope.split():
            told |= {
                "id": person.chat_id,
                "name": person.name,
                "preferred_username": username_of(person),
                "picture": self.picture,
            }
        return told

    @property
    def picture(self) -> str:
        return f"{self._settings.url}/page/icon.svg"

    def _subject_of(self, person: Person) -> str:
        """Another number for each bot: only `id` is the person's own on Telegram."""
        digest = hashlib.sha256(f"{self.client_id}:{person.chat_id}".encode()).digest()
        return str(int.from_bytes(digest[:8], "big"))
