"""Rosters: what is read of a table, however it was saved, and what is wrong with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.school.exchange.roster.document import Entry
from services.school.exchange.roster.reading import read_roster
from services.school.service import FOLDER
from shared.cells import guard, unguard
from shared.problems import tell
from shared.texts import Catalogue

CELLS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["=1+1", "'=1", "''@x", "+7", "-", "@sum", "\t=1", "'", "＝1", "it's"]
)
FULL = "team,curator,github,name\nFirst,curator,one,Anna\nFirst,,two,\nSecond,curator,,\n"
ENTRIES = (
    Entry(2, "First", "curator", "one", "Anna"),
    Entry(3, "First", "", "two", ""),
    Entry(4, "Second", "curator", "", ""),
)


def entries(body: bytes | str) -> tuple[Entry, ...]:
    roster, problems = read_roster(body if isinstance(body, bytes) else body.encode())
    assert not list(problems)
    assert roster is not None
    return roster.entries


def told(body: bytes | str, locale: str = "en") -> list[str]:
    _, problems = read_roster(body if isinstance(body, bytes) else body.encode())
    texts = Catalogue(FOLDER / "locale").of(locale)
    return [f"{one.place}: {one.problem}" for one in tell(problems, texts)]


@given(cell=CELLS)
def test_a_guarded_cell_is_no_formula_and_comes_back_as_it_was(cell: str) -> None:
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize(
    "body",
    [
        FULL.encode(),
        FULL.encode("utf-8-sig"),
        FULL.encode("utf-16"),
        FULL.replace(",", ";").encode(),
        FULL.replace(",", "\t").encode(),
        FULL.replace("\n", "\r\n").encode(),
        FULL.replace("\n", "\r").encode(),
        FULL.replace("team,curator,github,name", " Команда , КУРАТОР,GitHub,Имя").encode(),
        FULL.replace("team,curator,github,name", "команда,куратор,github,имя").encode("cp1251"),
        FULL.replace("Anna", '"Anna"').replace("one", " @One ").encode(),
        FULL.replace("two", "https://github.com/TWO/").encode(),
        b"name,github,curator,team\nAnna,one,curator,First\n,two,,First\n,,curator,Second",
        FULL.replace("name\n", "name,phone\n").replace("Anna\n", "Anna,+7\n").encode(),
    ],
)
def test_a_roster_is_read_however_it_was_saved(body: bytes) -> None:
    assert entries(body) == ENTRIES


def test_names_in_an_old_code_page_are_read() -> None:
    body = "команда;куратор;github;имя\nПервая;curator;one;Анна Жданова\n".encode("cp1251")
    assert entries(body) == (Entry(2, "Первая", "curator", "one", "Анна Жданова"),)


def test_a_cell_with_our_apostrophe_is_read_without_it() -> None:
    (entry,) = entries("team,github,name\n'=Team,one,'-Anna\n")
    assert (entry.team, entry.name) == ("=Team", "-Anna")


def test_columns_that_are_not_read_are_named() -> None:
    roster, _ = read_roster(b"team,github,phone,e-mail\nFirst,one,1,2\n")
    assert roster is not None
    assert roster.unread == ("phone", "e-mail")


def test_each_broken_line_is_named_with_its_reason() -> None:
    body = f"""team,curator,github,name
First,curator,one,Anna
,curator,two,
{"x" * 101},curator,three,
First,not a login,four,
First,curator,a--b,{"x" * 201}
First,curator,,Somebody

First,curator,ONE,Again
"First,curator,five,
First,curator,"six"six,
First,curator,seven
"""
    assert told(body) == [
        "line 3: Please give the team a name of at most 100 characters",
        "line 4: Please give the team a name of at most 100 characters",
        "line 5: “not a login” cannot be a GitHub login",
        "line 6: “a--b” cannot be a GitHub login",
        "line 6: the name is too long: 200 characters at most",
        "line 7: “Somebody” has no GitHub login",
        "line 9: one is on line 2 already, in the team “First”",
        "line 10: a quote is not closed, or is in the wrong place",
        "line 11: a quote is not closed, or is in the wrong place",
    ]
    roster, _ = read_roster(body.encode())
    assert roster is not None
    assert [entry.github for entry in roster.entries] == ["one", "seven"]
    assert told(body, "ru")[2] == "строка 5: «not a login» не может быть логином GitHub"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "line 1: the first line has to name the columns"),
        ("First,curator,one,Anna\n", "these are missing: team/команда, github/гитхаб"),
        ("team,curator\nFirst,x\n", "these are missing: github/гитхаб"),
        ("team,github,team\n", "there are two columns “team”"),
        ("team,github\n", ": there are no lines below the header"),
        (b"team,github\n\x00\x01", "this is not a text"),
        (b"\xff\xfe\x00", "this is not a text"),
        ("team,github\n" + "a,b\n" * 5_001, "line 5002: there are too many lines: 5000 at most"),
    ],
)
def test_what_is_no_roster_is_refused_in_words(body: str | bytes, problem: str) -> None:
    roster, _ = read_roster(body if isinstance(body, bytes) else body.encode())
    assert roster is None
    assert problem in told(body)[-1]


@settings(max_examples=100, deadline=None)
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda t: b"team,github\n" + t.encode())
)
def test_no_bytes_at_all_break_the_reader(body: bytes) -> None:
    read_roster(body)
    read_roster(b"team,github\n" + body)
