"""YAML as a tree that remembers lines, read with less trust than libraries have.

There are no anchors, aliases, tags, merged or repeated keys, and only so many nodes so deep: what
is left cannot grow when it is read, has no cycles, and makes nothing but texts, lists and maps.
"""

import re
from dataclasses import dataclass, field

import yaml

from shared.problems import N_, Place, Problems, quoted

DEEPEST = 10
MOST_NODES = 100_000
# libyaml is thirty times as fast; its wheels are there for all machines that we know of.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML's own list of what may stand in a text, less the mark that Windows puts at its beginning.
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Each is compared with all before it, by a library that lets nobody else go on meanwhile.
MOST_TAG_LINES = 20
TAG_LINE = re.compile("^%TAG", re.MULTILINE)
NOTHING = ("", "~", "null", "Null", "NULL")

TAB = N_("a tab cannot be here: indent with spaces")
UNFINISHED = N_("something that was opened is not closed: a quote or a bracket")
COLON = N_(
    "there is a colon too many, or the line is indented wrongly; a text with a colon needs quotes"
)
UNREADABLE = N_("this is not YAML: look at the indentation and the quotes here and just above")
# What libyaml and its Python twin say of mistakes that people make; English, so never shown.
WORDS = (
    ("cannot start any token", TAB),
    ("tab character", TAB),
    ("unexpected end of stream", UNFINISHED),
    ("did not find expected ',' or", UNFINISHED),
    ("mapping values are not allowed", COLON),
    ("could not find expected ':'", COLON),
)


@dataclass(slots=True)
class Scalar:
    """A text, a number, or nothing. `is_plain`: without quotes, so `null` means nothing."""

    place: Place
    value: str
    is_plain: bool

    @property
    def is_nothing(self) -> bool:
        """Whether there is no value."""
        return self.is_plain and self.value in NOTHING


@dataclass(slots=True)
class Items:
    """A list."""

    place: Place
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Keys:
    """A map: each key once, in the order in which they stand."""

    place: Place
    entries: dict[str, tuple[Place, "Node"]] = field(default_factory=dict)
    waiting: Scalar | None = None
    """While it is built: the key whose value comes next."""


Node = Scalar | Items | Keys


class Budget:
    """How many nodes may still be read, of all that is read together."""

    def __init__(self, nodes: int = MOST_NODES) -> None:
        self.left = nodes


def read_tree(
    text: str, file: str, problems: Problems, budget: Budget, *, deepest: int = DEEPEST
) -> Node | None:
    """The only document of a YAML text; None if there is nothing, or nothing that can be read."""
    found = UNPRINTABLE.search(text)
    if found is not None:
        place = _place_of(text, found.start(), file)
        problems.add(place, N_("a character that cannot be in a text: U+{code}"), code=_code(found))
        return None
    for number, line in enumerate(TAG_LINE.finditer(text), 1):
        if number > MOST_TAG_LINES:
            problems.add(_place_of(text, line.start(), file), UNREADABLE)
            return None
    builder = _Builder(file, problems, budget, deepest)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not builder.take(event):
                return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1, file) if mark else Place(file=file)
        said = error.problem or ""
        problems.add(place, next((told for words, told in WORDS if words in said), UNREADABLE))
        return None
    except yaml.YAMLError:
        problems.add(Place(file=file), UNREADABLE)
        return None
    return builder.root


def _code(found: re.Match[str]) -> str:
    return f"{ord(found[0]):04X}"


def _place_of(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, position - before.rfind("\n"), file)


class _Builder:
    """Makes the tree of what a parser meets, without calling itself: depth costs no stack."""

    def __init__(self, file: str, problems: Problems, budget: Budget, deepest: int) -> None:
        self._file = file
        self._problems = problems
        self._budget = budget
        self._deepest = deepest
        self._open: list[Items | Keys] = []
        self._documents = 0
        self.root: Node | None = None

    def take(self, event: yaml.Event) -> bool:
        """Take what comes next; False: there is no use in going on."""
        place = self._place_of(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._problems.add(place, N_("a second document begins here: there may be one"))
                return False
        if isinstance(event, yaml.NodeEvent):
            return self._take_node(event, place)
        if isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        return True

    def _place_of(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(mark.line + 1, mark.column + 1, self._file) if mark else Place(file=self._file)

    def _take_node(self, event: yaml.NodeEvent, place: Place) -> bool:
        self._budget.left -= 1
        if self._budget.left < 0:
            self._problems.add(place, N_("there are too many values in this file"))
            return False
        if event.anchor is not None:
            self._problems.add(
                place, N_("anchors and aliases (& and *) are not read: write the value itself")
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._problems.add(place, N_("tags are not read: take “{tag}” away"), tag=quoted(tag))
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style in (None, "")
            self._put(Scalar(place, event.value, is_plain), place)
        elif isinstance(event, yaml.AliasEvent):
            self._put(Scalar(place, "", is_plain=True), place)
        else:
            if len(self._open) >= self._deepest:
                self._problems.add(place, N_("this is nested too deeply"))
                return False
            kind = Items if isinstance(event, yaml.SequenceStartEvent) else Keys
            node = kind(place)
            self._put(node, place)
            self._open.append(node)
        return True

    def _put(self, node: Node, place: Place) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Items):
            parent.items.append(node)
        elif parent.waiting is None:
            if not isinstance(node, Scalar):
                self._problems.add(place, N_("a key has to be a word"))
                node = Scalar(place, "", is_plain=True)
            parent.waiting = node
        else:
            key, parent.waiting = parent.waiting, None
            self._keep(parent, key, node)

    def _keep(self, parent: Keys, key: Scalar, node: Node) -> None:
        earlier = parent.entries.get(key.value)
        if earlier is None:
            parent.entries[key.value] = (key.place, node)
        else:
            self._problems.add(
                key.place,
                N_("“{key}” stands here a second time; first on line {line}"),
                key=quoted(key.value),
                line=earlier[0].line,
            )
