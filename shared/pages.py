"""Pages: one base, one style, two languages; a template per screen."""

import functools
import gettext
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, Response

from shared.identity import ANONYMOUS, Identity
from shared.texts import DEFAULT_ZONE, LOCALES, Catalogue, Texts, preferred_locale

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders a service's templates, which lie in `<noun>/templates/` beside their noun."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        folders = (*sorted(folder.glob("*/templates")), folder / "templates", TEMPLATES)
        # One a language: the texts are compiled into a template's environment.
        self._environments = {
            locale: _environment(folders, catalogue.of(locale).translations) for locale in LOCALES
        }

    def texts(self, request: Request) -> Texts:
        """The language of the one who asks: their own, else the browser's."""
        identity: Identity = getattr(request.state, "identity", ANONYMOUS)
        accepted = preferred_locale(request.headers.get("Accept-Language", ""))
        return self._catalogue.of(identity.locale or accepted)

    def render(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        """A page of the template. It knows `identity`, `csrf`, `_`, `moment` and `locale`."""
        texts = self.texts(request)
        identity: Identity = getattr(request.state, "identity", ANONYMOUS)

        def moment(value: datetime) -> str:
            return texts.moment(value, identity.zone or DEFAULT_ZONE)

        html = (
            self._environments[texts.locale]
            .get_template(template)
            .render(
                identity=identity,
                csrf=identity.csrf or "",
                locale=texts.locale,
                moment=moment,
                path=request.url.path,
                **values,
            )
        )
        return HTMLResponse(html, status)


@functools.cache
def _environment(folders: tuple[Path, ...], translations: gettext.NullTranslations) -> Environment:
    """Templates are compiled once a process, however many apps it has."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations, newstyle=True
    )
    return environment
