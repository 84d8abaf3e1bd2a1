"""What would change in a course: for people as sentences, for the tables as rows."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import UUID

from services.school.exchange.course.document import Course
from services.school.exchange.course.state import State

Kind = Literal["added", "changed", "moved", "back", "retired", "removed", "kept"]
What = Literal["course", "track", "program", "week", "lesson", "assignment"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, as people are told of it.

    added, changed, moved (to another week), back (it was retired), retired (it has works), removed;
    kept: the document does not have it, but it is in use, so it stays as it is. `fields`: what of
    it changes, by the document's keys, or `order`: of what is in it.
    """

    kind: Kind
    what: What
    name: str
    program: str = ""
    week: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Plan:
    """All that has to be done. `digest` is of what it follows from: the same, so the same plan."""

    course_id: UUID
    is_new: bool
    digest: str
    changes: list[Change] = field(default_factory=list)
    tracks: list[Row] = field(default_factory=list)
    programs: list[Row] = field(default_factory=list)
    weeks: list[Row] = field(default_factory=list)
    lessons: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    gone_lessons: list[UUID] = field(default_factory=list)
    gone_assignments: list[UUID] = field(default_factory=list)
    retired: list[UUID] = field(default_factory=list)
    cleared_weeks: list[UUID] = field(default_factory=list)
    gone_weeks: list[UUID] = field(default_factory=list)
    gone_programs: list[UUID] = field(default_factory=list)
    gone_tracks: list[UUID] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the course is already what the document says."""
        return all(change.kind == "kept" for change in self.changes)

    def tell(self, kind: Kind, what: What, name: str, **place: Any) -> None:
        """Have people told of a change."""
        self.changes.append(Change(kind=kind, what=what, name=name, **place))


def digest_of(state: State | None, wanted: Course) -> str:
    """What a preview is known by: whoever applies it shows it, and it has to be the same still."""
    facts = state and {
        "in_use": sorted(map(str, state.in_use)),
        "with_works": sorted(map(str, state.with_works)),
        "retired": sorted(str(one.id) for one in state.assignments if one.is_retired),
        "now": asdict(state.document()),
    }
    text = json.dumps([facts, asdict(wanted)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(now: Any, wanted: Any, *apart: str) -> tuple[str, ...]:
    """The keys whose values differ, but for those of lists that are compared by themselves."""
    return tuple(
        name
        for name in now.__dataclass_fields__
        if name not in apart and getattr(now, name) != getattr(wanted, name)
    )


def is_reordered(now: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether those that stay change places."""
    before, after = ([one.slug for one in some] for some in (now, wanted))
    staying = set(before) & set(after)
    return [one for one in before if one in staying] != [one for one in after if one in staying]
