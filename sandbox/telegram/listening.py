"""Bot API: getUpdates and webhooks, the two ways to hear what happened."""

from __future__ import annotations

import re
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.state import Webhook

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(messenger: Messenger, arguments: Arguments) -> Any:
    return await messenger.updates.poll(
        offset=arguments.integer("offset", 0),
        limit=arguments.integer("limit", 100),
        timeout=arguments.integer("timeout", 0),
        allowed=_allowed_updates(arguments),
    )


async def set_webhook(messenger: Messenger, arguments: Arguments) -> Any:
    """An empty address removes the webhook, as it does there."""
    if not arguments.has("url"):
        raise bad_request("bad webhook: url is not specified")
    if not (url := arguments.text("url")):
        return await delete_webhook(messenger, arguments)
    if not url.lower().startswith(("https://", "http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = arguments.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections is out of range")
    secret = arguments.text("secret_token")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allowed = _allowed_updates(arguments)
    if allowed is not None:
        messenger.state.allowed_updates = allowed
    messenger.state.webhook = Webhook(url, connections, secret)
    if arguments.boolean("drop_pending_updates"):
        messenger.updates.drop_pending()
    messenger.updates.webhook_changed()
    messenger.changed()
    return True


async def delete_webhook(messenger: Messenger, arguments: Arguments) -> Any:
    messenger.state.webhook = None
    if arguments.boolean("drop_pending_updates"):
        messenger.updates.drop_pending()
    messenger.updates.webhook_changed()
    messenger.changed()
    return True


async def get_webhook_info(messenger: Messenger, arguments: Arguments) -> Any:
    webhook, state = messenger.state.webhook, messenger.state
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error_at is not None:
            info["last_error_date"] = int(webhook.last_error_at.timestamp())
            info["last_error_message"] = webhook.last_error
    if state.allowed_updates:
        info["allowed_updates"] = state.allowed_updates
    return info


def _allowed_updates(arguments: Arguments) -> list[str] | None:
    """None leaves what was set before; an empty list means every kind again."""
    value = arguments.find_json("allowed_updates")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise bad_request("can't parse allowed_updates JSON object")
    return sorted(set(value))
