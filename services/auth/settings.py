"""What auth is told."""

import re
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from services.auth.letters.address import ADDRESS
from services.auth.letters.client import MailServer
from shared.secret import KeyRing
from shared.settings import Settings, web_address

GITHUB_CALLBACK = "/users/accounts/github/login/callback/"
GOOGLE_CALLBACK = "/login/callback"
VK_CALLBACK = "/login/vk/callback"
STEPIK_CALLBACK = "/login/stepik/callback"
BOT_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{5,200}")
BOT_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
CALLBACK_OF = {
    "github_oauth_redirect_url": GITHUB_CALLBACK,
    "google_redirect_url": GOOGLE_CALLBACK,
    "vk_redirect_url": VK_CALLBACK,
    "stepik_redirect_url": STEPIK_CALLBACK,
}
GOES_WITH = {
    "github_oauth_secret": "github_oauth_client_id",
    "google_client_secret": "google_client_id",
    "stepik_oauth_secret": "stepik_oauth_client_id",
}


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
    google_client_id: str = ""
    google_client_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    google_redirect_url: Annotated[str, Field(validate_default=True)] = ""
    google_discovery_url: str = "https://accounts.google.com/.well-known/openid-configuration"
    vk_client_id: str = ""
    vk_client_secret: SecretStr | None = None
    vk_redirect_url: Annotated[str, Field(validate_default=True)] = ""
    vk_id_url: str = "https://id.vk.ru"
    stepik_oauth_client_id: str = ""
    stepik_oauth_secret: Annotated[SecretStr | None, Field(validate_default=True)] = None
    stepik_redirect_url: Annotated[str, Field(validate_default=True)] = ""
    stepik_url: str = "https://stepik.org"
    telegram_bot_token: SecretStr | None = None
    telegram_bot_username: str = ""
    telegram_oidc_client_secret: SecretStr | None = None
    telegram_oidc_url: str = "https://oauth.telegram.org"
    smtp_url: SecretStr | None = None
    mail_from: Annotated[str, Field(validate_default=True)] = ""

    @property
    def sender(self) -> str:
        """The address that letters come from; of a school without a mail server, a made-up one."""
        return self.mail_from or "parta@localhost"

    @property
    def telegram_bot_id(self) -> str:
        """The bot's number: its client id as well. Empty without a bot."""
        token = self.telegram_bot_token
        return token.get_secret_value().partition(":")[0] if token else ""

    @property
    def has_widget(self) -> bool:
        """Whether the older login widget is offered: only where the newer way is not set up."""
        return bool(self.telegram_bot_token) and not self.telegram_oidc_client_secret

    @field_validator("vault_keys")
    @classmethod
    def _is_key_ring(cls, value: SecretStr) -> SecretStr:
        KeyRing.parse(value.get_secret_value())
        return value

    @field_validator("github_oauth_secret", "google_client_secret", "stepik_oauth_secret")
    @classmethod
    def _goes_with_the_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        name = GOES_WITH[str(info.field_name)]
        if info.data.get(name) and not value:
            raise ValueError(f"is not set, though {name.upper()} is")
        return value

    @field_validator(
        "github_oauth_redirect_url",
        "google_redirect_url",
        "vk_redirect_url",
        "stepik_redirect_url",
    )
    @classmethod
    def _is_the_callback(cls, value: str, info: ValidationInfo) -> str:
        path = CALLBACK_OF[str(info.field_name)]
        value = value or f"{info.data.get('public_url', '')}{path}"
        web_address(value)
        if not value.endswith(path):
            raise ValueError(f"must end with {path}")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            MailServer.parse(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("smtp_url") and not value:
            raise ValueError("is not set, though SMTP_URL is")
        if value and not ADDRESS.fullmatch(value):
            raise ValueError("must be an address, as in parta@school.example")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _is_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not BOT_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("must be a bot's token: digits, colon, the rest")
        return value

    @field_validator(
        "github_url",
        "github_api_url",
        "google_discovery_url",
        "vk_id_url",
        "stepik_url",
        "telegram_oidc_url",
    )
    @classmethod
    def _is_address(cls, value: str) -> str:
        return web_address(value)

    @model_validator(mode="after")
    def _bot_has_a_name(self) -> Self:
        if self.telegram_bot_token and not self.telegram_bot_username:
            raise ValueError("TELEGRAM_BOT_USERNAME: is not set, though TELEGRAM_BOT_TOKEN is")
        return self

    @field_validator("telegram_bot_username", mode="before")
    @classmethod
    def _is_bot(cls, value: Any) -> Any:
        name = str(value).removeprefix("@")
        if name and not BOT_USERNAME.fullmatch(name):
            raise ValueError("must be a bot's user name, as in parta_school_bot")
        return name
