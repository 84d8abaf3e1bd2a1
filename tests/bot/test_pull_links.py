"""Links to pull requests in what people write, in the spellings in which they write them."""

from typing import Any

import pytest
from aiogram.types import Message

from services.bot.works.links import find_pulls, names_code

LINK = "https://github.com/Vera-1/lib.rary_x/pull/12"


def said(text: str | None = None, **facts: Any) -> Message:
    chat = {"id": 1, "type": "private"}
    return Message.model_validate({"message_id": 1, "date": 0, "chat": chat, "text": text, **facts})


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"{LINK}/",
        f"{LINK}/files",
        f"{LINK}/commits/0a1b2c",
        f"{LINK}/files#diff-0a1b",
        f"{LINK}#issuecomment-1",
        f"{LINK}#discussion_r12",
        f"{LINK}?diff=split&w=1",
        LINK.replace("https", "http"),
        LINK.removeprefix("https://"),
        LINK.replace("github.com", "www.github.com"),
        LINK.replace("github.com", "GitHub.COM"),
        f"Here: {LINK}.",
        f"({LINK})",
        f"«{LINK}»",
        f"my work\n\n{LINK}\n\nplease look",
        f"work:{LINK}, done",
        f"<{LINK}>",
        f"{LINK} {LINK}/files",
        f"{LINK} {LINK.lower()}",
        f"🙂{LINK}",
    ],
)
def test_a_link_is_found_however_it_was_copied(text: str) -> None:
    assert [link.lower() for link in find_pulls(said(text))] == [LINK.lower()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "github.com",
        "https://github.com/Vera/library",
        "https://github.com/Vera/library/pulls",
        "https://github.com/Vera/library/pull",
        "https://github.com/Vera/library/pull/",
        "https://github.com/Vera/library/pull/0",
        "https://github.com/Vera/library/pull/01",
        "https://github.com/Vera/library/pull/-1",
        "https://github.com/Vera/library/pull/new/dev",
        "https://github.com/Vera/library/pull/1234567890",
        "https://github.com/Vera/library/pull/1b",
        "https://github.com/Vera/library/pull/1-b",
        "https://github.com/Vera/library/issues/1",
        "https://github.com/Vera/../pull/1",
        "https://github.com/-vera/library/pull/1",
        "https://github.com/Ve ra/library/pull/1",
        "https://github.com//library/pull/1",
        "https://github.com/" + "v" * 40 + "/library/pull/1",
        "https://github.com/Вера/library/pull/1",
        "https://evilgithub.com/Vera/library/pull/1",
        "https://github.com.evil.org/Vera/library/pull/1",
        "https://evil.org/github.com/Vera/library/pull/1",
        "https://evil.org/https://github.com/Vera/library/pull/1",
        "https://gist.github.com/Vera/library/pull/1",
        "https://me@github.com/Vera/library/pull/1",
        "https://github.com@evil.org/Vera/library/pull/1",
        "ftp://github.com/Vera/library/pull/1",
        "https://gitlab.com/Vera/library/-/merge_requests/1",
        "https://github.com/Vera/library/pull\u200b/1",
    ],
)
def test_what_is_no_link_to_a_pull_request_is_none(text: str) -> None:
    assert find_pulls(said(text)) == []


def test_several_are_found_in_their_order_and_each_once() -> None:
    first, second = "https://github.com/a/b/pull/1", "https://github.com/a/b/pull/2"
    assert find_pulls(said(f"{second} {first} {second}")) == [second, first]


def test_words_that_lead_to_one_are_read_and_so_is_a_caption() -> None:
    entity = {"type": "text_link", "offset": 0, "length": 7, "url": f"{LINK}/files"}
    assert find_pulls(said("my work", entities=[entity])) == [LINK]
    assert find_pulls(said(caption=f"see {LINK}")) == [LINK]
    assert find_pulls(said(caption="my work", caption_entities=[entity])) == [LINK]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://github.com/Vera/library", True),
        ("see github.com/Vera", True),
        ("https://gitlab.com/Vera/library/-/merge_requests/1", True),
        ("I like github", False),
        ("vera@github.com", False),
        ("hello", False),
    ],
)
def test_another_link_to_code_may_have_been_meant_for_one(text: str, wanted: bool) -> None:
    assert names_code(said(text)) is wanted
