"""The five services, by name: what wires each, and what it is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.bot.app import create_app as create_bot

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from services.bot.settings import BotSettings
from services.mail.app import create_app as create_mail
from services.mail.settings import MailSettings
from services.school.app import create_app as create_school
from services.school.settings import SchoolSettings
from services.sync.app import create_app as create_sync
from services.sync.settings import SyncSettings
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """One service: `create_app(settings, clock=…)` gives its app, with `app.state.service`."""

    settings: type[Settings]
    create_app: Callable[..., Any]


PARTS: dict[str, Part] = {
    "auth": Part(AuthSettings, create_auth),
    "sync": Part(SyncSettings, create_sync),
    "mail": Part(MailSettings, create_mail),
    "school": Part(SchoolSettings, create_school),
    "bot": Part(BotSettings, create_bot),
}
"""In the order in which they start."""
