"""Finds every text that people are shown, in code and templates."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "texts": None,
    "gettext": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
    "N_": None,
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def texts_of(folder: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Where each text stands, and the text (or its forms)."""
    for name, line, message, _, _ in extract_from_dir(
        folder, METHODS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        yield f"{folder.relative_to(ROOT)}/{name}:{line}", message
    for path in folder.rglob("*.py"):
        for line, text in _titles(path):
            yield f"{path.relative_to(ROOT)}:{line}", text


def _titles(path: Path) -> Iterator[tuple[int, str]]:
    """What errors say: `title = "…"` and `advice = "…"` in a class, shown translated."""
    import ast

    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            match item:
                case (
                    ast.Assign(
                        targets=[ast.Name(id="title" | "advice")],
                        value=ast.Constant(value=str(text)),
                    )
                    | ast.AnnAssign(
                        target=ast.Name(id="title" | "advice"), value=ast.Constant(value=str(text))
                    )
                ):
                    if text:
                        yield item.lineno, text
