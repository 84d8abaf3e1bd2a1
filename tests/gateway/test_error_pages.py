"""The pages that nginx shows by itself are our own."""

import re

import pytest

from parta import error_pages
from shared.texts import Catalogue

MADE = error_pages.render()


def test_the_files_are_the_ones_made_from_the_template() -> None:
    written = {path.name: path.read_text("utf-8") for path in error_pages.PLACE.iterdir()}
    assert written == MADE, (
        "deploy/nginx/errors/ is not what our template says: run `python -m parta.error_pages`"
    )


@pytest.mark.parametrize("error", error_pages.ERRORS, ids=lambda error: type(error).__name__)
def test_each_error_is_told_in_russian_too(error: Exception) -> None:
    title = type(error).title  # type: ignore[attr-defined]
    assert Catalogue().of("ru")(title) != title, f"add to shared/locale/ru.po: {title}"


@pytest.mark.parametrize("name", [name for name in MADE if name.endswith(".html")])
def test_a_page_needs_nothing_from_elsewhere(name: str) -> None:
    links = re.findall(r'(?:href|src)="([^"]*)"', MADE[name])
    assert links
    assert not [link for link in links if not re.match(r"[/#](?!/)", link)]
