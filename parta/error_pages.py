"""What nginx says itself when something is wrong, made from our own template.

`python -m parta.error_pages` writes the files again.
"""

import json
from pathlib import Path

from markupsafe import Markup
from starlette.requests import Request

from parta.gateway import Misdirected
from shared.errors import HttpError, NotFound, PartaError, TooLarge, TooSlow, Unavailable
from shared.pages import TEMPLATES, Pages
from shared.texts import LOCALES, Catalogue

PLACE = Path(__file__).resolve().parent.parent / "deploy" / "nginx" / "errors"


class TooMany(PartaError):
    """One address asks more often than it may."""

    status = 429
    title = "Too many requests from your address. Please try again in a minute."


ERRORS = (
    HttpError(400, ""),
    NotFound(),
    TooSlow(),
    TooLarge(),
    Misdirected(),
    TooMany(),
    Unavailable(),
)
STATUS = Markup('<!--# echo var="status" -->')
CAUSE = Markup('<!--# echo var="request_id" -->')


def render() -> dict[str, str]:
    """Each file's name and content: a page and a program's answer, an error and a language each."""
    catalogue = Catalogue()
    pages = Pages(TEMPLATES, catalogue)
    made = {}
    for locale in LOCALES:
        texts = catalogue.of(locale)
        for error in ERRORS:
            name, title = type(error).__name__, texts(error.title)
            page = pages.render(
                _reader_of(locale),
                "error.html",
                error_status=STATUS,
                title=title,
                detail="",
                advice="",
                begin_again=error.begin_again,
                cause=CAUSE,
            )
            made[f"{name}.{locale}.html"] = bytes(page.body).decode() + "\n"
            told = json.dumps({"error": name, "detail": title}, ensure_ascii=False)
            made[f"{name}.{locale}.json"] = told + "\n"
    return made


def _reader_of(locale: str) -> Request:
    headers = [(b"accept-language", locale.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers, "state": {}})


def write() -> None:
    """Write them where nginx finds them."""
    PLACE.mkdir(exist_ok=True)
    for name, content in render().items():
        (PLACE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
