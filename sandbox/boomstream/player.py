"""The player, which pages frame: here it only says who gets in."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.world import world_of

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title><link rel="stylesheet" href="/page/player.css">
<main class="{look}"><p>{where}</p><h1>{title}</h1><p role="status">{words}</p></main></html>
"""
# It is there to be framed, by whoever likes.
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}
WORDS = {
    "en": {
        "where": "Boomstream of the sandbox",
        "nothing": "There is no such video",
        "nobody": "Nothing to be seen here.",
        "open": "It plays for {name}.",
        "closed": "Access is closed: this link is nobody's, or its time is over.",
    },
    "ru": {
        "where": "Boomstream из песочницы",
        "nothing": "Такого видео нет",
        "nobody": "Смотреть нечего.",
        "open": "Видео идёт: смотрит {name}.",
        "closed": "Доступ закрыт: ссылка ничья, или её время вышло.",
    },
}


async def play(request: Request) -> Response:
    cinema = world_of(request).cinema
    world_of(request).counts.add("boomstream", "player", costs=False)
    code = request.query_params.get("id_recovery", "")
    film = cinema.find_film(request.path_params["code"])
    language = "ru" if request.headers.get("accept-language", "").startswith("ru") else "en"
    words = WORDS[language]
    if film is None:
        return _show(language, words["nothing"], words["nobody"], look="closed", status=404)
    if not cinema.may_watch(film, code):
        return _show(language, film.title, words["closed"], look="closed", status=403)
    buyer = cinema.find_buyers(code)[0]
    name = buyer.name or buyer.email
    return _show(language, film.title, words["open"].format(name=name), look="open", status=200)


def _show(language: str, title: str, words: str, *, look: str, status: int) -> Response:
    page = PAGE.format(
        language=language,
        title=escape(title),
        look=look,
        where=WORDS[language]["where"],
        words=escape(words),
    )
    return HTMLResponse(page, status, HEADERS)


WEB = [Route("/boomstream/player/{code}", play, methods=["GET"])]
