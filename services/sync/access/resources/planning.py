"""What a file would change: for people as a list, for the tables as rows. Nothing is asked."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from services.sync.access.reading import find_condition
from services.sync.access.resources.document import Listed
from services.sync.access.resources.entries import Entry, as_map, entry_of
from services.sync.access.resources.repository import Resource

What = Literal["new", "changed", "back", "archived", "same"]
FIELDS = {
    "title": "title",
    "subscription": "subscription",
    "lesson_id": "lesson",
    "condition": "rule",
}
"""What of a resource may differ, and the file's word for it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one resource. `fields`: what of it differs, by the file's words.

    back: it was archived, and the file has it. archived: the file does not have it.
    """

    what: What
    title: str
    kind: str
    code: str
    resource_id: UUID
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One change with all that doing it takes: the entry, and the version that it is made on."""

    change: Change
    entry: Entry
    version: int = 0
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file comes to. `digest`: of what stands and what is wanted, so of the plan."""

    steps: tuple[Step, ...]
    is_reordered: bool
    digest: str
    order: tuple[UUID, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What becomes of each."""
        return tuple(step.change for step in self.steps)

    @property
    def is_empty(self) -> bool:
        """Whether everything stays as it is."""
        return not self.is_reordered and all(one.what == "same" for one in self.changes)


def make_plan(standing: Sequence[Resource], wanted: Sequence[Listed]) -> Plan:
    """Compare a file with all resources, the archived ones among them, in their order."""
    known = {(one.kind, one.code): one for one in standing}
    steps = [_step(known.get((one.entry.kind, one.entry.code)), one) for one in wanted]
    kept = {step.change.resource_id for step in steps}
    active = [one for one in standing if one.archived_at is None]
    steps += [_archive(one) for one in active if one.resource_id not in kept]
    before = [one.resource_id for one in active if one.resource_id in kept]
    staying = set(before)
    order = tuple(step.change.resource_id for step in steps[: len(wanted)])
    return Plan(
        steps=tuple(steps),
        is_reordered=before != [one for one in order if one in staying],
        digest=_digest(standing, wanted),
        order=order,
    )


def _step(resource: Resource | None, listed: Listed) -> Step:
    entry = listed.entry
    if resource is None:
        change = Change("new", entry.title, entry.kind, entry.code, uuid4())
        return Step(change, entry, listed=listed)
    now = entry_of(resource, find_condition(resource.condition))
    fields = tuple(
        word for name, word in FIELDS.items() if getattr(now, name) != getattr(entry, name)
    )
    what: What = "changed" if fields else "same"
    if resource.archived_at is not None:
        what = "back"
    change = Change(what, entry.title, entry.kind, entry.code, resource.resource_id, fields)
    return Step(change, entry, resource.version, listed)


def _archive(resource: Resource) -> Step:
    change = Change("archived", resource.title, resource.kind, resource.code, resource.resource_id)
    entry = entry_of(resource, find_condition(resource.condition))
    return Step(change, entry, resource.version)


def _digest(standing: Sequence[Resource], wanted: Sequence[Listed]) -> str:
    stands = [
        (str(one.resource_id), one.version, one.position, one.archived_at is None)
        for one in standing
    ]
    text = json.dumps([stands, [as_map(one.entry) for one in wanted]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
