"""Files that are no courses, or mean harm: each is refused in words, none breaks the reader."""

import time
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.school.errors import SlugWrong
from services.school.exchange.course.document import Course, Week
from services.school.exchange.course.reading import read_course
from services.school.service import FOLDER
from shared.problems import tell
from shared.texts import Catalogue
from tests.school.test_exchange_course import FULL_YAML, FULL_ZIP


def told(body: bytes, locale: str = "en") -> list[str]:
    """What a reader is told to be wrong, with its places."""
    read = read_course(body)
    assert (read.course is None) == bool(read.problems)
    texts = Catalogue(FOLDER / "locale").of(locale)
    return [f"{one.place}: {one.problem}" for one in tell(read.problems, texts)]


def archive(files: dict[str, str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip of these files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return packed.getvalue()


SMALL = "slug: python\nname: Python\n"
WEEKS = f"{SMALL}programs:\n- slug: all\n  name: All\n  weeks:\n"


def test_everything_that_is_wrong_is_named_at_once_with_its_line_and_column() -> None:
    body = f"""{WEEKS}  - number: 0
    lessons:
    - slug: One lesson
      name: {"x" * 201}
      video: https://evil.example/watch?v=aaaaaaaaaaa
      slides: https://docs.google.com/document/d/aaaaaaaaaa
      repository: https://gitlab.com/owner/repository
      link: javascript:alert(1)
      track: nowhere
    - name: [1, 2]
      slug: two
      txt: a text
    assignments:
    - slug: three
      name: Three
      policy: all
      due_day: 1001
    - slug: three
      name: Again
  - number: 1
  - number: 1
trakcs: []
""".encode()
    assert told(body) == [
        "line 7, column 13: “number” is a whole number from 1 to 200",
        f"line 9, column 13: {SlugWrong.title}",
        "line 10, column 13: Please give a name of at most 200 characters",
        "line 11, column 14: A link to a video on YouTube looks like https://youtu.be/aaaaaaaaaaa",
        "line 12, column 15: A link to Google Slides looks like"
        " https://docs.google.com/presentation/d/aaaaaaaaaa/edit",
        "line 13, column 19: A link to a repository looks like https://github.com/owner/repository",
        "line 14, column 13: A link begins with https:// and has no password in it",
        "line 15, column 14: there is no track “nowhere” in this course",
        "line 16, column 13: “name” has to be a text",
        "line 18, column 7: there is no “txt” here; did you mean “text”?",
        "line 22, column 15: “policy” is one of: own_repo, any_repo_except_task, any_repo",
        "line 23, column 16: “due_day” is a whole number from 1 to 1000",
        "line 24, column 7: “three” is here a second time; first on line 20",
        "line 27, column 5: “1” is here a second time; first on line 26",
        "line 28, column 1: there is no “trakcs” here; did you mean “tracks”?",
    ]


def test_fifty_are_named_and_the_rest_are_counted() -> None:
    body = f"{SMALL}tracks:\n" + "- slug: A\n  name: a\n" * 45 + "x: 1\ny: 2\n"
    read = read_course((body + "".join(f"z{n}: 1\n" for n in range(20))).encode())
    assert (len(list(read.problems)), read.problems.more) == (50, 45 + 44 + 22 - 50)


def test_what_is_wrong_is_told_in_the_readers_language() -> None:
    assert told(b"slug: python\nnames: x\n", "ru") == [
        "строка 1, столбец 1: здесь не хватает «name»",
        "строка 2, столбец 1: ключа «names» здесь не бывает; может быть, «name»?",
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "there is nothing"),
        ("\n# a comment\n", "there is nothing"),
        ("[]", "there have to be keys"),
        ("just words", "there have to be keys"),
        (f"{SMALL}description: &all\n  x: *all\n", "anchors and aliases"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "anchors and aliases"),
        (f"{SMALL}description: *nobody\n", "anchors and aliases"),
        ("slug: !!python/object/apply:os.system [id]\nname: x\n", "tags are not read"),
        (f"{SMALL}<<: {{description: x}}\n", "there is no “<<” here"),
        (f"{SMALL}name: Again\n", "a second time; first on line 2"),
        (f"{SMALL}---\nslug: two\n", "a second document"),
        (f"{SMALL}description: {'[' * 1000}\n", "nested too deeply"),
        (f"{SMALL}description: {'{a: ' * 1000}\n", "nested too deeply"),
        (f"{SMALL}? [a, b]\n: c\n", "a key has to be a word"),
        (f"{SMALL}description: a: b\n", "a colon too many"),
        (f"{SMALL}tracks:\n\t- slug: a\n", "a tab cannot be here"),
        (f'{SMALL}description: "open\n', "is not closed"),
        (f"{SMALL}description: a\0b\n", "U+0000"),
        (f"{SMALL}description: a\x1bb\n", "U+001B"),
        (f"{SMALL}description_file: ../../etc/passwd\n", "there is no file"),
        (f"{SMALL}description_file: /etc/passwd\n", "there is no file"),
        (f"{SMALL}tracks: {{slug: a}}\n", "“tracks” has to be a list"),
        (f"{SMALL}tracks: [a, b]\n", "there have to be keys"),
        (f"{SMALL}description: {'x' * 20_001}\n", "too long: it has 20,000 characters"),
        ("slug: import\nname: x\n", "short name is taken"),
        (f"{SMALL}tracks: [{'{slug: a, name: a}, ' * 51}]\n", "too many entries: 50 at most"),
        (f"{SMALL}description: [{'1, ' * 100_001}]\n", "too many values"),
    ],
)
def test_a_file_that_is_no_course_is_refused_in_words(body: str, words: str) -> None:
    assert any(words in one for one in told(body.encode()))


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00\x00", "slug: питон".encode("cp1251"), b"\x89PNG\r\n\x1a\n", b"\xc3("]
)
def test_what_is_no_text_is_refused(body: bytes) -> None:
    (problem,) = told(body)
    assert "not text in UTF-8" in problem or "a character that cannot be" in problem


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_at_all_break_the_reader(body: bytes) -> None:
    told(body)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_file_breaks_the_reader(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([FULL_YAML, FULL_ZIP]))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 20)))
    told(source[:start] + data.draw(st.binary(max_size=20)) + source[end:])


