"""Telegram's own schema of its Bot API, and values built by it."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Builder:
    """Builds values of the schema's types.

    `deep`: down to which level optional fields are filled too; 0 is the smallest value there is.
    `choice`: which of a union's members is taken.
    """

    types: dict[str, Any]
    deep: int = 0
    choice: int = 0

    def build(self, name: str, within: tuple[str, ...] = ()) -> Any:
        """A value of the type."""
        if name in PLAIN:
            return PLAIN[name]
        if name.startswith("Array of "):
            return [self.build(name.removeprefix("Array of "), within)]
        if " or " in name:
            return self.build(name.split(" or ")[0], within)
        if name in within:
            raise Endless(name)
        if not self.types[name]["annotations"]:
            return self._build_union(name, (*within, name))
        return dict(self._fields(name, (*within, name)))

    def _fields(self, name: str, within: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for field in self.types[name]["annotations"]:
            if not field["required"] and len(within) > self.deep:
                continue
            try:
                value = constant(field["description"]) or self.build(field["type"], within)
            except Endless:
                if field["required"]:
                    raise
                continue
            yield field["name"], value

    def _build_union(self, name: str, within: tuple[str, ...]) -> Any:
        """A member that ends; some types, such as ForumTopicClosed, are simply empty."""
        members = [one for one in self.types if one != name and one in self._words_of(name)]
        for turn in range(len(members)):
            try:
                return self.build(members[(self.choice + turn) % len(members)], within)
            except Endless:
                continue
        return {}

    def _words_of(self, name: str) -> set[str]:
        return set(re.findall(r"\w+", self.types[name]["description"]))


def constant(description: str) -> str | None:
    found = CONSTANT.search(description)
    return found.group(1) if found and found.group(1) not in ("True", "a", "the") else None
