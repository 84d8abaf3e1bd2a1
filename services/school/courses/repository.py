"""Courses and what they are made of, as they stand: the reading side for all of school."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.school.errors import (
    AssignmentNotFound,
    CourseNotFound,
    LessonNotFound,
    ProgramNotFound,
    StreamNotFound,
    TrackNotFound,
    WeekNotFound,
)
from shared.db import Connection, from_row, storable

MOST_COURSES = 500
MOST_TRACKS = 50
MOST_PROGRAMS = 100
MOST_STREAMS = 500
MOST_WEEKS = 200
MOST_IN_A_WEEK = 100

GET_COURSE = "SELECT * FROM courses WHERE course_id = $1"
GET_COURSE_BY_SLUG = "SELECT * FROM courses WHERE slug = $1"
LIST_COURSES = "SELECT * FROM courses ORDER BY lower(name), course_id LIMIT $1"
GET_TRACK = "SELECT * FROM tracks WHERE track_id = $1"
LIST_TRACKS = "SELECT * FROM tracks WHERE course_id = $1 ORDER BY position, slug LIMIT $2"
GET_PROGRAM = "SELECT * FROM programs WHERE program_id = $1"
LIST_PROGRAMS = "SELECT * FROM programs WHERE course_id = $1 ORDER BY lower(name), slug LIMIT $2"
GET_WEEK = "SELECT * FROM weeks WHERE week_id = $1"
LIST_WEEKS = "SELECT * FROM weeks WHERE program_id = $1 ORDER BY number LIMIT $2"

STREAM = """
SELECT stream.*, course.slug AS course_slug, course.name AS course_name
FROM streams AS stream
JOIN courses AS course USING (course_id)
"""
GET_STREAM = STREAM + "WHERE stream_id = $1"
LIST_STREAMS = STREAM + "WHERE course_id = $1 ORDER BY number DESC LIMIT $2"

GET_LESSON = "SELECT * FROM course_lessons WHERE lesson_id = $1"
GET_ASSIGNMENT = """
SELECT assignment.*, week.number AS week_number, week.program_id
FROM assignments AS assignment
JOIN weeks AS week USING (week_id)
WHERE assignment_id = $1
"""
# Those of no track first, then track by track.
LIST_LESSONS = """
SELECT lesson.*
FROM course_lessons AS lesson
JOIN weeks AS week USING (week_id)
LEFT JOIN tracks AS track USING (track_id)
WHERE week.program_id = $1 AND ($2::uuid IS NULL OR week_id = $2)
ORDER BY week.number, track.position NULLS FIRST, track.slug, lesson.position, lesson.slug
LIMIT $3
"""
LIST_ASSIGNMENTS = """
SELECT assignment.*, week.number AS week_number, week.program_id
FROM assignments AS assignment
JOIN weeks AS week USING (week_id)
LEFT JOIN tracks AS track USING (track_id)
WHERE week.program_id = $1 AND ($2::uuid IS NULL OR week_id = $2)
ORDER BY week.number, track.position NULLS FIRST, track.slug, assignment.position, assignment.slug
LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Course:
    """What is taught, whenever and to whomever."""

    course_id: UUID
    slug: str
    name: str
    description: str
    chat_url: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Track:
    """A direction within a course."""

    track_id: UUID
    course_id: UUID
    slug: str
    name: str
    description: str
    position: int


@dataclass(frozen=True, slots=True)
class Program:
    """What is taught week by week; streams of other years may keep another one."""

    program_id: UUID
    course_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a program."""

    week_id: UUID
    program_id: UUID
    number: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something to read, to watch or to open in a week."""

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


@dataclass(frozen=True, slots=True)
class Assignment:
    """Something to do in a week; `due_day` 1 is the day on which its week opens."""

    assignment_id: UUID
    week_id: UUID
    week_number: int
    program_id: UUID
    track_id: UUID | None
    slug: str
    position: int
    name: str
    content: str
    repository_url: str | None
    policy: str
    due_day: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stream:
    """A run of a course, from its first day to its last in its zone."""

    stream_id: UUID
    course_id: UUID
    course_slug: str
    course_name: str
    program_id: UUID | None
    number: int
    start_on: date
    finish_on: date
    zone: str
    chat_url: str | None
    weeks_told: int

    @property
    def name(self) -> str:
        """As people call it: LP26."""
        return f"{self.course_slug.upper()}{self.number}"


