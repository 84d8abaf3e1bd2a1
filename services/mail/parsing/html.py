"""HTML to the text that a reader sees: nothing is fetched, nothing runs, no tree is built.

One pass over the markup, linear whatever is written; trees of a few hundred kilobytes of hostile
HTML take minutes or gigabytes (docs/decisions/0028-letters-are-taken-apart-by-own-code.md).
"""

import re
from html import unescape

_HTML_CHARACTERS = 600_000
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
})
_APART = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr", "pre", "dl",
})
_CELLS = frozenset({"td", "th"})
_RAW = frozenset({
    "script", "style", "title", "textarea", "noscript", "iframe", "xmp", "noembed", "noframes",
})
"""Within these there is no markup but their own end."""
_UNSEEN = frozenset({
    "head", "svg", "math", "object", "select", "canvas", "audio", "video", "map", "template",
})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})
# fmt: on
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:font-size|max-height|opacity)\s*:\s*0(?![.\d])"
)
_HIDDEN_ATTRIBUTE = re.compile(r"\shidden(?:[\s=/]|$)")

# No alternative can fail after it took much (possessive, and each ends at the end of the text).
_MARKUP = re.compile(
    r"<(?:!--.*?(?:--!?>|\Z)|[!?][^>]*+>?+"
    r"|(?P<end>/?)(?P<tag>[a-zA-Z][^\s/>]*+)"
    r"(?P<rest>(?:[^>\"']++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z))",
    re.DOTALL,
)
_RAW_END = {tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in _RAW}
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_CELL_END = "\t"
_WIDE = re.compile(r" {2,}")
_CELLS_BETWEEN = re.compile(r" *\t[ \t]*")
_BREAKS = re.compile(r"\n{3,}")


def to_text(html: str) -> str:
    """What is read of it: a line a block, cells apart, quotations marked by `> `."""
    html = html[:_HTML_CHARACTERS]
    writer = _Writer()
    at = _write_seen(html, 0, writer, hides=True)
    # Something hidden had no end. A browser would show nothing more; a reader wants the letter.
    if at < len(html):
        _write_seen(html, at, writer, hides=False)
    return _BREAKS.sub("\n\n", writer.text()).strip()


def _write_seen(html: str, at: int, writer: "_Writer", *, hides: bool) -> int:
    """Write what is seen from `at` on; gives how far it got: to what is hidden without end."""
    hidden, hidden_at, depth = "", 0, 0
    while found := _MARKUP.search(html, at):
        if found.start() > at and not hidden:
            writer.write(html[at : found.start()])
        at = found.end()
        tag = (found["tag"] or "").lower()
        if not tag:
            continue
        if hidden:
            if tag == hidden:
                depth += -1 if found["end"] else 1
                hidden = hidden if depth else ""
        elif found["end"]:
            writer.close(tag)
        elif tag in _RAW:
            end = _RAW_END[tag].search(html, at)
            at = end.start() if end else len(html)
        elif hides and tag not in _VOID and (tag in _UNSEEN or _is_hidden(found["rest"])):
            hidden, hidden_at, depth = tag, at, 1
        else:
            writer.open(tag)
    if hidden:
        return hidden_at
    writer.write(html[at:])
    return len(html)


def _is_hidden(rest: str) -> bool:
    if len(rest) < len(" hidden"):
        return False
    rest = rest.lower()
    return bool(
        ("style" in rest and _HIDDEN.search(rest))
        or ("hidden" in rest and _HIDDEN_ATTRIBUTE.search(rest))
    )


class _Writer:
    """Lines as they arise."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._pre = 0

    def write(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if self._pre:
            first, *others = text.split("\n")
            self._line.append(first)
            for other in others:
                self._break()
                self._line.append(other)
        else:
            self._line.append(_SPACE.sub(" ", text))

    def open(self, tag: str) -> None:
        if tag == "br":
            self._break()
        elif tag in _BLOCKS:
            self._start_block(tag)
            if tag == "li":
                self._line.append("• ")
            elif tag == "blockquote":
                self._quotes += 1
            elif tag == "pre":
                self._pre += 1

    def close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
            if tag == "blockquote":
                self._quotes = max(0, self._quotes - 1)
                if self._lines and not self._lines[-1].strip("> "):
                    self._lines[-1] = self._mark().rstrip()
            elif tag == "pre":
                self._pre = max(0, self._pre - 1)
            self._start_block(tag)
        elif tag in _CELLS:
            self._line.append(_CELL_END)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def _start_block(self, tag: str) -> None:
        self._end_line()
        if tag in _APART and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._mark().rstrip())

    def _end_line(self) -> None:
        if self._line:
            if "".join(self._line).strip(" \t•"):
                self._break()
            else:
                self._line.clear()

    def _break(self) -> None:
        line = _CELLS_BETWEEN.sub(_CELL_END, _WIDE.sub(" ", "".join(self._line).strip()))
        self._line.clear()
        self._lines.append((self._mark() + line.replace(_CELL_END, "  ")).rstrip())

    def _mark(self) -> str:
        return "> " * min(self._quotes, 5)
