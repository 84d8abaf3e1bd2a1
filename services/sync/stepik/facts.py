"""What rules may ask of a learner at Stepik, and what there is for a rule to name."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.sync.stepik import repository
from services.sync.stepik.progress import share
from services.sync.stepik.repository import StepPassed
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class StepikFacts:
    """What a person has passed: lessons, and steps by lesson and position.

    Per cents are of marked steps, never rounded up, by the modules and courses where the person
    passed any.
    """

    lessons: frozenset[int]
    steps: frozenset[tuple[int, int]]
    module_per_cent: Mapping[int, int]
    course_per_cent: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the courses now, so that a rule may name it. Titles by id."""

    courses: Mapping[int, str]
    modules: Mapping[int, str]
    lessons: Mapping[int, str]
    steps: frozenset[tuple[int, int]]


async def list_facts(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, StepikFacts]:
    """The facts of those of them whose account at Stepik is known."""
    users = await repository.list_matched(connection, person_ids)
    if not users:
        return {}
    user_ids = list(users.values())
    lessons: dict[int, set[int]] = defaultdict(set)
    for lesson in await repository.list_lessons_passed(connection, user_ids):
        lessons[lesson.user_id].add(lesson.lesson_id)
    steps: dict[int, list[StepPassed]] = defaultdict(list)
    for step in await repository.list_steps_passed(connection, user_ids):
        steps[step.user_id].append(step)
    marked = await _list_marked(connection)
    return {
        person_id: StepikFacts(
            lessons=frozenset(lessons[user_id]),
            steps=frozenset((step.lesson_id, step.position) for step in steps[user_id]),
            module_per_cent=marked.per_module(steps[user_id]),
            course_per_cent=marked.per_course(steps[user_id]),
        )
        for person_id, user_id in users.items()
    }


async def list_known(connection: Connection) -> Known:
    """Everything that a rule may name."""
    return Known(
        courses=await repository.list_courses(connection),
        modules=await repository.list_modules(connection),
        lessons=await repository.list_lessons(connection),
        steps=frozenset(await repository.list_steps(connection)),
    )


@dataclass(frozen=True, slots=True)
class _Marked:
    """How many marked steps there are, and where each stands."""

    modules: Mapping[int, int]
    courses: Mapping[int, int]
    module_of: Mapping[tuple[int, int], int]

    def per_module(self, passed: Sequence[StepPassed]) -> dict[int, int]:
        found = [self.module_of.get((step.course_id, step.step_id)) for step in passed]
        counted = Counter(module for module in found if module is not None)
        return {module: share(count, self.modules[module]) for module, count in counted.items()}

    def per_course(self, passed: Sequence[StepPassed]) -> dict[int, int]:
        counted = Counter(
            step.course_id for step in passed if (step.course_id, step.step_id) in self.module_of
        )
        return {course: share(count, self.courses[course]) for course, count in counted.items()}


async def _list_marked(connection: Connection) -> _Marked:
    module_of = {
        (step.course_id, step.step_id): step.section_id
        for step in await repository.list_marked(connection)
    }
    return _Marked(
        modules=Counter(module_of.values()),
        courses=Counter(course_id for course_id, _ in module_of),
        module_of=module_of,
    )