async def get_course(connection: Connection, course_id: UUID) -> Course:
    """The course."""
    row = await connection.fetchrow(GET_COURSE, course_id)
    if row is None:
        raise CourseNotFound
    return from_row(Course, row)


async def get_course_by_slug(connection: Connection, slug: str) -> Course:
    """The course of this short name."""
    row = await connection.fetchrow(GET_COURSE_BY_SLUG, storable(slug))
    if row is None:
        raise CourseNotFound
    return from_row(Course, row)


async def list_courses(connection: Connection) -> list[Course]:
    """Every course, by name."""
    return [from_row(Course, row) for row in await connection.fetch(LIST_COURSES, MOST_COURSES)]


async def get_track(connection: Connection, track_id: UUID) -> Track:
    """The track."""
    row = await connection.fetchrow(GET_TRACK, track_id)
    if row is None:
        raise TrackNotFound
    return from_row(Track, row)


async def list_tracks(connection: Connection, course_id: UUID) -> list[Track]:
    """A course's tracks in their order."""
    rows = await connection.fetch(LIST_TRACKS, course_id, MOST_TRACKS)
    return [from_row(Track, row) for row in rows]


async def get_program(connection: Connection, program_id: UUID) -> Program:
    """The program."""
    row = await connection.fetchrow(GET_PROGRAM, program_id)
    if row is None:
        raise ProgramNotFound
    return from_row(Program, row)


async def list_programs(connection: Connection, course_id: UUID) -> list[Program]:
    """A course's programs, by name."""
    rows = await connection.fetch(LIST_PROGRAMS, course_id, MOST_PROGRAMS)
    return [from_row(Program, row) for row in rows]


async def get_week(connection: Connection, week_id: UUID) -> Week:
    """The week."""
    row = await connection.fetchrow(GET_WEEK, week_id)
    if row is None:
        raise WeekNotFound
    return from_row(Week, row)


async def list_weeks(connection: Connection, program_id: UUID) -> list[Week]:
    """A program's weeks in their order."""
    rows = await connection.fetch(LIST_WEEKS, program_id, MOST_WEEKS)
    return [from_row(Week, row) for row in rows]


async def get_lesson(connection: Connection, lesson_id: UUID) -> Lesson:
    """The lesson, whoever asks."""
    row = await connection.fetchrow(GET_LESSON, lesson_id)
    if row is None:
        raise LessonNotFound
    return from_row(Lesson, row)


async def list_lessons(
    connection: Connection, program_id: UUID, week_id: UUID | None = None
) -> list[Lesson]:
    """The lessons of a program, or of one of its weeks: by week, track and position."""
    limit = MOST_IN_A_WEEK if week_id else MOST_IN_A_WEEK * MOST_WEEKS
    rows = await connection.fetch(LIST_LESSONS, program_id, week_id, limit)
    return [from_row(Lesson, row) for row in rows]


async def get_assignment(connection: Connection, assignment_id: UUID) -> Assignment:
    """The assignment, whoever asks."""
    row = await connection.fetchrow(GET_ASSIGNMENT, assignment_id)
    if row is None:
        raise AssignmentNotFound
    return from_row(Assignment, row)


async def list_assignments(
    connection: Connection, program_id: UUID, week_id: UUID | None = None
) -> list[Assignment]:
    """The assignments of a program, or of one of its weeks, retired ones too."""
    limit = MOST_IN_A_WEEK if week_id else MOST_IN_A_WEEK * MOST_WEEKS
    rows = await connection.fetch(LIST_ASSIGNMENTS, program_id, week_id, limit)
    return [from_row(Assignment, row) for row in rows]


async def get_stream(connection: Connection, stream_id: UUID) -> Stream:
    """The stream, whoever asks."""
    row = await connection.fetchrow(GET_STREAM, stream_id)
    if row is None:
        raise StreamNotFound
    return from_row(Stream, row)


async def list_streams(connection: Connection, course_id: UUID) -> list[Stream]:
    """A course's streams, the latest first."""
    rows = await connection.fetch(LIST_STREAMS, course_id, MOST_STREAMS)
    return [from_row(Stream, row) for row in rows]
