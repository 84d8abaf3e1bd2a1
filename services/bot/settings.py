"""What the bot is told."""

import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from shared.settings import Settings, web_address


class BotSettings(Settings):
    """Without TELEGRAM_BOT_TOKEN the bot is off: notices are written down and nobody is told."""

    service: str = "bot"
    telegram_bot_token: SecretStr | None = None
    telegram_bot_username: Annotated[str, Field(max_length=64)] = ""
    telegram_api_url: str = "https://api.telegram.org"

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
