"""How school says no: the title and the advice of an error, with its facts in their places."""

from fastapi import Request
from starlette.responses import JSONResponse, Response

from services.school.errors import SchoolError
from shared.web import answer_error, pages_of, wants_page


def told(request: Request, error: SchoolError) -> tuple[str, str]:
    """Title and advice in the language of who asks; a program that names none gets English."""
    texts = pages_of(request).texts(request)
    names_language = wants_page(request) or (
        request.state.identity.locale or "accept-language" in request.headers
    )

    def say(text: str) -> str:
        return texts(text) if names_language else text

    facts = {**error.facts, **{name: say(word) for name, word in error.words.items()}}
    title, advice = say(error.title), say(error.advice) if error.advice else ""
    return (title.format(**facts), advice.format(**facts)) if facts else (title, advice)


async def answer_refusal(request: Request, error: Exception) -> Response:
    """As every service answers errors; programs are told title and advice apart as well."""
    assert isinstance(error, SchoolError)  # noqa: S101 - for the type checker
    title, advice = told(request, error)
    if wants_page(request):
        error.title, error.advice = title, advice
        return answer_error(request, pages_of(request), error)
    said = {
        "error": type(error).__name__,
        "detail": error.detail or title,
        "title": title,
        "advice": advice,
    }
    return JSONResponse(said, error.status)
