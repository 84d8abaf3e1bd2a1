"""Markdown of lessons: what it may become, what it never becomes, and what it may cost."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.school.courses.markdown import (
    HEAVIEST,
    LONGEST,
    PARSER,
    RELATION,
    read_markdown,
    render_markdown,
    weigh,
)
from services.school.errors import TextTooHeavy, TextTooLong

TAGS = {
    *("p", "a", "em", "strong", "s", "code", "pre", "br", "hr", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "rel", "title"},
    "code": {"class"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
    "th": {"class"},
    "td": {"class"},
}
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            *("[", "]", "(", ")", "!", "*", "_", "~~", "`", "```", "<", ">", "&", "\\", "|", "\n"),
            *("# ", "- ", "1. ", "> ", "    ", "\t", "\n\n", "|a|b|\n|:-|-:|\n|c|d|", "&#x6a;"),
            *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
            *("javascript:alert(1)", "JaVaScRiPt&#58;alert(1)", "data:text/html,x", "vbscript:x"),
            *("](javascript:alert(1))", "](  java\nscript:x)", '](https://a.test "on=1")'),
            *("![x](https://a.test/x.png)", "<https://a.test>", "<javascript:alert(1)>"),
            *("[a]: javascript:alert(1)\n", "[a]: https://a.test 'x'\n", "[a]", "//a.test"),
            *('"', "'", "onclick=alert(1)", "style=x", "\0", "\u2028", "file:///etc/passwd"),
            "](https://me:secret@a.test)",
        ]
    ),
)


class Shown(HTMLParser):
    """Everything that a browser would find in a text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"tag {tag}")
        if tag == "a" and "a" in self.open:
            self.wrong.append("a link within a link")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.wrong.append(f"{tag} {name}={value}")
        known = dict(attrs)
        if tag == "a":
            parts = urlsplit(known.get("href") or "")
            if parts.scheme not in ("http", "https", "mailto") or "@" in parts.netloc:
                self.wrong.append(f"link {known.get('href')}")
            if known.get("rel") != RELATION:
                self.wrong.append(f"rel {known.get('rel')}")
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a browser knows no <hr /> but as <hr>

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")


def wrong_in(html: str) -> list[str]:
    shown = Shown()
    shown.feed(html)
    shown.close()
    return shown.wrong + shown.open


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_nothing_that_is_written_becomes_more_than_text_with_links(text: str) -> None:
    assert wrong_in(render_markdown(text)) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_what_is_saved_is_shown_alike_when_it_is_saved_again(text: str) -> None:
    once = read_markdown(text)
    assert read_markdown(once) == once


def test_what_people_write_is_shown() -> None:
    text = """# First *steps*

Read [the docs](https://docs.python.org "Docs"), ~~all~~ **some** of `them`.

- one
- two

> quoted

| a | b |
|:--|--:|
| 1 | 2 |

```python
print("<hello>")
```

<https://parta.test> and <me@parta.test>
"""
    html = render_markdown(text)
    assert wrong_in(html) == []
    for part in (
        "<h3>First <em>steps</em></h3>",
        f'<a href="https://docs.python.org" title="Docs" rel="{RELATION}">the docs</a>',
        "<s>all</s> <strong>some</strong> of <code>them</code>",
        "<li>one</li>",
        "<blockquote>",
        '<div class="table-box" tabindex="0"><table>',
        '<td class="right">2</td>',
        '<code class="language-python">print(&quot;&lt;hello&gt;&quot;)',
        'href="mailto:me@parta.test"',
    ):
        assert part in html, part


def test_a_picture_is_a_link_and_within_a_link_its_words() -> None:
    link = f'<a href="https://a.test/x.png" rel="{RELATION}">'
    assert render_markdown("![a <b>](https://a.test/x.png)") == f"<p>{link}a &lt;b&gt;</a></p>\n"
    assert f"{link}https://a.test/x.png</a>" in render_markdown("![](https://a.test/x.png)")
    within = render_markdown("[![words](https://a.test/x.png)](https://b.test) ![x](http://c.test)")
    assert f'<a href="https://b.test" rel="{RELATION}">words</a>' in within
    assert f'<a href="http://c.test" rel="{RELATION}">x</a>' in within
    assert render_markdown("![x](data:image/png;base64,AA)") == (
        "<p>![x](data:image/png;base64,AA)</p>\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.test/x",
        "/school/courses",
        "https:///x",
        "https://me:secret@a.test",
        "mailto:nobody",
    ],
)
def test_a_link_to_anything_but_a_page_or_a_mailbox_is_no_link(address: str) -> None:
    for text in (f"[a]({address})", f"<{address}>", f"[a]\n\n[a]: {address}", f"![a]({address})"):
        assert "<a " not in render_markdown(text), text


