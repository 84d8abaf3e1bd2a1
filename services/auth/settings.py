"""What auth is told."""

import re
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from shared.secret import KeyRing
from shared.settings import Settings, web_address

GITHUB_CALLBACK = "/users/accounts/github/login/callback/"
BOT_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


class AuthSettings(Settings):
    """A provider without its id and secret is off; without a bot there is no Telegram to link."""

    service: str = "auth"
    secret_key: Annotated[SecretStr, Field(min_length=16)]
    vault_keys: SecretStr
    github_oauth_client_id: str = ""
    github_oauth_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    github_oauth_redirect_url: Annotated[str, Field(validate_default=True)] = ""
    github_url: str = "https://github.com"
    github_api_url: str = "https://api.github.com"
    telegram_bot_username: str = ""

    @field_validator("vault_keys")
    @classmethod
    def _is_key_ring(cls, value: SecretStr) -> SecretStr:
        KeyRing.parse(value.get_secret_value())
        return value

    @field_validator("github_oauth_secret")
    @classmethod
    def _goes_with_the_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("github_oauth_client_id") and not value:
            raise ValueError("is not set, though GITHUB_OAUTH_CLIENT_ID is")
        return value

    @field_validator("github_oauth_redirect_url")
    @classmethod
    def _is_the_callback(cls, value: str, info: ValidationInfo) -> str:
        value = value or f"{info.data.get('public_url', '')}{GITHUB_CALLBACK}"
        web_address(value)
        if not value.endswith(GITHUB_CALLBACK):
            raise ValueError(f"must end with {GITHUB_CALLBACK}")
        return value

    @field_validator("github_url", "github_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("telegram_bot_username", mode="before")
    @classmethod
    def _is_bot(cls, value: Any) -> Any:
        name = str(value).removeprefix("@")
        if name and not BOT_USERNAME.fullmatch(name):
            raise ValueError("must be a bot's user name, as in parta_school_bot")
        return name
