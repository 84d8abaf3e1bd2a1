"""Links to pull requests in every spelling that people find."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.school.errors import PullLinkWrong
from services.school.submissions.links import Place, read_pull_link

MEANT = Place("own-er/re.po_1", 12)


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/own-er/re.po_1/pull/12",
        "https://github.com/Own-er/Re.po_1/pull/12",
        "HTTPS://GITHUB.COM/OWN-ER/RE.PO_1/PULL/12",
        "http://github.com/own-er/re.po_1/pull/12",
        "https://www.github.com/own-er/re.po_1/pull/12",
        "https://m.github.com/own-er/re.po_1/pull/12",
        "github.com/own-er/re.po_1/pull/12",
        "www.github.com/own-er/re.po_1/pull/12",
        "https://github.com/own-er/re.po_1/pull/12/",
        "https://github.com/own-er/re.po_1/pull/12/files",
        "https://github.com/own-er/re.po_1/pull/12/files/",
        "https://github.com/own-er/re.po_1/pull/12/changes",
        "https://github.com/own-er/re.po_1/pull/12/commits",
        "https://github.com/own-er/re.po_1/pull/12/commits/0123abcd",
        "https://github.com/own-er/re.po_1/pull/12/checks?check_run_id=5",
        "https://github.com/own-er/re.po_1/pull/12?diff=split&w=1",
        "https://github.com/own-er/re.po_1/pull/12#discussion_r1234",
        "https://github.com/own-er/re.po_1/pull/12/files#diff-0a1bR7",
        "https://github.com/own-er/re.po_1/pull/12#issuecomment-1",
        "https://github.com/own-er/re.po_1/pull/12.diff",
        "https://github.com/own-er/re.po_1/pull/12.patch",
        "https://github.com/own-er/re.po_1.git/pull/12",
        "  https://github.com/own-er/re.po_1/pull/12  ",
        "\u00a0https://github.com/own-er/re.po_1/pull/12\n",
        "\ufeffhttps://github.com/own-er/re.po_1/pull/12\u200b",
        "<https://github.com/own-er/re.po_1/pull/12>",
        "«https://github.com/own-er/re.po_1/pull/12»",
        '"https://github.com/own-er/re.po_1/pull/12"',
        "`https://github.com/own-er/re.po_1/pull/12`",
        "( https://github.com/own-er/re.po_1/pull/12 )",
        "https://github.com/own-er/re.po_1/pull/12.",
        "https://github.com/own-er/re.po_1/pull/12,",
        "own-er/re.po_1#12",
        "Own-Er/Re.po_1#12",
    ],
)
def test_what_can_mean_nothing_else_is_taken_and_kept_in_one_spelling(link: str) -> None:
    assert read_pull_link(link) == MEANT
    assert MEANT.url == "https://github.com/own-er/re.po_1/pull/12"
    assert MEANT.owner == "own-er"


@pytest.mark.parametrize(
    "link",
    [
        "",
        " ",
        "12",
        "#12",
        "https://github.com/o/r",
        "https://github.com/o/r/pull",
        "https://github.com/o/r/pull/",
        "https://github.com/o/r/pulls",
        "https://github.com/o/r/pulls/1",
        "https://github.com/o/r/pull/0",
        "https://github.com/o/r/pull/-1",
        "https://github.com/o/r/pull/01",
        "https://github.com/o/r/pull/1x",
        "https://github.com/o/r/pull/new/branch",
        "https://github.com/o/r/pull/99999999999999999999",
        "https://github.com/o/r/pull/١",
        "https://github.com/o/r/pull/１",
        "https://github.com/o/r/issues/1",
        "https://github.com/o/r/compare/main...dev",
        "https://github.com/o/r/tree/main/pull/1",
        "https://github.com//o/r/pull/1",
        "https://github.com/o/pull/1",
        "https://github.com/o/../pull/1",
        "https://github.com/../r/pull/1",
        "https://github.com/-o/r/pull/1",
        "https://github.com/o%2Fr/pull/1",
        "https://github.com/о/r/pull/1",  # a Cyrillic letter
        "https://github.com/ſ/r/pull/1",  # matches "s" where case is told by Unicode
        "https://gıthub.com/o/r/pull/1",
        "https://ɡithub.com/o/r/pull/1",
        "https://xn--gthub-n4a.com/o/r/pull/1",
        "https://github.com.evil.example/o/r/pull/1",
        "https://evil.example/github.com/o/r/pull/1",
        "https://evil.example/?https://github.com/o/r/pull/1",
        "https://evil@github.com/o/r/pull/1",
        "https://name:word@github.com/o/r/pull/1",
        "https://github.com@evil.example/o/r/pull/1",
        "https://github.com:8080/o/r/pull/1",
        "https://gist.github.com/o/r/pull/1",
        "https://api.github.com/repos/o/r/pulls/1",
        "https://gitlab.com/o/r/pull/1",
        "https://github.io/o/r/pull/1",
        "ftp://github.com/o/r/pull/1",
        "https:/github.com/o/r/pull/1",
        "https:\\\\github.com\\o\\r\\pull\\1",
        "javascript:alert(1)//https://github.com/o/r/pull/1",
        "https://github.com/o/r/pull/1\nhttps://github.com/o/r/pull/2",
        "see https://github.com/o/r/pull/1",
        "https://github.com/o/r/pull/1 and more",
        "https://github.com/o/r/pull/1\0",
        "https://github.com/" + "o" * 40 + "/r/pull/1",
        "https://github.com/o/" + "r" * 101 + "/pull/1",
        "https://github.com/o/r/pull/1?" + "x" * 500,
        "o/r#0",
        "o/r/s#1",
        "o/r #1",
    ],
)
def test_everything_else_is_refused(link: str) -> None:
    with pytest.raises(PullLinkWrong):
        read_pull_link(link)


def test_the_refusal_has_an_example_with_the_persons_own_login() -> None:
    with pytest.raises(PullLinkWrong) as refused:
        read_pull_link("https://github.com/o/r", login="Parta-Student")
    assert refused.value.facts == {"login": "Parta-Student"}
    assert "{login}" in refused.value.advice


@given(st.text(max_size=600))
def test_whatever_is_written_is_read_or_refused(link: str) -> None:
    try:
        place = read_pull_link(link)
    except PullLinkWrong:
        return
    assert set(place.repository) <= set(string.ascii_lowercase + string.digits + "-._/")
    assert place.repository.count("/") == 1
    assert 0 < place.number < 10**9
    assert read_pull_link(place.url) == place


@given(
    owner=st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,38})", fullmatch=True),
    repository=st.from_regex(r"[a-z0-9_][a-zA-Z0-9._-]{0,60}[a-z0-9]", fullmatch=True),
    number=st.integers(1, 999_999_999),
    around=st.sampled_from(["", " ", "\n", "\ufeff"]),
    page=st.sampled_from(["", "/", "/files", "?w=1", "#top", ".diff"]),
)
def test_any_account_and_repository_of_github_is_read(
    owner: str, repository: str, number: int, around: str, page: str
) -> None:
    link = f"{around}https://github.com/{owner}/{repository}/pull/{number}{page}{around}"
    place = read_pull_link(link)
    assert place.owner == owner.lower()
    assert place.repository.partition("/")[2] == repository.lower().removesuffix(".git")
    assert place.number == number
