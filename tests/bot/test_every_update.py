"""Every kind of update that Telegram knows, built minimal from its own schema, does no harm."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bot.playing import Play
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
MATERIAL = Path(os.environ.get("PARTA_MATERIAL", ROOT.parent / "shared" / "material"))
SCHEMA = MATERIAL / "telegram" / "bot-api-schema.json"

CONSTANT = re.compile(r"(?:always|must be) [“\"]?(\w+)")
PLAIN = {
    "Integer": 1,
    "Float": 0.5,
    "Float number": 0.5,
    "String": "text",
    "Boolean": True,
    "True": True,
}


def read_types() -> dict[str, Any]:
    """Each type of the schema by its name."""
    found: dict[str, Any] = {}

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            if item.get("category") == "types":
                found[item["name"]] = item
            for value in item.values():
                walk(value)
        elif isinstance(item, list):
            for value in item:
                walk(value)

    walk(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return found


class Endless(Exception):
    """A type that holds itself."""


def build(types: dict[str, Any], name: str, within: tuple[str, ...] = ()) -> Any:
    """The smallest value of a type: what is required, and nothing else."""
    if name in PLAIN:
        return PLAIN[name]
    if name.startswith("Array of "):
        return [build(types, name.removeprefix("Array of "), within)]
    if " or " in name:
        return build(types, name.split(" or ")[0], within)
    if name in within:
        raise Endless(name)
    if not types[name]["annotations"]:
        return build_union(types, name, (*within, name))
    return {
        field["name"]: constant(field["description"])
        or build(types, field["type"], (*within, name))
        for field in types[name]["annotations"]
        if field["required"]
    }


def build_union(types: dict[str, Any], name: str, within: tuple[str, ...]) -> Any:
    """Its first member that ends; some types, such as ForumTopicClosed, are simply empty."""
    for member in types:
        if member != name and member.startswith(name):
            try:
                return build(types, member, within)
            except Endless:
                continue
    return {}


def constant(description: str) -> str | None:
    found = CONSTANT.search(description)
    return found.group(1) if found and found.group(1) not in ("True", "a", "the") else None


@pytest.mark.skipif(
    not SCHEMA.exists(), reason="needs PARTA_MATERIAL, a folder with telegram/bot-api-schema.json"
)
async def test_every_kind_of_update_is_done_with(play: Play) -> None:
    types = read_types()
    kinds = [field for field in types["Update"]["annotations"] if not field["required"]]
    assert len(kinds) > 20
    raw = []
    for number, field in enumerate(kinds, 1):
        event = build(types, field["type"])
        if isinstance(event.get("chat"), dict):
            event["chat"] = {"id": 1000 + number, "type": "private"}
        for who in ("from", "user"):
            if isinstance(event.get(who), dict):
                event[who]["id"] = 1000 + number
        raw.append({"update_id": number, field["name"]: event})
    await play.insert(*raw)
    unknown = {"update_id": 999, "brand_new_kind": {"from": {"id": 5}}}
    await play.insert(unknown)

    async def all_done() -> bool:
        rows = await play.rows("SELECT update_id, error FROM updates WHERE handled_at IS NULL")
        assert not rows, [(raw[row[0] - 1], row[1]) for row in rows]
        return True

    await eventually(all_done)


@pytest.mark.skipif(
    not SCHEMA.exists(), reason="needs PARTA_MATERIAL, a folder with telegram/bot-api-schema.json"
)
async def test_every_kind_of_message_is_answered(play: Play) -> None:
    """Stickers, places, invoices: a person who sends any of them hears what to do next."""
    types = read_types()
    fields = [field for field in types["Message"]["annotations"] if not field["required"]]
    assert len(fields) > 50
    raw = []
    for number, field in enumerate(fields, 1):
        chat = {"id": 2000 + number, "type": "private"}
        message = {"message_id": 1, "date": 1_780_000_000, "chat": chat}
        message[field["name"]] = build(types, field["type"])
        raw.append({"update_id": number, "message": message})
    await play.insert(*raw)

    async def all_done() -> bool:
        rows = await play.rows("SELECT update_id, error FROM updates WHERE handled_at IS NULL")
        assert not rows, [(raw[row[0] - 1], row[1]) for row in rows]
        return True

    await eventually(all_done, timeout=10)
    assert await play.value("SELECT count(*) FROM outgoing WHERE chat_id > 2000") == len(fields)