def test_values_without_meaning_are_no_values() -> None:
    read = read_course(f"{SMALL}description:\ntracks: ~\nprograms: null\n".encode())
    assert read.course == Course(slug="python", name="Python")


def test_numbers_and_words_of_yaml_are_texts_where_texts_are_asked_for() -> None:
    read = read_course(b"slug: 2026\nname: yes\ndescription: 1.50\n")
    assert read.course == Course(slug="2026", name="yes", description="1.50")


def test_a_folder_may_be_packed_with_its_own_name_and_what_systems_leave_in_it() -> None:
    body = archive(
        {
            "python-main/course.yaml": f"{WEEKS}  - file: weeks/01.yaml\n",
            "python-main/weeks/01.yaml": "number: 1\ndescription_file: ./weeks/01.md\n",
            "python-main/weeks/01.md": "\ufeffHello\r\n",
            "python-main/README.md": "Not of the course",
            "python-main/picture.png": "\x89PNG",
            "python-main/.git/config": "x",
            "__MACOSX/._course.yaml": "x",
        }
    )
    read = read_course(body)
    assert not list(read.problems)
    assert read.course is not None
    assert read.course.programs[0].weeks == (Week(number=1, description="Hello"),)
    assert read.unused == ("README.md", "picture.png")


def test_an_error_in_a_folder_names_the_file() -> None:
    body = archive(
        {
            "course.yaml": f"{WEEKS}  - file: weeks/01.yaml\n  - file: weeks/02.yaml\n    n: 2\n",
            "weeks/01.yaml": "number: 1\ntitel: x\nfile: weeks/01.yaml\n",
            "weeks/02.yaml": "number: [\n",
        }
    )
    assert told(body) == [
        "course.yaml, line 9, column 5: there is no “n” here; there are: file",
        "weeks/01.yaml, line 2, column 1: there is no “titel” here; did you mean “title”?",
        "weeks/01.yaml, line 3, column 1: there is no “file” here; there are: assignments,"
        " description, description_file, lessons, number, title",
        "weeks/02.yaml, line 2, column 1: this is not YAML: look at the indentation and the quotes"
        " here and just above",
    ]


@pytest.mark.parametrize(
    "name",
    ["../course.yaml", "/course.yaml", "a/../../course.yaml", "a\\..\\b.md", "C:/a.md", "x" * 201],
)
def test_no_path_leads_out_of_the_folder(name: str) -> None:
    assert any("leads out of the folder" in one for one in told(archive({name: SMALL})))


def test_an_archive_without_a_course_is_refused() -> None:
    assert told(archive({"a.md": "x"})) == [": there is no course.yaml in the archive"]
    assert told(archive({"a/course.yaml": SMALL, "b/course.yaml": SMALL})) == [
        ": there is no course.yaml in the archive"
    ]
    assert told(archive({})) == [": there is no course.yaml in the archive"]


def test_a_link_within_an_archive_is_refused() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("course.yaml", f"{SMALL}description_file: passwd.md\n")
        link = zipfile.ZipInfo("passwd.md")
        link.external_attr = 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    assert told(packed.getvalue()) == [
        "passwd.md: this is a link to another file: put the file itself there"
    ]


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    bomb = archive({"course.yaml": SMALL, **{f"{one}.md": "\0" * 400_000 for one in range(300)}})
    began = time.monotonic()
    assert any("packed too tightly" in one for one in told(bomb))
    assert time.monotonic() - began < 1
    loose = {f"{one}.md": "a text " * 60_000 for one in range(12)}
    body = archive({"course.yaml": SMALL, **loose}, method=zipfile.ZIP_STORED)
    assert any("too large" in one for one in told(body))


def test_what_an_entry_says_of_its_size_is_not_believed() -> None:
    body = bytearray(archive({"course.yaml": SMALL, "a.md": "x" * 600_000}))
    for place in _places(body, (600_000).to_bytes(4, "little")):
        body[place : place + 4] = (10).to_bytes(4, "little")
    assert told(bytes(body))


def test_an_archive_of_very_many_files_is_refused() -> None:
    files = {f"{number}.md": "" for number in range(5_001)}
    assert told(archive({"course.yaml": SMALL, **files})) == [
        ": there are too many files in the archive: 5000 at most"
    ]


def test_an_archive_packed_in_an_unusual_way_is_refused() -> None:
    body = archive({"course.yaml": SMALL * 100}, method=zipfile.ZIP_LZMA)
    assert "in an unusual way" in told(body)[0]


def test_a_text_named_a_thousand_times_is_counted_each_time() -> None:
    lessons = "".join(
        f"    - {{slug: l{number}, name: L, text_file: a.md}}\n" for number in range(100)
    )
    weeks = "".join(f"  - number: {number}\n    lessons:\n{lessons}" for number in range(1, 4))
    body = archive({"course.yaml": WEEKS + weeks, "a.md": "word " * 4_000})
    assert told(body)[-1].endswith("there is too much text in this course")


def _places(body: bytearray, word: bytes) -> list[int]:
    return [place for place in range(len(body)) if body[place : place + 4] == word]