def test_headings_stand_below_those_of_the_page() -> None:
    html = render_markdown("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6")
    levels = [html[place + 1 : place + 3] for place, sign in enumerate(html) if sign == "<"]
    assert levels[::2] == ["h3", "h4", "h5", "h6", "h6", "h6"]


def test_a_text_has_a_length() -> None:
    assert len(read_markdown("a" * LONGEST)) == LONGEST
    with pytest.raises(TextTooLong):
        read_markdown("a" * (LONGEST + 1))


def test_a_text_that_nobody_could_save_is_shown_as_it_is_written() -> None:
    assert render_markdown("<b>" * LONGEST).count("&lt;b&gt;") == LONGEST // 3


def test_a_real_lesson_is_light() -> None:
    lesson = (
        "## Loops\n\nRead [this](https://a.test), then **write** `for x in y:`.\n\n- a\n- b\n\n"
    )
    code = "```python\nfor number in [1, 2, 3]:\n    print(number, a[number], b_c * 2)\n```\n\n"
    text = (lesson + code) * 100
    assert weigh(text[:LONGEST]) < HEAVIEST


HOSTILE = {
    **{sign: sign for sign in "[*>`_~|&<\\!-+#"},
    **{
        part: part for part in ("![", "[a](", "](", "[]", "*a_", "a**b", "***a", "*x*", "é*", "~~a")
    },
    **{part: part for part in ("> ", "- ", "1. ", "- x\n", "|a\n", "# a\n", "a\n\n", "\n", "* * ")},
    **{
        part: part
        for part in ("[x](http://y)", "<http://a", "&#", "a|b\n-|-\n", "x\n===\n", "```\n")
    },
    "[a]: b": "[a]: http://b\n",
    "quotes and lines": ">" * 100 + "a\n",
    "twenty quotes": ">" * 20 + "a\n",
}
BUILT = {
    "rising backticks": "".join("e" + "`" * length for length in range(200)),
    "rising lists": "".join("  " * depth + "- a\n" for depth in range(140)),
    "quotes above lines": ">" * 10_000 + "a\n" * 5_000,
    "a wide table": "|a" * 2_500 + "|\n" + "|-" * 2_500 + "|\n" + "|\n" * 4_000,
    "a long table": "|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|\n" * 9_000,
    "references": "[a]: http://b\n" + "[a]" * 6_600,
    "open and close": "[" * 10_000 + "]" * 10_000,
    "pictures": "![" * 1_250 + "a" + "](http://b)" * 1_250,
    "emphasis": "*a " * 3_300 + " b*" * 3_300,
    "titles": "[a](b '" + "\\'" * 9_990,
    "a lazy list": "- a\n" * 2_500 + "b\n" * 5_000,
}


def seconds(text: str) -> float:
    """The least of three: others run on this machine."""
    took = []
    for _ in range(3):
        began = time.thread_time()
        PARSER.render(text)
        took.append(time.thread_time() - began)
    return min(took)


@pytest.mark.parametrize("text", [*HOSTILE.values(), *BUILT.values()], ids=[*HOSTILE, *BUILT])
def test_a_hostile_text_takes_less_than_a_tenth_of_a_second_or_is_refused(text: str) -> None:
    lengths = (1_000, 4_000, 10_000, LONGEST)
    texts = [(text * (length // len(text) + 1))[:length] for length in lengths]
    for one in [*texts, text[:LONGEST]]:
        try:
            taken = read_markdown(one)
        except TextTooHeavy:
            continue
        assert seconds(taken) < 0.1, (text[:20], len(one), weigh(one))


@pytest.mark.parametrize("sign", ["[", "*", ">"])
def test_200_kilobytes_of_a_sign_are_refused_at_once(sign: str) -> None:
    began = time.thread_time()
    with pytest.raises(TextTooLong):
        read_markdown(sign * 200_000)
    assert time.thread_time() - began < 0.1
