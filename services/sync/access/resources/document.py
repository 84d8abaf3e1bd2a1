"""All resources as one YAML file, out and in.

resources:
  - kind: video
    code: qWeRtY12
    title: First steps
    lesson: 5001
    rule:
      lesson_passed: 5001
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from services.sync.access.conditions import Condition, to_json
from services.sync.access.errors import ResourceWrong
from services.sync.access.reading import DEEPEST_TREE, read_node
from services.sync.access.resources.entries import Entry, as_map, read_values
from services.sync.access.resources.repository import MOST_RESOURCES
from shared.problems import N_, Place, Problems, quoted
from shared.tree import Budget, Items, Keys, Node, Scalar, read_tree

LONGEST = 1_000_000
"""Characters."""
MOST_VALUES = 100_000
KEYS = ("kind", "code", "title", "subscription", "lesson", "rule")
DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Dumper(DUMPER):  # type: ignore[misc, valid-type]
    """Writes whatever stands twice twice: aliases are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never an alias."""
        return True


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and where in the file it stands."""

    entry: Entry
    place: Place


def write_document(entries: Iterable[Entry]) -> str:
    """The file of these, in this order."""
    return _dump({"resources": [as_map(entry) for entry in entries]})


def write_condition(condition: Condition | None) -> str:
    """A rule alone, as a form shows it; empty where there is none."""
    return _dump(to_json(condition)) if condition is not None else ""


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text


def read_document(text: str) -> list[Listed]:
    """The entries of a file, in its order. It takes a while: use a thread.

    Raises:
        ResourceWrong: something is wrong; all of it is named.
    """
    problems = Problems()
    listed = _read(text, problems)
    if problems:
        raise ResourceWrong(problems)
    return listed


def _read(text: str, problems: Problems) -> list[Listed]:
    if len(text) > LONGEST:
        problems.add(Place(), N_("there is too much text in this file"))
        return []
    text = text.removeprefix("\ufeff")
    tree = read_tree(text, "", problems, Budget(MOST_VALUES), deepest=DEEPEST_TREE + 3)
    if problems:
        return []
    listing = _find_listing(tree)
    if listing is None:
        problems.add(Place(), N_("the file is a list under the one word “resources”"))
        return []
    items = listing.items
    if len(items) > MOST_RESOURCES:
        words = N_("there are more than {most} videos and collections here")
        problems.add(listing.place, words, most=MOST_RESOURCES)
        return []
    listed = [_read_item(item, number, problems) for number, item in enumerate(items, start=1)]
    whole = [one for one in listed if one is not None]
    _refuse_twice(whole, problems)
    return whole


def _find_listing(tree: Node | None) -> Items | None:
    if not isinstance(tree, Keys) or list(tree.entries) != ["resources"]:
        return None
    place, node = tree.entries["resources"]
    if isinstance(node, Scalar) and node.is_nothing:
        return Items(place)
    return node if isinstance(node, Items) else None


def _read_item(item: Node, number: int, problems: Problems) -> Listed | None:
    if not isinstance(item, Keys):
        problems.add(item.place, N_("there have to be keys with values here"))
        return None
    texts: dict[str, str] = {"position": str(number)}
    places = dict.fromkeys((*KEYS, "position"), item.place)
    condition: Condition | None = None
    for key, (place, node) in item.entries.items():
        if key not in KEYS:
            words = N_("there is no “{key}” here; there are: {keys}")
            problems.add(place, words, key=quoted(key), keys=", ".join(KEYS))
        elif key == "rule":
            if not (isinstance(node, Scalar) and node.is_nothing):
                condition = read_node(node, problems)
        elif not isinstance(node, Scalar):
            problems.add(node.place, N_("“{key}” has to be a text"), key=key)
        else:
            texts[key] = "" if node.is_nothing else node.value
            places[key] = node.place
    entry = read_values({**dict.fromkeys(KEYS, ""), **texts}, places, condition, problems)
    return Listed(entry, item.place) if entry is not None else None


def _refuse_twice(listed: Sequence[Listed], problems: Problems) -> None:
    first: dict[tuple[str, str], Place] = {}
    for one in listed:
        key = (one.entry.kind, one.entry.code)
        if key in first:
            words = N_("“{code}” stands here a second time; first on line {line}")
            problems.add(one.place, words, code=one.entry.code, line=first[key].line)
        first.setdefault(key, one.place)
