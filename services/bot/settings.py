"""What the bot is told."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from shared.secret import derive
from shared.settings import Settings, web_address

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PATH = "/hooks/telegram"
PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)+/?")
LONGEST_PATH = 200
OPEN_PORTS = (443, 80, 88, 8443)
"""Telegram's own server calls no others."""


class BotSettings(Settings):
    """Without TELEGRAM_BOT_TOKEN the bot is off: notices are written down and nobody is told.

    Without WEBHOOK_HOST it asks Telegram for updates; with it, Telegram calls.
    """

    service: str = "bot"
    telegram_bot_token: SecretStr | None = None
    telegram_bot_username: Annotated[str, Field(max_length=64)] = ""
    telegram_api_url: str = TELEGRAM
    webhook_host: str | None = None
    webhook_path: str = WEBHOOK_PATH
    telegram_webhook_secret: SecretStr | None = None

    @field_validator("telegram_bot_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]+:\S+", value.get_secret_value()):
            raise ValueError("must be the bot's number, a colon and the rest")
        return value

    @field_validator("telegram_bot_username")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.removeprefix("@")

    @field_validator("telegram_api_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("webhook_host")
    @classmethod
    def _is_callable(cls, value: str | None, known: ValidationInfo) -> str | None:
        if value is None:
            return None
        address = urlsplit(web_address(value))
        if address.path or address.query or address.fragment or not address.hostname:
            raise ValueError("must be an address without a path, WEBHOOK_PATH is set apart")
        api_url = known.data.get("telegram_api_url", TELEGRAM)
        # A Bot API server that is itself asked without TLS is the sandbox, or one's own next door.
        if address.scheme != "https" and api_url.startswith("https:"):
            raise ValueError("must start with https://, for Telegram calls nothing else")
        if api_url == TELEGRAM and (address.port or 443) not in OPEN_PORTS:
            raise ValueError("must have port 443, 80, 88 or 8443, for Telegram calls no other")
        return f"{address.scheme}://{address.netloc}"

    @field_validator("webhook_path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        if len(value) > LONGEST_PATH or not PATH.fullmatch(value):
            raise ValueError(f"must be of letters, digits, - and _, as in {WEBHOOK_PATH}")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 letters, digits, - and _")
        return value

    @property
    def webhook_url(self) -> str | None:
        """Where Telegram is to call; None: it is asked."""
        return self.webhook_host and f"{self.webhook_host}{self.webhook_path}"

    @property
    def webhook_secret(self) -> str | None:
        """What Telegram shows when it calls: as given, else the same for all replicas, from the
        service's own secret."""
        if self.telegram_webhook_secret is not None:
            return self.telegram_webhook_secret.get_secret_value()
        if self.service_secret is None:
            return None
        return derive(self.service_secret.get_secret_value(), "telegram-webhook")
