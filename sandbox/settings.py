"""What the sandbox must know of the Parta beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

GOOGLE_PATHS = ("/login/callback", "/mail/connect/callback")
"""For signing in, and for the right to read a mailbox."""
STEPIK_PATHS = ("/login/stepik/callback",)
"""Where a person may come back to from Stepik."""


class BadSetting(Exception):
    """One line that names the variable."""


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """Both sides of each secret live here: what Parta sends, and what the vendor expects."""

    public_url: str = "http://localhost:8080"
    port: int = 8081
    smtp_port: int | None = None
    """Without one no letters are taken; 0 is any that is free."""
    hook_url: str = ""
    github_webhook_secret: str = field(default="", repr=False)
    github_oauth_client_id: str = "sandbox-client"
    github_oauth_client_secret: str = field(default="", repr=False)
    github_oauth_redirect_url: str = ""
    github_api_token: str = field(default="", repr=False)
    github_hooks_token: str = field(default="", repr=False)
    """The one that may read and redeliver webhooks."""
    telegram_bot_token: str = field(default="", repr=False)
    telegram_bot_username: str = "parta_sandbox_bot"
    google_client_id: str = ""
    google_client_secret: str = field(default="", repr=False)
    google_redirect_urls: tuple[str, ...] = ()
    vk_client_id: str = ""
    vk_service_token: str = field(default="", repr=False)
    vk_redirect_url: str = ""
    telegram_oidc_client_secret: str = field(default="", repr=False)
    telegram_oidc_redirect_url: str = ""
    stepik_client_id: str = ""
    stepik_client_secret: str = field(default="", repr=False)
    stepik_oauth_client_id: str = ""
    """The application by which people sign in; unset, one application does both."""
    stepik_oauth_client_secret: str = field(default="", repr=False)
    stepik_redirect_urls: tuple[str, ...] = ()
    boomstream_api_key: str = field(default="", repr=False)
    data_file: Path | None = None

    def __post_init__(self) -> None:
        public_url = self.public_url.rstrip("/")
        object.__setattr__(self, "public_url", public_url)
        if not self.hook_url:
            object.__setattr__(self, "hook_url", f"{public_url}/hooks/github")
        if not self.github_oauth_redirect_url:
            redirect = f"{public_url}/users/accounts/github/login/callback/"
            object.__setattr__(self, "github_oauth_redirect_url", redirect)
        self._default("google_redirect_urls", tuple(f"{public_url}{path}" for path in GOOGLE_PATHS))
        self._default("vk_redirect_url", f"{public_url}/login/vk/callback")
        self._default("telegram_oidc_redirect_url", f"{public_url}/login/telegram/oidc/callback")
        if not self.stepik_oauth_client_id:
            self._default("stepik_oauth_client_id", self.stepik_client_id)
            self._default("stepik_oauth_client_secret", self.stepik_client_secret)
        self._default("stepik_redirect_urls", tuple(f"{public_url}{path}" for path in STEPIK_PATHS))

    def _default(self, name: str, value: object) -> None:
        if not getattr(self, name):
            object.__setattr__(self, name, value)

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
        smtp_port=read.port("SANDBOX_SMTP_PORT", read.port("SANDBOX_PORT", 8081) + 2),
        hook_url=read.address("SANDBOX_HOOK_URL", ""),
        github_webhook_secret=read.needed("GITHUB_WEBHOOK_SECRET"),
        github_oauth_client_id=read.needed("GITHUB_OAUTH_CLIENT_ID"),
        github_oauth_client_secret=read.needed("GITHUB_OAUTH_SECRET"),
        github_oauth_redirect_url=read.address("GITHUB_OAUTH_REDIRECT_URL", ""),
        github_api_token=read("GITHUB_API_TOKEN"),
        github_hooks_token=read("GITHUB_HOOKS_TOKEN"),
        telegram_bot_token=read.token("TELEGRAM_BOT_TOKEN"),
        telegram_bot_username=read.needed("TELEGRAM_BOT_USERNAME").lstrip("@"),
        google_client_id=read("GOOGLE_CLIENT_ID"),
        google_client_secret=read("GOOGLE_CLIENT_SECRET"),
        google_redirect_urls=_google_addresses(read),
        vk_client_id=read("VK_CLIENT_ID"),
        vk_service_token=read("VK_CLIENT_SECRET"),
        vk_redirect_url=read.address("VK_REDIRECT_URL", ""),
        telegram_oidc_client_secret=read("TELEGRAM_OIDC_CLIENT_SECRET"),
        stepik_client_id=read("STEPIK_CLIENT_ID"),
        stepik_client_secret=read("STEPIK_CLIENT_SECRET"),
        stepik_oauth_client_id=read("STEPIK_OAUTH_CLIENT_ID"),
        stepik_oauth_client_secret=read("STEPIK_OAUTH_SECRET"),
        boomstream_api_key=read("BOOMSTREAM_API_KEY"),
        data_file=Path(data) if data else None,
    )


def _google_addresses(read: _Environment) -> tuple[str, ...]:
    """The one for signing in may be named; the one for a mailbox is Parta's own."""
    public_url = read.address("PUBLIC_URL", "http://localhost:8080").rstrip("/")
    sign_in, mailbox = (f"{public_url}{path}" for path in GOOGLE_PATHS)
    return read.address("GOOGLE_REDIRECT_URL", sign_in), mailbox


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
