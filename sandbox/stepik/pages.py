"""Where links to Stepik end: a course with its lessons, a lesson, somebody. To be looked at."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.stepik.campus import Campus, Kind
from sandbox.stepik.structure import Course, Lesson
from sandbox.world import world_of

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title><link rel="stylesheet" href="/page/page.css">
<main class="panel"><p class="faint">{where}</p><h1>{title}</h1>{body}
<p><a href="/">{pass_it}</a></p></main></html>
"""
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    "cache-control": "no-store",
}
WORDS = {
    "en": {
        "where": "Stepik of the sandbox",
        "nothing": "There is no such page",
        "steps": "Steps: {count}",
        "pass_it": "Lessons are passed on the sandbox's page",
    },
    "ru": {
        "where": "Stepik из песочницы",
        "nothing": "Такой страницы нет",
        "steps": "Шагов: {count}",
        "pass_it": "Уроки проходят на странице песочницы",
    },
}


async def show_course(request: Request) -> Response:
    campus, course_id = _campus(request), request.path_params["item"]
    course = campus.catalogue.courses.get(course_id)
    if course is None or _is_gone(campus, "courses", course_id):
        return _show(request, None)
    return _show(request, course.title, _lessons(campus, course))


async def show_lesson(request: Request) -> Response:
    campus, lesson_id = _campus(request), request.path_params["item"]
    lesson = campus.catalogue.lessons.get(lesson_id)
    course = campus.catalogue.find_course_of_lesson(lesson_id)
    if lesson is None or course is None or _is_gone(campus, "lessons", lesson_id):
        return _show(request, None)
    steps = _words(request)["steps"].format(count=len(lesson.steps))
    link = f'<a href="/stepik/course/{course.course_id}">{escape(course.title)}</a>'
    return _show(request, lesson.title, f"<p>{link}</p><p>{steps}</p>")


async def show_user(request: Request) -> Response:
    campus, user_id = _campus(request), request.path_params["item"]
    account = campus.accounts.find(user_id)
    if account is None or _is_gone(campus, "users", user_id):
        return _show(request, None)
    return _show(request, account.name)


def _campus(request: Request) -> Campus:
    return world_of(request).stepik.campus


def _is_gone(campus: Campus, kind: Kind, number: int) -> bool:
    return (kind, str(number)) in campus.gone


def _lessons(campus: Campus, course: Course) -> str:
    def link(one: Lesson) -> str:
        return f'<li><a href="/stepik/lesson/{one.lesson_id}">{escape(one.title)}</a></li>'

    there = (one for one in course.lessons() if not _is_gone(campus, "lessons", one.lesson_id))
    return f"<ul>{''.join(map(link, there))}</ul>"


def _words(request: Request) -> dict[str, str]:
    is_russian = request.headers.get("accept-language", "").startswith("ru")
    return WORDS["ru" if is_russian else "en"]


def _show(request: Request, title: str | None, body: str = "") -> Response:
    words = _words(request)
    page = PAGE.format(
        language="ru" if words is WORDS["ru"] else "en",
        title=escape(words["nothing"] if title is None else title),
        where=words["where"],
        body=body,
        pass_it=words["pass_it"],
    )
    return HTMLResponse(page, 404 if title is None else 200, HEADERS)


PAGES = [
    Route("/stepik/course/{item:int}", show_course),
    Route("/stepik/lesson/{item:int}", show_lesson),
    Route("/stepik/users/{item:int}", show_user),
]
