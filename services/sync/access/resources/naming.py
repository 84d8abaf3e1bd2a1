"""Whether what rules name is there: at Stepik as it was last read, in school as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.sync.access.conditions import Names, names_of
from services.sync.access.errors import SchoolNotAsked
from services.sync.access.resources.document import Listed
from services.sync.access.resources.entries import Entry
from services.sync.access.school import ApprovedWork, School
from services.sync.stepik.facts import Known
from shared.problems import N_, Place, Problems

AT_ONCE = 100
"""How many ids school is asked for in one request."""


@dataclass(frozen=True, slots=True)
class Found:
    """What school knows of the groups and assignments that rules name."""

    groups: dict[UUID, str] = field(default_factory=dict)
    assignments: dict[UUID, str] = field(default_factory=dict)
    works: dict[UUID, list[ApprovedWork]] = field(default_factory=dict)


async def ask_school(school: School | None, entries: Sequence[Entry]) -> Found:
    """What school knows of all that these name, and the works that are approved already.

    Raises:
        SchoolNotAsked: something is named, and it does not answer.
    """
    groups = sorted({one for entry in entries for one in names_of(entry.condition).groups})
    assignments = sorted(
        {one for entry in entries for one in names_of(entry.condition).assignments}
    )
    found = Found()
    if not groups and not assignments:
        return found
    if school is None:
        raise SchoolNotAsked
    for start in range(0, max(len(groups), len(assignments)), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        told = await school.find_subjects(groups=groups[some], assignments=assignments[some])
        found.groups.update({one.group_id: one.title for one in told.groups})
        found.assignments.update({one.assignment_id: one.title for one in told.assignments})
    for assignment_id in found.assignments:
        found.works[assignment_id] = await school.list_approved(assignment_id)
    return found


def refuse_unknown(
    listed: Sequence[Listed], known: Known, found: Found, problems: Problems
) -> None:
    """Name everything that these entries name and that is not there."""
    for one in listed:
        _refuse_unknown(one.entry, one.place, known, found, problems)


def _refuse_unknown(
    entry: Entry, place: Place, known: Known, found: Found, problems: Problems
) -> None:
    names = names_of(entry.condition)
    lessons = set(names.lessons) | ({entry.lesson_id} if entry.lesson_id else set())
    for lesson_id in sorted(lessons - set(known.lessons)):
        problems.add(place, N_("Stepik's courses have no lesson {number}"), number=lesson_id)
    _refuse_steps(names, known, place, problems)
    for section_id in sorted(names.modules - set(known.modules)):
        problems.add(place, N_("Stepik's courses have no module {number}"), number=section_id)
    for course_id in sorted(names.courses - set(known.courses)):
        words = N_("course {number} of Stepik is not read here")
        problems.add(place, words, number=course_id)
    for group_id in sorted(names.groups - set(found.groups)):
        problems.add(place, N_("school has no group {id}"), id=group_id)
    for assignment_id in sorted(names.assignments - set(found.assignments)):
        problems.add(place, N_("school has no assignment {id}"), id=assignment_id)


def _refuse_steps(names: Names, known: Known, place: Place, problems: Problems) -> None:
    for lesson_id, position in sorted(names.steps - known.steps):
        if lesson_id not in known.lessons:
            problems.add(place, N_("Stepik's courses have no lesson {number}"), number=lesson_id)
        else:
            words = N_("the lesson “{title}” has no step {position}")
            problems.add(place, words, title=known.lessons[lesson_id], position=position)
