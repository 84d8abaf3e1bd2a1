"""Settings: read once at the edge, from the environment, and passed down.

Any variable may be given as ``<NAME>_FILE``, a file that holds the value. What is wrong stops the
start with one line that names the variable.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

LONGEST_STEP = 30 * 24 * 3600


class WrongSetting(Exception):
    """A variable of the environment is missing or wrong; the message is one line that names it."""


class FileSource(PydanticBaseSettingsSource):
    """Reads ``<NAME>_FILE``; a variable that is set itself wins over its file."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the field's file without its last line break, or None."""
        path = os.environ.get(f"{field_name.upper()}_FILE")
        if not path or os.environ.get(field_name.upper()):
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSetting(f"{field_name.upper()}_FILE: {path} cannot be read") from error

    def __call__(self) -> dict[str, Any]:
        """Every field that has a file."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


class Settings(BaseSettings):
    """What every service is told. A service adds its own fields in its ``settings.py``."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    service: str
    database_url: SecretStr
    rabbitmq_url: SecretStr | None = None
    public_url: str = "http://localhost:8080"
    auth_url: str = "http://auth:8000"
    sync_url: str = "http://sync:8000"
    school_url: str = "http://school:8000"
    service_secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    park_ladder: Annotated[tuple[float, ...], NoDecode] = (5, 30, 120, 600)
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)
    ] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then files named by it."""
        return init_settings, env_settings, FileSource(settings_cls)

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("must start with postgresql://")
        return value

    @field_validator("rabbitmq_url")
    @classmethod
    def _is_rabbitmq(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("amqp://", "amqps://")):
            raise ValueError("must start with amqp:// or amqps://")
        return value

    @field_validator("public_url", "auth_url", "sync_url", "school_url", mode="after")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        address = web_address(value)
        if urlsplit(address).path or urlsplit(address).query:
            raise ValueError("must be an address without a path")
        return address

    @field_validator("park_ladder", mode="before")
    @classmethod
    def _is_ladder(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = tuple(float(step) for step in value.split(","))
            except ValueError:
                raise ValueError("must be seconds with commas, as in 5,30,120,600") from None
        if not value or not all(0 <= step <= LONGEST_STEP for step in value):
            raise ValueError("must be seconds with commas, as in 5,30,120,600")
        return value

    @property
    def secure(self) -> bool:
        """Whether people reach Parta by https, so that cookies may be Secure."""
        return self.public_url.startswith("https://")

    @classmethod
    def read(cls, **known: Any) -> Self:
        """Read from the environment what is not given.

        Raises:
            WrongSetting: with one line that names the first variable that is missing or wrong.
        """
        try:
            return cls(**known)
        except ValidationError as error:
            raise WrongSetting(one_line(error)) from None
        except SettingsError as error:
            # The field's type is written as JSON in the environment, and this is none.
            name = re.search(r'field "(\w+)"', str(error))
            raise WrongSetting(f"{name[1].upper() if name else 'settings'}: is not JSON") from None


def web_address(value: str) -> str:
    """An http(s) address without its last slash.

    Raises:
        ValueError: it is none.
    """
    if not value.startswith(("http://", "https://")) or any(sign in value for sign in " \t\r\n"):
        raise ValueError("must be an address that starts with http:// or https://")
    return value.rstrip("/")


def one_line(error: ValidationError) -> str:
    """The first complaint, naming its variable as the environment spells it, never its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else "settings"
    if first["type"] == "missing":
        return f"{name}: is not set"
    if first["type"] in ("too_short", "string_too_short"):
        return f"{name}: must have at least {first['ctx']['min_length']} characters"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{name}: {reason[0].lower()}{reason[1:]}"
