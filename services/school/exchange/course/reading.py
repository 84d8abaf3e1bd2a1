"""From an uploaded file to a course, or to all that is wrong with it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from services.school.courses.entries import MOST_DAYS, POLICIES
from services.school.courses.repository import (
    MOST_IN_A_WEEK,
    MOST_PROGRAMS,
    MOST_TRACKS,
    MOST_WEEKS,
)
from services.school.courses.slugs import TAKEN_BY_PAGES
from services.school.errors import SlugTaken
from services.school.exchange.course.document import (
    Assignment,
    Course,
    Lesson,
    Program,
    Track,
    Week,
)
from services.school.exchange.course.fields import LINKS, Fields, Reading, TooMuch
from services.school.exchange.course.folder import MAIN, is_zip, read_folder
from shared.problems import N_, Place, Problems, quoted


@dataclass(frozen=True, slots=True)
class Read:
    """A course, unless something is wrong with it; and the files that say nothing of it."""

    course: Course | None
    problems: Problems
    unused: tuple[str, ...] = ()


def read_course(body: bytes) -> Read:
    """The course that a YAML file or a .zip of a folder says. It takes a while: use a thread."""
    if not is_zip(body):
        reading = Reading({MAIN: body})
        return _read(reading, shown="", names=())
    problems = Problems()
    folder = read_folder(body, problems)
    if folder is None:
        return Read(None, problems)
    return _read(Reading(folder.texts), shown=MAIN, names=folder.names)


def _read(reading: Reading, *, shown: str, names: tuple[str, ...]) -> Read:
    course = None
    try:
        node = reading.tree(MAIN, Place(), shown)
        if node is None and not reading.problems:
            reading.problems.add(Place(file=shown), N_("there is nothing in this file"))
        fields = Fields(reading, node)
        if fields.is_map:
            course = _course(reading, fields)
    except TooMuch:
        course = None
    unused = tuple(name for name in names if name not in reading.used)
    return Read(None if reading.problems else course, reading.problems, unused)


def _course(reading: Reading, fields: Fields) -> Course:
    place = fields.place_of("slug")
    slug = fields.slug()
    if slug in TAKEN_BY_PAGES:
        reading.problems.add(place, SlugTaken.title)
    name = fields.name()
    description = fields.prose("description")
    tracks = _unique(reading, fields, "tracks", MOST_TRACKS, _track, lambda one: one.slug)
    known = {track.slug for track in tracks}

    def program(part: Fields) -> Program:
        return _program(reading, part, known)

    programs = _unique(reading, fields, "programs", MOST_PROGRAMS, program, lambda one: one.slug)
    fields.end()
    return Course(
        slug=slug,
        name=name,
        description=description,
        tracks=tuple(tracks),
        programs=tuple(sorted(programs, key=lambda one: one.slug)),
    )


def _track(fields: Fields) -> Track:
    return Track(slug=fields.slug(), name=fields.name(), description=fields.prose("description"))


def _program(reading: Reading, fields: Fields, tracks: set[str]) -> Program:
    slug, name = fields.slug(), fields.name()

    def week(part: Fields) -> Week:
        return _week(reading, part, tracks)

    weeks = _unique(reading, fields, "weeks", MOST_WEEKS, week, lambda one: one.number, True)
    return Program(slug=slug, name=name, weeks=tuple(sorted(weeks, key=lambda one: one.number)))


def _week(reading: Reading, fields: Fields, tracks: set[str]) -> Week:
    def lesson(part: Fields) -> Lesson:
        return _lesson(part, _track_of(reading, part, tracks))

    def assignment(part: Fields) -> Assignment:
        return _assignment(part, _track_of(reading, part, tracks))

    return Week(
        number=fields.number("number", 1, MOST_WEEKS, required=True) or 0,
        title=fields.name("title", required=False),
        description=fields.prose("description"),
        lessons=tuple(
            _unique(reading, fields, "lessons", MOST_IN_A_WEEK, lesson, lambda one: one.slug)
        ),
        assignments=tuple(
            _unique(
                reading, fields, "assignments", MOST_IN_A_WEEK, assignment, lambda one: one.slug
            )
        ),
    )


def _lesson(fields: Fields, track: str | None) -> Lesson:
    return Lesson(
        slug=fields.slug(),
        name=fields.name(),
        track=track,
        text=fields.prose("text"),
        **{key: fields.link(key, read) for key, read in LINKS.items()},
    )


def _assignment(fields: Fields, track: str | None) -> Assignment:
    return Assignment(
        slug=fields.slug(),
        name=fields.name(),
        track=track,
        text=fields.prose("text"),
        repository=fields.link("repository", LINKS["repository"]),
        policy=fields.choice("policy", POLICIES),
        due_day=fields.number("due_day", 1, MOST_DAYS),
    )


def _track_of(reading: Reading, fields: Fields, tracks: set[str]) -> str | None:
    found = fields.reference("track")
    if found is None:
        return None
    slug, place = found
    if slug not in tracks:
        words = N_("there is no track “{slug}” in this course")
        reading.problems.add(place, words, slug=quoted(slug))
    return slug


def _unique(
    reading: Reading,
    fields: Fields,
    key: str,
    most: int,
    read: Callable[[Fields], Any],
    name: Callable[[Any], Hashable],
    may_be_elsewhere: bool = False,
) -> list[Any]:
    """What a list has, each named once."""
    first: dict[Hashable, Place] = {}
    found = []
    for item in fields.items(key, most):
        part = item.elsewhere() if may_be_elsewhere else item
        if not part.is_map:
            continue
        one = read(part)
        part.end()
        called = name(one)
        if called in first:
            reading.problems.add(
                part.place,
                N_("“{name}” is here a second time; first on line {line}"),
                name=quoted(str(called)),
                line=first[called].line,
            )
        elif called:
            first[called] = part.place
        found.append(one)
    return found
