"""What Telegram signs with a bot's own token: the older widget's fields, a Mini App's `initData`.

Rules: core.telegram.org/widgets/login and core.telegram.org/bots/webapps.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sandbox.oauth.codes import unpadded
from sandbox.school import Person


def username_of(person: Person) -> str:
    """Telegram's user names have no hyphens."""
    return person.github_login.replace("-", "_")


def widget_fields(
    person: Person, *, bot_token: str, auth_date: int, photo_url: str
) -> dict[str, Any]:
    """Who somebody is, with the hash that only this bot can check."""
    fields: dict[str, Any] = {
        "id": person.chat_id,
        "first_name": person.name,
        "username": username_of(person),
        "photo_url": photo_url,
        "auth_date": auth_date,
    }
    return {**fields, "hash": _hash(fields, hashlib.sha256(bot_token.encode()).digest())}


def in_fragment(fields: Mapping[str, Any] | None) -> str:
    """As Telegram hands the fields to a page's script: Base64 for addresses of ASCII JSON.

    Nobody, where the person declined, is `false`.
    """
    told = json.dumps(fields if fields is not None else False, separators=(",", ":"))
    return f"#tgAuthResult={unpadded(told.encode())}"


def init_data(person: Person, *, bot_token: str, auth_date: int) -> str:
    """What a Mini App is opened with, as the query that its script reads."""
    user = {
        "id": person.chat_id,
        "first_name": person.name,
        "last_name": "",
        "username": username_of(person),
        "language_code": person.locale,
        "allows_write_to_pm": True,
    }
    fields = {
        "query_id": unpadded(secrets.token_bytes(18)),
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(auth_date),
        # Signed with Telegram's own key, for those who have no bot token. We are not Telegram, so
        # it is noise; but it is among the fields that the hash is made of.
        "signature": unpadded(secrets.token_bytes(64)),
    }
    key = hmac.digest(b"WebAppData", bot_token.encode(), "sha256")
    return urlencode({**fields, "hash": _hash(fields, key)})


def _hash(fields: Mapping[str, Any], key: bytes) -> str:
    said = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return hmac.new(key, said.encode(), "sha256").hexdigest()
