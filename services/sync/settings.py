"""What sync is told."""

from typing import Annotated

from pydantic import Field, SecretStr

from shared.settings import Settings


class SyncSettings(Settings):
    """Without GITHUB_WEBHOOK_SECRET the hook is off and answers 503."""

    service: str = "sync"
    github_webhook_secret: Annotated[SecretStr, Field(min_length=8)] | None = None
