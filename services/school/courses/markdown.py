"""Texts of lessons and assignments: Markdown, made into HTML that cannot do anything.

What is shown are tags that this library writes itself: HTML in a text is text, links lead to web
pages and mail only, and pictures are links, for a page loads nothing from elsewhere.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from services.school.errors import TextTooHeavy, TextTooLong
from shared.db import storable

LONGEST = 20_000
"""Characters. A text of this length takes some 15 ms."""
HEAVIEST = 6_000
"""See `weigh`. What is lighter takes less than 100 ms, whoever wrote it."""
DEEPEST = 20
RELATION = "noopener noreferrer nofollow"
FIRST_HEADING = 3
"""A text stands below its page's h1 and its own name's h2."""
SIGNS = "]!*_~`<>&\\\n#$%+-:=@^{}"
"""Where the parser stops to think. An opening bracket costs it most."""


class Shown(RendererHTML):
    """Writes what the texts of a course may be."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A link that tells its target nothing of who comes."""
        tokens[idx].attrSet("rel", RELATION)
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A link to the picture; within another link, its words."""
        token = tokens[idx]
        words = self.renderInlineAsText(token.children, options, env).strip()
        address = str(token.attrs["src"])
        shown = escape(words or address)
        opened = sum(one.nesting for one in tokens[:idx] if one.type.startswith("link_"))
        if opened:
            return shown
        return f'<a href="{escape(address)}" rel="{RELATION}">{shown}</a>'

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A heading below those of the page."""
        tokens[idx].tag = _lower(tokens[idx].tag)
        return self.renderToken(tokens, idx, options, env)

    heading_close = heading_open

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A table scrolls in a box of its own."""
        return f'<div class="table-box" tabindex="0">{self.renderToken(tokens, idx, options, env)}'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """The end of the box as well."""
        return f"{self.renderToken(tokens, idx, options, env)}</div>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A cell that says by a class where its text stands: a style would be refused."""
        style = str(tokens[idx].attrs.pop("style", ""))
        if style:
            tokens[idx].attrSet("class", style.removeprefix("text-align:"))
        return self.renderToken(tokens, idx, options, env)

    td_open = th_open


def _lower(tag: str) -> str:
    return f"h{min(6, int(tag[1:]) + FIRST_HEADING - 1)}"


def is_allowed(address: str) -> bool:
    """Whether a text may lead there: to a page of the web by its whole address, or to a mailbox."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return not parts.netloc and "@" in parts.path
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark", {"html": False, "maxNesting": DEEPEST}, renderer_cls=Shown
    ).enable(["table", "strikethrough"])
    parser.validateLink = is_allowed  # type: ignore[method-assign,assignment]
    return parser


PARSER = _parser()


@lru_cache(maxsize=200)
def render_markdown(text: str) -> Markup:
    """A text as HTML. One that nobody could have saved is shown as it is written."""
    if len(text) > LONGEST:
        return Markup("<p>%s</p>") % text[:LONGEST]
    return Markup(PARSER.render(text))  # noqa: S704 - the renderer escapes what it is given


async def render_texts(texts: Sequence[str]) -> list[Markup]:
    """Several texts as HTML, beside the event loop."""
    return await asyncio.to_thread(lambda: [render_markdown(text) for text in texts])


def weigh(text: str) -> int:
    """How much work a text is: its blocks, the lines that they cover, and the signs within.

    A thousand quotes within one another, or a table of a thousand columns, are few characters and
    much work. This reads only the blocks, at most a second for the worst of allowed length.
    """
    blocks: list[Token] = []
    PARSER.block.parse(text, PARSER, {}, blocks)
    weight = len(blocks)
    for block in blocks:
        first, last = block.map or (0, 0)
        weight += last - first
        if block.type == "inline":
            signs = sum(block.content.count(sign) for sign in SIGNS)
            weight += signs + 3 * block.content.count("[")
    return weight


def read_markdown(text: str) -> str:
    """A text that may be saved. Takes a moment: call it in a thread.

    Raises:
        TextTooLong, TextTooHeavy: it is more than a page should hold.
    """
    text = storable(text).replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise TextTooLong
    if weigh(text) > HEAVIEST:
        raise TextTooHeavy
    return text
