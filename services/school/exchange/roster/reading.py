"""From an uploaded table to a roster: what can be read of it, and what cannot, line by line."""

import contextlib
import csv
import re
from collections.abc import Iterator

from services.school.courses.entries import tidy
from services.school.errors import TeamNameMissing
from services.school.exchange.roster.document import COLUMNS, NEEDED, Entry, Roster
from services.school.groups.service import LONGEST_NAME, LONGEST_STUDENT_NAME, find_login
from shared.cells import unguard
from shared.problems import N_, Place, Problems, quoted

MOST_LINES = 5_000
MOST_PROBLEMS = 500
MOST_COLUMNS = 100
SEPARATORS = (",", ";", "\t")
WHITE = ' \t"'
LINE_BREAK = re.compile(r"\r\n|\n|\r")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Unreadable(Exception):
    """No line can be read."""


def read_roster(body: bytes) -> tuple[Roster | None, Problems]:
    """The roster that a table says; None if no line of it can be read. Use a thread."""
    problems = Problems(MOST_PROBLEMS)
    try:
        rows = _rows(_decode(body, problems), problems)
        columns, unread = _header(next(rows, (1, [])), problems)
        entries = tuple(_entries(rows, columns, problems))
    except Unreadable:
        return None, problems
    if not entries and not problems:
        problems.add(Place(), N_("there are no lines below the header"))
    if not entries:
        return None, problems
    roster = Roster(entries, tuple(problems), problems.more, unread)
    return roster, problems


def _decode(body: bytes, problems: Problems) -> str:
    told = next((encoding for mark, encoding in MARKS if body.startswith(mark)), "utf-8")
    for encoding in (told, "cp1251"):
        with contextlib.suppress(UnicodeDecodeError):
            text = body.decode(encoding)
            if "\0" not in text:
                return text
    problems.add(Place(), N_("this is not a text: save the table as CSV in UTF-8"))
    raise Unreadable


def _rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Lines that say something, with their numbers as an editor counts them."""
    lines = [(number, line) for number, line in enumerate(LINE_BREAK.split(text), 1) if line]
    separator = max(SEPARATORS, key=lines[0][1].count) if lines else SEPARATORS[0]
    lines = [(number, line) for number, line in lines if line.strip(WHITE + separator)]
    if len(lines) > MOST_LINES + 1:
        words = N_("there are too many lines: {most} at most")
        problems.add(Place(lines[MOST_LINES + 1][0]), words, most=MOST_LINES)
        raise Unreadable
    for number, line in lines:
        try:
            # Line by line: a quote that is never closed spoils its own line alone.
            (cells,) = csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True)
        except (csv.Error, ValueError):
            problems.add(Place(number), N_("a quote is not closed, or is in the wrong place"))
            continue
        yield number, [cell.strip() for cell in cells[:MOST_COLUMNS]]


def _header(
    first: tuple[int, list[str]], problems: Problems
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Which column is where, and what the others are called."""
    line, titles = first
    columns: dict[str, int] = {}
    unread = []
    for number, title in enumerate(titles):
        word = title.strip("\"' ").casefold()
        column = next((name for name, words in COLUMNS.items() if word in words), None)
        if column is None:
            if title:
                unread.append(quoted(title))
        elif column in columns:
            problems.add(Place(line), N_("there are two columns “{title}”"), title=quoted(title))
            raise Unreadable
        else:
            columns[column] = number
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        words = N_("the first line has to name the columns; these are missing: {missing}")
        told = ", ".join("/".join(COLUMNS[name][:2]) for name in missing)
        problems.add(Place(line), words, missing=told)
        raise Unreadable
    return columns, tuple(unread)


def _entries(
    rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], problems: Problems
) -> Iterator[Entry]:
    first: dict[str, Entry] = {}
    for line, cells in rows:
        values = {
            name: tidy(unguard(cells[number])) if number < len(cells) else ""
            for name, number in columns.items()
        }
        entry = _entry(line, values, problems)
        if entry is None:
            continue
        earlier = first.setdefault(entry.github, entry) if entry.github else entry
        if earlier is not entry:
            words = N_("{login} is on line {line} already, in the team “{team}”")
            problems.add(
                Place(line),
                words,
                login=entry.github,
                line=earlier.line,
                team=quoted(earlier.team),
            )
            continue
        yield entry


def _entry(line: int, values: dict[str, str], problems: Problems) -> Entry | None:
    """A line, unless something is wrong with it: then all that is."""
    before = problems.count
    place = Place(line)
    team, curator = values["team"], values.get("curator", "")
    github, name = values["github"], values.get("name", "")
    if not 0 < len(team) <= LONGEST_NAME:
        problems.add(place, TeamNameMissing.title)
    logins = {}
    for key, entered in (("curator", curator), ("github", github)):
        login = find_login(entered) if entered else ""
        if login is None:
            problems.add(place, N_("“{login}” cannot be a GitHub login"), login=quoted(entered))
        logins[key] = login or ""
    if name and not github:
        problems.add(place, N_("“{name}” has no GitHub login"), name=quoted(name))
    if len(name) > LONGEST_STUDENT_NAME:
        words = N_("the name is too long: {most} characters at most")
        problems.add(place, words, most=LONGEST_STUDENT_NAME)
    if problems.count > before:
        return None
    return Entry(line, team, logins["curator"], logins["github"], name)
