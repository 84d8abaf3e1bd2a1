"""What the sandbox must know of the Parta beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(Exception):
    """One line that names the variable."""


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """Both sides of each secret live here: what Parta sends, and what the vendor expects."""

    public_url: str = "http://localhost:8080"
    port: int = 8081
    hook_url: str = ""
    github_webhook_secret: str = field(default="", repr=False)
    github_oauth_client_id: str = "sandbox-client"
    github_oauth_client_secret: str = field(default="", repr=False)
    github_oauth_redirect_url: str = ""
    github_api_token: str = field(default="", repr=False)
    telegram_bot_token: str = field(default="", repr=False)
    telegram_bot_username: str = "parta_sandbox_bot"
    data_file: Path | None = None

    def __post_init__(self) -> None:
        public_url = self.public_url.rstrip("/")
        object.__setattr__(self, "public_url", public_url)
        if not self.hook_url:
            object.__setattr__(self, "hook_url", f"{public_url}/hooks/github")
        if not self.github_oauth_redirect_url:
            redirect = f"{public_url}/users/accounts/github/login/callback/"
            object.__setattr__(self, "github_oauth_redirect_url", redirect)

    @property
    def url(self) -> str:
        """Its own address; it is never reachable from another machine."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bot_id(self) -> int:
        """A bot's id is the part of its token before the colon."""
        head = self.telegram_bot_token.partition(":")[0]
        return int(head) if head.isascii() and head.isdigit() else 0


def from_environment(environment: Mapping[str, str] | None = None) -> SandboxSettings:
    """Read the names that Parta reads; each may also be given as `<NAME>_FILE`."""
    read = _Environment(os.environ if environment is None else environment)
    data = read("SANDBOX_DATA")
    return SandboxSettings(
        public_url=read.address("PUBLIC_URL", "http://localhost:8080"),
        port=read.port("SANDBOX_PORT", 8081),
        hook_url=read.address("SANDBOX_HOOK_URL", ""),
        github_webhook_secret=read.needed("GITHUB_WEBHOOK_SECRET"),
        github_oauth_client_id=read.needed("GITHUB_OAUTH_CLIENT_ID"),
        github_oauth_client_secret=read.needed("GITHUB_OAUTH_SECRET"),
        github_oauth_redirect_url=read.address("GITHUB_OAUTH_REDIRECT_URL", ""),
        github_api_token=read("GITHUB_API_TOKEN"),
        telegram_bot_token=read.token("TELEGRAM_BOT_TOKEN"),
        telegram_bot_username=read.needed("TELEGRAM_BOT_USERNAME").lstrip("@"),
        data_file=Path(data) if data else None,
    )


class _Environment:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __call__(self, name: str, default: str = "") -> str:
        file = self._values.get(f"{name}_FILE")
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadSetting(f"{name}_FILE cannot be read: {error.strerror}") from error
        return self._values.get(name, "").strip() or default

    def needed(self, name: str) -> str:
        if not (value := self(name)):
            raise BadSetting(f"{name} is not set")
        return value

    def address(self, name: str, default: str) -> str:
        value = self(name, default)
        if value and (
            urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc
        ):
            raise BadSetting(f"{name} is not an http address: {value}")
        return value

    def port(self, name: str, default: int) -> int:
        value = self(name, str(default))
        if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
            raise BadSetting(f"{name} is not a port: {value}")
        return int(value)

    def token(self, name: str) -> str:
        head, colon, tail = (value := self.needed(name)).partition(":")
        if not (colon and tail and head.isascii() and head.isdigit()):
            raise BadSetting(f"{name} does not look like a bot token (digits, colon, the rest)")
        return value
