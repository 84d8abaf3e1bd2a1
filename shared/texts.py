"""Texts in two languages: English in the code, Russian in `locale/ru.po` beside it.

A catalogue is compiled in memory at the start, so that there is no build step to forget.
"""

import functools
import gettext
import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import negotiate_locale
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"ru": "Русский", "en": "English"}
"""Each by its own name."""
LOCALES = tuple(LANGUAGES)
DEFAULT_LOCALE = "ru"
DEFAULT_ZONE = "Europe/Moscow"
SHARED = Path(__file__).parent / "locale"


class Texts:
    """One language's texts of a service; what it has not, the spine's may have."""

    def __init__(self, locale: str, translations: gettext.NullTranslations) -> None:
        self.locale = locale
        self.translations = translations

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in this language, with `{name}` places filled."""
        found = self.translations.gettext(text)
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The form that this number takes, with `{count}` and other places filled."""
        return self.translations.ngettext(one, many, count).format(count=count, **values)

    def moment(self, moment: datetime, zone: str) -> str:
        """A moment in the person's zone, the zone named."""
        try:
            tz = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            tz = ZoneInfo(DEFAULT_ZONE)
        local = moment.astimezone(tz)
        text = format_datetime(local, "d MMM y, HH:mm", locale=self.locale)
        return f"{text} ({tz.key})"


class Catalogue:
    """A service's texts in every language."""

    def __init__(self, folder: Path | None = None) -> None:
        self._texts = {locale: Texts(locale, _load(locale, folder)) for locale in LOCALES}

    def of(self, locale: str | None) -> Texts:
        """The texts for a person's locale; an unknown one gets the default language."""
        return self._texts.get((locale or DEFAULT_LOCALE)[:2], self._texts[DEFAULT_LOCALE])


@functools.cache
def _load(locale: str, folder: Path | None) -> gettext.NullTranslations:
    loaded: list[gettext.NullTranslations] = []
    for place in (folder, SHARED):
        path = place / f"{locale}.po" if place else None
        if path is None or not path.exists():
            continue
        with path.open("rb") as source:
            compiled = io.BytesIO()
            write_mo(compiled, read_po(source, locale=locale))
        compiled.seek(0)
        loaded.append(gettext.GNUTranslations(compiled))
    if not loaded:
        return gettext.NullTranslations()
    for later in loaded[1:]:
        loaded[0].add_fallback(later)
    return loaded[0]


def preferred_locale(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header."""
    wanted: Iterable[str] = (
        part.split(";", 1)[0].strip().replace("-", "_") for part in accept_language.split(",")[:10]
    )
    found = negotiate_locale([tag for tag in wanted if tag and tag != "*"], list(LOCALES))
    return found or DEFAULT_LOCALE
