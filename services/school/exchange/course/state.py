"""A course as it stands in the tables: the document that it is, and the rows that it is made of."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from services.school.exchange.course.document import (
    Assignment,
    Course,
    Lesson,
    Program,
    Track,
    Week,
    normal_text,
)


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A row of `tracks`."""

    track_id: UUID
    slug: str
    name: str
    description: str
    position: int

    def track(self) -> Track:
        """As a document has it."""
        return Track(slug=self.slug, name=self.name, description=normal_text(self.description))


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A row of `programs`."""

    program_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A row of `weeks`."""

    week_id: UUID
    program_id: UUID
    number: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A row of `course_lessons`."""

    lesson_id: UUID
    week_id: UUID
    track_id: UUID | None
    slug: str
    position: int
    name: str
    content: str
    video_url: str | None
    slides_url: str | None
    repository_url: str | None
    link_url: str | None

    @property
    def id(self) -> UUID:
        """Its key."""
        return self.lesson_id

    def item(self, tracks: dict[UUID, str]) -> Lesson:
        """As a document has it."""
        return Lesson(
            slug=self.slug,
            name=self.name,
            track=tracks[self.track_id] if self.track_id else None,
            text=normal_text(self.content),
            video=self.video_url,
            slides=self.slides_url,
            repository=self.repository_url,
            link=self.link_url,
        )


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A row of `assignments`."""

    assignment_id: UUID
    week_id: UUID
    track_id: UUID | None
    slug: str
    position: int
    name: str
    content: str
    repository_url: str | None
    policy: str
    due_day: int | None
    is_retired: bool

    @property
    def id(self) -> UUID:
        """Its key."""
        return self.assignment_id

    def item(self, tracks: dict[UUID, str]) -> Assignment:
        """As a document has it."""
        return Assignment(
            slug=self.slug,
            name=self.name,
            track=tracks[self.track_id] if self.track_id else None,
            text=normal_text(self.content),
            repository=self.repository_url,
            policy=self.policy,
            due_day=self.due_day,
        )


@dataclass(frozen=True, slots=True)
class State:
    """All rows of a course, each list in its order.

    `in_use`: programs that streams run by. `with_works`: assignments of which works were begun.
    """

    course_id: UUID
    slug: str
    name: str
    description: str
    tracks: list[TrackRow] = field(default_factory=list)
    programs: list[ProgramRow] = field(default_factory=list)
    weeks: list[WeekRow] = field(default_factory=list)
    lessons: list[LessonRow] = field(default_factory=list)
    assignments: list[AssignmentRow] = field(default_factory=list)
    in_use: frozenset[UUID] = frozenset()
    with_works: frozenset[UUID] = frozenset()

    def track_slugs(self) -> dict[UUID, str]:
        """What documents call the tracks."""
        return {track.track_id: track.slug for track in self.tracks}

    def document(self) -> Course:
        """The course that people see: without what is retired, nor weeks that held only that."""
        slugs = self.track_slugs()
        lessons: dict[UUID, list[Lesson]] = defaultdict(list)
        for lesson in self.lessons:
            lessons[lesson.week_id].append(lesson.item(slugs))
        assignments: dict[UUID, list[Assignment]] = defaultdict(list)
        retired = {one.week_id for one in self.assignments if one.is_retired}
        for assignment in self.assignments:
            if not assignment.is_retired:
                assignments[assignment.week_id].append(assignment.item(slugs))
        weeks: dict[UUID, list[Week]] = defaultdict(list)
        for row in self.weeks:
            week = Week(
                number=row.number,
                title=row.title,
                description=normal_text(row.description),
                lessons=tuple(lessons[row.week_id]),
                assignments=tuple(assignments[row.week_id]),
            )
            if week != Week(number=row.number) or row.week_id not in retired:
                weeks[row.program_id].append(week)
        return Course(
            slug=self.slug,
            name=self.name,
            description=normal_text(self.description),
            tracks=tuple(track.track() for track in self.tracks),
            programs=tuple(
                Program(slug=one.slug, name=one.name, weeks=tuple(weeks[one.program_id]))
                for one in self.programs
            ),
        )
