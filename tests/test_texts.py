"""Every text that people see exists in both languages."""

from collections import Counter
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from tests.texts import ROOT, texts_of

FOLDERS = [
    ROOT / "shared",
    *sorted(path for path in (ROOT / "services").iterdir() if path.is_dir()),
]
FOLDERS = [folder for folder in FOLDERS if not folder.name.startswith("_")]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_text_has_a_russian_translation(folder: Path) -> None:
    known = _catalogue(folder) | _catalogue(ROOT / "shared")
    missing = [
        f"{place}: {text}"
        for place, text in texts_of(folder)
        if (text if isinstance(text, str) else text[0]) not in known
    ]
    assert not missing, "add these to locale/ru.po: " + "; ".join(missing)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_translation_is_of_a_text_that_is_gone(folder: Path) -> None:
    # The gateway and nginx's own pages speak with the words of the spine.
    folders = [folder, ROOT / "parta"] if folder.name == "shared" else [folder]
    used = {
        text if isinstance(text, str) else text[0] for one in folders for _, text in texts_of(one)
    }
    gone = [text for text in _catalogue(folder) if text not in used]
    assert not gone, "take these out of locale/ru.po: " + "; ".join(gone)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_translation_fills_the_same_places_as_its_text(folder: Path) -> None:
    for text, translations in _catalogue(folder).items():
        for translation in translations:
            assert translation.strip(), text
            assert _places(translation) == _places(text), text


def _catalogue(folder: Path) -> dict[str, tuple[str, ...]]:
    path = folder / "locale" / "ru.po"
    if not path.exists():
        return {}
    with path.open("rb") as source:
        catalogue = read_po(source, locale="ru")
    found = {}
    for message in catalogue:
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        found[text] = forms
    return found


def _places(text: str) -> Counter[str]:
    if "%(" in text:
        return Counter(part.split(")")[0] for part in text.split("%(")[1:])
    return Counter(name for _, name, _, _ in Formatter().parse(text) if name)
