"""What sync is told."""

import re
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from shared.settings import Settings, web_address

HOOKED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100})?")
MOST_HOOKED = 50


class SyncSettings(Settings):
    """Without GITHUB_WEBHOOK_SECRET the hook is off and answers 503.

    Without GITHUB_API_TOKEN GitHub answers sixty requests an hour; without GITHUB_HOOKS_TOKEN
    deliveries that were missed are not asked for again.
    """

    service: str = "sync"
    github_webhook_secret: Annotated[SecretStr, Field(min_length=8)] | None = None
    github_api_url: str = "https://api.github.com"
    github_api_token: SecretStr | None = None
    github_hooks: Annotated[tuple[str, ...], NoDecode] = ()
    github_hooks_token: SecretStr | None = None

    @field_validator("github_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("github_api_token", "github_hooks_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        token = value.get_secret_value() if value else "-"
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("must be a token: letters, digits and signs without spaces")
        return value

    @field_validator("github_hooks", mode="before")
    @classmethod
    def _are_hooked(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = tuple(name.strip() for name in value.split(",") if name.strip())
        if len(value) > MOST_HOOKED or not all(HOOKED.fullmatch(name) for name in value):
            raise ValueError("must be owner/repository or an organisation, with commas, 50 at most")
        return value
