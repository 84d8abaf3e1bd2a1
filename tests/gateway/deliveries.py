"""Two hundred deliveries that GitHub would not make: of the hook's request, something is changed.

Each delivery is about a pull request and a review of its own, so that what it did can be told
from what all others did.
"""

import functools
import hashlib
import json
import random
from dataclasses import replace
from typing import Any

from tests.gateway.changes import every_change
from tests.gateway.delivery import EITHER, UNSIGNED, Delivery
from tests.material import captured

COUNT = 200
SEED = 20260901


def deliveries(run: str) -> list[Delivery]:
    """The two hundred, the same for every run but for their ids."""
    chance = random.Random(SEED)  # noqa: S311 - the same each time
    made = [
        change(_sound(f"{run}-{number}", number, name))
        for number, (name, change) in enumerate(every_change())
    ]
    while len(made) < COUNT:
        number = len(made)
        make = (_damaged, _odd_value)[number % 2]
        made.append(make(_sound(f"{run}-{number}", number, make.__name__), chance))
    return made


@functools.cache
def _sample(event: str, action: str) -> str:
    return json.dumps(captured(event, action))


def _sound(delivery_id: str, number: int, name: str) -> Delivery:
    """As GitHub makes it, about a pull request of its own."""
    is_review = number % 3 > 0
    event, action = (
        ("pull_request_review", "submitted") if is_review else ("pull_request", "opened")
    )
    payload = json.loads(_sample(event, action))
    own = int.from_bytes(hashlib.sha256(delivery_id.encode()).digest()[:6])
    payload["repository"]["id"] = own
    if is_review:
        payload["review"]["id"] = own
    return Delivery(name, json.dumps(payload).encode(), delivery_id, event)


# What chance makes


def _damaged(sound: Delivery, chance: random.Random) -> Delivery:
    """A byte is lost, doubled or another, after the body was signed."""
    body = bytearray(sound.body)
    place = chance.randrange(len(body))
    match chance.randrange(3):
        case 0:
            del body[place]
        case 1:
            body.insert(place, body[place])
        case _:
            body[place] ^= 1 << chance.randrange(8)
    return replace(sound, body=bytes(body), signed=sound.body, statuses=UNSIGNED)


ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    "",
    "\x00",
    "\ud800",
    "x" * 5000,
    "'; DROP TABLE reviews; --",
    [],
    {},
    -1,
    0,
    2**31,
    2**63,
    10**30,
    1.5,
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "<script>",
)


def _odd_value(sound: Delivery, chance: random.Random) -> Delivery:
    """A value that is read has another kind, and GitHub signs it."""
    payload = json.loads(sound.body)
    parts: list[tuple[Any, str]] = []
    for name in ("review", "pull_request", "repository"):
        part = payload.get(name, {})
        parts += [(part, field) for field in READ if field in part]
        parts += [(part["user"], field) for field in ("id", "login") if part.get("user")]
    part, field_name = chance.choice(parts)
    part[field_name] = chance.choice(ODD_VALUES)
    return replace(sound, body=json.dumps(payload).encode(), statuses=EITHER)


READ = (
    "state",
    "commit_id",
    "submitted_at",
    "html_url",
    "number",
    "title",
    "draft",
    "user",
    "head",
    "updated_at",
    "merged_at",
    "full_name",
)
