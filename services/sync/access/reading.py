"""Reads conditions with less trust than libraries have: every wrong place is named."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.sync.access.conditions import (
    DEEPEST,
    MOST_NODES,
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)
from shared.log import get_log
from shared.problems import N_, Place, Problems, quoted
from shared.tree import Budget, Items, Keys, Node, Scalar, read_tree

log = get_log(__name__)

MOST_CHARACTERS = 50_000
DEEPEST_TREE = 2 * DEEPEST + 4
"""A condition is a map, with a list in it where there are more; so many are read, to be refused."""
ID = re.compile(r"[1-9][0-9]{0,17}")
STEP = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,3})")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONG_AGO, FAR_AWAY = date(2000, 1, 1), date(2199, 12, 31)
ALL, ANY = "all", "any"


def read_text(text: str, problems: Problems) -> Condition | None:
    """The condition that a YAML text says; None if there is none, or something is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        problems.add(Place(), N_("this is longer than a rule may be"))
        return None
    # Every node of a condition is a map of one key: a key, a value, and what holds them.
    tree = read_tree(text, "", problems, Budget(MOST_NODES * 8), deepest=DEEPEST_TREE)
    if problems or tree is None:
        return None
    condition = read_node(tree, problems)
    return None if problems else condition


def find_condition(value: Mapping[str, Any] | None) -> Condition | None:
    """A condition as it is kept. One that cannot be read counts as none, and is told of."""
    if value is None:
        return None
    problems = Problems()
    condition = read_json(value, problems)
    if condition is None:
        log.error("condition_unreadable", condition=json.dumps(value)[:500])
    return condition


def read_json(value: object, problems: Problems) -> Condition | None:
    """The condition that JSON says; None if something is wrong with it."""
    tree = _tree(value, DEEPEST * 4, problems)
    return read_node(tree, problems) if tree is not None and not problems else None


def read_node(node: Node, problems: Problems) -> Condition | None:
    """The condition of a tree; None if something is wrong with it."""
    before = problems.count
    condition = _Reader(problems).read(node, 1)
    return condition if problems.count == before else None


def _tree(value: object, deeper: int, problems: Problems) -> Node | None:
    place = Place()
    if deeper == 0:
        problems.add(place, TOO_DEEP, most=DEEPEST)
        return None
    if isinstance(value, Mapping):
        keys = Keys(place)
        for key, part in value.items():
            found = _tree(part, deeper - 1, problems)
            if found is not None:
                keys.entries[str(key)] = (place, found)
        return keys
    if isinstance(value, list):
        found_all = [_tree(part, deeper - 1, problems) for part in value[: MOST_NODES + 1]]
        return Items(place, [one for one in found_all if one is not None])
    return Scalar(place, "" if value is None else str(value), is_plain=value is None)


KINDS = (
    ALL,
    ANY,
    "lesson_passed",
    "step_passed",
    "module_per_cent",
    "course_per_cent",
    "from_date",
    "group",
    "work_approved",
)
TOO_DEEP = N_("a rule is at most {most} levels deep")
NO_MAP = N_("there has to be one of these here: {kinds}")


class _Reader:
    """Reads one condition, counting its nodes."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._left = MOST_NODES

    def read(self, node: Node, depth: int) -> Condition | None:
        self._left -= 1
        if self._left < 0:
            if self._left == -1:
                words = N_("there is too much in one rule: {most} conditions at most")
                self._problems.add(node.place, words, most=MOST_NODES)
            return None
        if depth > DEEPEST:
            self._problems.add(node.place, TOO_DEEP, most=DEEPEST)
            return None
        if not isinstance(node, Keys) or not node.entries:
            self._problems.add(node.place, NO_MAP, kinds=", ".join(KINDS))
            return None
        if len(node.entries) > 1:
            words = N_("there is more than one condition here: put them under “all” or “any”")
            self._problems.add(node.place, words)
            return None
        kind, (place, value) = next(iter(node.entries.items()))
        return self._read_kind(kind, place, value, depth)

    def _read_kind(self, kind: str, place: Place, value: Node, depth: int) -> Condition | None:
        match kind:
            case "all" | "any":
                return self._read_parts(kind, value, depth)
            case "lesson_passed":
                lesson_id = self._id(kind, value)
                return LessonPassed(lesson_id) if lesson_id else None
            case "step_passed":
                return self._read_step(value)
            case "module_per_cent" | "course_per_cent":
                return self._read_per_cent(kind, value)
            case "from_date":
                return self._read_date(value)
            case "group":
                group_id = self._uuid(kind, value)
                return InGroup(group_id) if group_id else None
            case "work_approved":
                assignment_id = self._uuid(kind, value)
                return WorkApproved(assignment_id) if assignment_id else None
        words = N_("there is no “{kind}”; there are: {kinds}")
        self._problems.add(place, words, kind=quoted(kind), kinds=", ".join(KINDS))
        return None

    def _read_parts(self, kind: str, value: Node, depth: int) -> Condition | None:
        if not isinstance(value, Items) or not value.items:
            words = N_("under “{kind}” there has to be a list with at least one condition")
            self._problems.add(value.place, words, kind=kind)
            return None
        parts = [self.read(item, depth + 1) for item in value.items]
        whole = tuple(part for part in parts if part is not None)
        return AllOf(whole) if kind == ALL else AnyOf(whole)

    def _read_step(self, value: Node) -> Condition | None:
        found = STEP.fullmatch(_text(value))
        if found is None:
            words = N_("a step is a lesson's number and its place there: 5001-3")
            self._problems.add(value.place, words)
            return None
        return StepPassed(int(found[1]), int(found[2]))

    def _read_per_cent(self, kind: str, value: Node) -> Condition | None:
        what = kind.removesuffix("_per_cent")
        if not isinstance(value, Keys) or set(value.entries) != {what, "at_least"}:
            words = N_("“{kind}” is written so: {example}")
            example = f"{{{what}: 123, at_least: 80}}"
            self._problems.add(value.place, words, kind=kind, example=example)
            return None
        number = self._id(what, value.entries[what][1])
        at_least = self._per_cent(value.entries["at_least"][1])
        if number is None or at_least is None:
            return None
        if what == "module":
            return ModulePerCent(number, at_least)
        return CoursePerCent(number, at_least)

    def _per_cent(self, value: Node) -> int | None:
        text = _text(value)
        number = int(text) if ID.fullmatch(text) else 0
        if not 1 <= number <= 100:
            words = N_("“at_least” is a whole number from 1 to 100")
            self._problems.add(value.place, words)
            return None
        return number

    def _read_date(self, value: Node) -> Condition | None:
        text = _text(value)
        try:
            on = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            on = None
        if on is None or not LONG_AGO <= on <= FAR_AWAY:
            words = N_("a day is written so: 2026-09-01")
            self._problems.add(value.place, words)
            return None
        return FromDate(on)

    def _id(self, kind: str, value: Node) -> int | None:
        text = _text(value)
        if not ID.fullmatch(text):
            words = N_("“{kind}” is a number of Stepik's, from 1 on")
            self._problems.add(value.place, words, kind=kind)
            return None
        return int(text)

    def _uuid(self, kind: str, value: Node) -> UUID | None:
        text = _text(value)
        try:
            found = UUID(text)
        except ValueError:
            found = None
        if found is None or str(found) != text.lower():
            words = N_("“{kind}” is an id: choose it from the list")
            self._problems.add(value.place, words, kind=kind)
            return None
        return found


def _text(value: Node) -> str:
    return value.value.strip() if isinstance(value, Scalar) else ""
