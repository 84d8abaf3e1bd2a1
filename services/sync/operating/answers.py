"""What administrators get once something was done."""

from fastapi import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shared.web import wants_page


def answer_saved(request: Request, path: str) -> Response:
    """Where what was done is seen."""
    if wants_page(request):
        return RedirectResponse(path, 303)
    return JSONResponse({"page": path})
