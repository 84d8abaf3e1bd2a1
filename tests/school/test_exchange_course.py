"""A course as YAML and as a folder: what is written is read, what is wrong is named."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.school.exchange.course.document import (
    Assignment,
    Course,
    Lesson,
    Program,
    Track,
    Uploaded,
    Week,
    dump_uploaded,
    load_uploaded,
    normal_text,
)
from services.school.exchange.course.reading import read_course
from services.school.exchange.course.writing import write_yaml, write_zip

SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda slug: slug != "import"
)
LETTERS = st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")
NAMES = st.text(LETTERS, min_size=1, max_size=30).map(lambda name: " ".join(name.split()))
SOME_NAMES = NAMES.filter(bool) | st.sampled_from(["null", "~", "yes", "2026", "- x", "a: b", "#"])
TEXTS = (
    st.text(LETTERS, max_size=80)
    | st.sampled_from(["null", "# Heading\n\n* one\n* two\n", "```\n\tcode  \n```", "a\n\n b", "'"])
).map(normal_text)
LINKS = st.none() | st.sampled_from(["https://example.org/?a=1#b", "http://пример.рф/"])
VIDEOS = st.none() | st.just("https://youtu.be/aaaaaaaaaaa?t=10")
SLIDES = st.none() | st.just("https://docs.google.com/presentation/d/aaaaaaaaaa/edit#slide=1")
REPOSITORIES = st.none() | st.just("https://github.com/owner/repository")


@st.composite
def courses(draw: st.DrawFn, slug: str | None = None) -> Course:
    """Any course that pages could hold."""
    tracks = [
        Track(slug=one, name=draw(SOME_NAMES), description=draw(TEXTS))
        for one in draw(st.lists(SLUGS, unique=True, max_size=3))
    ]
    some_track = st.sampled_from([None, *(track.slug for track in tracks)])
    programs = []
    for one in sorted(draw(st.lists(SLUGS, unique=True, max_size=2))):
        weeks = [
            Week(
                number=number,
                title=draw(SOME_NAMES | st.just("")),
                description=draw(TEXTS),
                lessons=tuple(
                    Lesson(
                        slug=lesson,
                        name=draw(SOME_NAMES),
                        track=draw(some_track),
                        text=draw(TEXTS),
                        video=draw(VIDEOS),
                        slides=draw(SLIDES),
                        repository=draw(REPOSITORIES),
                        link=draw(LINKS),
                    )
                    for lesson in draw(st.lists(SLUGS, unique=True, max_size=3))
                ),
                assignments=tuple(
                    Assignment(
                        slug=assignment,
                        name=draw(SOME_NAMES),
                        track=draw(some_track),
                        text=draw(TEXTS),
                        repository=draw(REPOSITORIES),
                        policy=draw(st.sampled_from(["own_repo", "any_repo"])),
                        due_day=draw(st.none() | st.integers(1, 1000)),
                    )
                    for assignment in draw(st.lists(SLUGS, unique=True, max_size=3))
                ),
            )
            for number in sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
        ]
        programs.append(Program(slug=one, name=draw(SOME_NAMES), weeks=tuple(weeks)))
    return Course(
        slug=slug or draw(SLUGS),
        name=draw(SOME_NAMES),
        description=draw(TEXTS),
        tracks=tuple(tracks),
        programs=tuple(programs),
    )


FULL = Course(
    slug="python",
    name="Python",
    description="Some *text*\n\nand more",
    tracks=(Track(slug="main", name="Main"),),
    programs=(
        Program(
            slug="all",
            name="All",
            weeks=(
                Week(
                    number=1,
                    title="One",
                    lessons=(Lesson(slug="a", name="A", track="main", text="Read\nme"),),
                    assignments=(Assignment(slug="b", name="B", due_day=3),),
                ),
            ),
        ),
    ),
)
FULL_YAML, FULL_ZIP = write_yaml(FULL).encode(), write_zip(FULL)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(course=courses())
def test_a_course_comes_back_from_yaml_as_it_was(course: Course) -> None:
    read = read_course(write_yaml(course).encode())
    assert not list(read.problems)
    assert read.course == course


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(course=courses())
def test_a_course_comes_back_from_a_folder_as_it_was(course: Course) -> None:
    packed = write_zip(course)
    read = read_course(packed)
    assert not list(read.problems)
    assert read.course == course
    assert read.unused == ()
    assert write_zip(course) == packed


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(course=courses())
def test_a_course_waits_in_a_table_as_it_was(course: Course) -> None:
    waiting = Uploaded(course, ("a.md",))
    assert load_uploaded(dump_uploaded(waiting)) == waiting


def test_a_text_is_shown_in_yaml_line_by_line() -> None:
    course = Course(slug="python", name="Python", description="# One\n\n* two\n* three")
    assert "description: |-\n  # One\n\n  * two\n  * three\n" in write_yaml(course)


def test_the_example_of_the_documentation_is_a_course() -> None:
    text = (Path(__file__).parents[2] / "docs" / "courses.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    read = read_course(example.encode())
    assert not list(read.problems)
    assert read.course is not None
    (first, second) = read.course.programs[0].weeks
    assert (first.lessons[0].slug, first.assignments[0].due_day) == ("install", 7)
    assert second == Week(number=2, title="Functions")
