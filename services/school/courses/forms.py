"""Forms, as things stand, or as somebody entered them, with what is wrong beside each field."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.errors import EntryWrong
from shared.web import pages_of, render, wants_page

RIGHT = EntryWrong({})


def texts_of(row: Any) -> dict[str, str]:
    """What a form begins with: a row's values as people write them."""
    return {name: "" if value is None else str(value) for name, value in asdict(row).items()}


def rows_of(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as programs are told of them."""
    return [asdict(row) for row in found]


def show_form(
    request: Request,
    template: str,
    entered: Mapping[str, str],
    wrong: EntryWrong = RIGHT,
    **values: Any,
) -> Response:
    """A page with a form; programs are told what is wrong, or what stands."""
    texts = pages_of(request).texts(request)
    complaints = {field: texts(text) for field, text in wrong.fields.items()}
    if wants_page(request):
        status = wrong.status if complaints else 200
        return render(request, template, status=status, entered=entered, wrong=complaints, **values)
    if complaints:
        told = {"error": "EntryWrong", "detail": texts(wrong.title), "fields": complaints}
        return JSONResponse(told, wrong.status)
    return JSONResponse(jsonable_encoder(dict(entered)))


def answer_saved(request: Request, path: str) -> Response:
    """Where what was saved is seen."""
    if wants_page(request):
        return RedirectResponse(path, 303)
    return JSONResponse({"page": path})
