"""What Telegram signs with the bot's own token: the older login widget's word, and a Mini App's.

Rules of both: core.telegram.org/widgets/login and core.telegram.org/bots/webapps. To them we add:
the word is fresh, counts once (`spent_proofs`), and has no field that is not known.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from services.auth.errors import ProofRefused, ProofTooOld
from services.auth.persons.repository import Account
from services.auth.persons.service import LONGEST_NAME, TELEGRAM

FRESH_FOR = timedelta(minutes=5)
AHEAD = timedelta(minutes=1)
"""How far Telegram's clock may be before ours."""
WIDGET_FIELDS = frozenset(
    {"id", "first_name", "last_name", "username", "photo_url", "auth_date", "hash"}
)
LONGEST = 8192
MOST_FIELDS = 30


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is by Telegram's word, and what tells this word from any other."""

    account: Account
    digest: bytes


def read_widget(fields: Iterable[tuple[str, str]], *, bot_token: str) -> Proof:
    """The older widget's word: fields as they came, with `hash`.

    Raises:
        ProofRefused: not Telegram's, of another bot, or with a field that is not known or twice.
        ProofTooOld: older than five minutes.
    """
    pairs = list(fields)
    told = dict(pairs)
    if len(told) != len(pairs) or not told.keys() <= WIDGET_FIELDS:
        raise ProofRefused
    _check(told, key=hashlib.sha256(bot_token.encode()).digest())
    return Proof(_account(told), _digest(told))


def read_init_data(text: str, *, bot_token: str) -> Proof:
    """A Mini App's `initData`.

    Raises:
        ProofRefused: not Telegram's, of another bot, or about nobody.
        ProofTooOld: older than five minutes.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError("long")
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS
        )
        told = dict(pairs)
        if len(told) != len(pairs):
            raise ValueError("twice")
        user = json.loads(told.get("user", ""))
    except (ValueError, RecursionError):
        raise ProofRefused from None
    _check(told, key=hmac.digest(b"WebAppData", bot_token.encode(), "sha256"))
    if not isinstance(user, dict):
        raise ProofRefused
    return Proof(_account(user), _digest(told))


def _check(told: Mapping[str, str], *, key: bytes) -> None:
    said = "\n".join(f"{name}={told[name]}" for name in sorted(told) if name != "hash")
    right = hmac.new(key, said.encode(errors="replace"), "sha256").hexdigest()
    if not hmac.compare_digest(told.get("hash", "").encode(errors="replace"), right.encode()):
        raise ProofRefused
    said_at = told.get("auth_date", "")
    if not (said_at.isascii() and said_at.isdigit() and len(said_at) < 13):
        raise ProofRefused
    age = time.time() - int(said_at)
    if age < -AHEAD.total_seconds():
        raise ProofRefused
    if age > FRESH_FOR.total_seconds():
        raise ProofTooOld


def _digest(told: Mapping[str, str]) -> bytes:
    return hashlib.sha256(told["hash"].encode()).digest()


def _account(user: Mapping[str, Any]) -> Account:
    subject = str(user.get("id", ""))
    if not (subject.isascii() and subject.isdigit() and 0 < int(subject) < 2**52):
        raise ProofRefused
    name = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return Account(
        issuer=TELEGRAM,
        subject=str(int(subject)),
        login=str(user.get("username") or "")[:LONGEST_NAME] or None,
        name=name[:LONGEST_NAME],
    )
