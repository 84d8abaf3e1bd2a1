"""Videos as a tree: module, lesson, what belongs to it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.sync.access.looking import Standing
from services.sync.videos.repository import Place

MOST_VIDEOS = 500
"""More than these nobody is shown at once."""


@dataclass(frozen=True, slots=True)
class LessonBranch:
    """A lesson with its videos. Without an id: videos that belong to no lesson of a course."""

    lesson_id: int | None
    title: str
    is_passed: bool
    videos: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class ModuleBranch:
    """A module with those of its lessons that have videos. One without a title comes last."""

    title: str
    lessons: tuple[LessonBranch, ...]


def build_tree(
    places: Sequence[Place], standings: Sequence[Standing], passed: Collection[int]
) -> tuple[ModuleBranch, ...]:
    """The tree, in the order of the courses; a lesson stands where it stands first.

    `passed`: lessons that the person has passed. Where there are several courses, a module is
    named with its own.
    """
    standings = standings[:MOST_VIDEOS]
    videos = _by_lesson(standings)
    first: dict[int, Place] = {}
    for place in places:
        if place.lesson_id in videos:
            first.setdefault(place.lesson_id, place)
    several = len({place.course_id for place in first.values()}) > 1
    modules = [
        ModuleBranch(
            title=f"{course}: {module}" if several else module,
            lessons=tuple(
                LessonBranch(
                    lesson_id=place.lesson_id,
                    title=place.title,
                    is_passed=place.lesson_id in passed,
                    videos=tuple(videos[place.lesson_id]),
                )
                for place in lessons
            ),
        )
        for (_, _, course, module), lessons in groupby(
            first.values(),
            key=lambda place: (place.course_id, place.section_id, place.course, place.module),
        )
    ]
    rest = tuple(one for one in standings if one.resource.lesson_id not in first)
    if rest:
        modules.append(ModuleBranch("", (LessonBranch(None, "", False, rest),)))
    return tuple(modules)


def _by_lesson(standings: Sequence[Standing]) -> Mapping[int | None, Sequence[Standing]]:
    found: dict[int | None, list[Standing]] = {}
    for standing in standings:
        found.setdefault(standing.resource.lesson_id, []).append(standing)
    return found
