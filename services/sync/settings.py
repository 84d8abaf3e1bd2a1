"""What sync is told."""

import re
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from shared.secret import KeyRing
from shared.settings import Settings, web_address

HOOKED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100})?")
MOST_HOOKED = 50
COURSE = re.compile(r"[1-9][0-9]{0,14}")
MOST_COURSES = 20


class SyncSettings(Settings):
    """Without GITHUB_WEBHOOK_SECRET the hook is off and answers 503.

    Without GITHUB_API_TOKEN GitHub answers sixty requests an hour; without GITHUB_HOOKS_TOKEN
    deliveries that were missed are not asked for again. Without BOOMSTREAM_API_KEY no video opens;
    with it recovery codes are kept, which DATA_KEYS seals.
    """

    service: str = "sync"
    github_webhook_secret: Annotated[SecretStr, Field(min_length=8)] | None = None
    github_api_url: str = "https://api.github.com"
    github_api_token: SecretStr | None = None
    github_hooks: Annotated[tuple[str, ...], NoDecode] = ()
    github_hooks_token: SecretStr | None = None
    stepik_url: str = "https://stepik.org"
    stepik_client_id: str = ""
    stepik_client_secret: SecretStr | None = None
    stepik_course_id: Annotated[tuple[int, ...], NoDecode] = ()
    stepik_sync_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    boomstream_url: str = "https://boomstream.com"
    boomstream_api_key: Annotated[SecretStr, Field(min_length=8)] | None = None
    boomstream_subscription: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{0,32}$")] = ""
    boomstream_player_url: str = "https://play.boomstream.com"
    # After the key: it is what makes the ring necessary.
    data_keys: Annotated[SecretStr | None, Field(validate_default=True)] = None

    @field_validator("github_api_url", "stepik_url", "boomstream_url", "boomstream_player_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("github_api_token", "github_hooks_token", "boomstream_api_key")
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

    @field_validator("stepik_course_id", mode="before")
    @classmethod
    def _are_courses(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = tuple(number.strip() for number in value.split(",") if number.strip())
        if len(value) > MOST_COURSES or not all(COURSE.fullmatch(str(one)) for one in value):
            raise ValueError("must be the numbers of courses at Stepik, with commas, 20 at most")
        return tuple(dict.fromkeys(int(one) for one in value))

    @property
    def reads_stepik(self) -> bool:
        """Whether all is there that reading courses at Stepik takes."""
        return bool(self.stepik_client_id and self.stepik_client_secret and self.stepik_course_id)

    @field_validator("data_keys")
    @classmethod
    def _is_key_ring(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            if info.data.get("boomstream_api_key") is not None:
                raise ValueError("is not set, and BOOMSTREAM_API_KEY needs it")
            return None
        KeyRing.parse(value.get_secret_value())
        return value

    @property
    def data_ring(self) -> KeyRing | None:
        """The keys that seal recovery codes; None: none are made."""
        return KeyRing.parse(self.data_keys.get_secret_value()) if self.data_keys else None
