"""Coming in by e-mail and password, and setting a new password by a letter."""

from datetime import timedelta

from babel.dates import format_timedelta
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from services.auth.errors import FormRefused, SlowedDown
from services.auth.letters.address import check_email
from services.auth.passwords import service
from services.auth.passwords.coming_in import begin_session, send_in
from services.auth.passwords.proving import as_looked_up, ask_by_letter, check_origin, prove
from services.auth.passwords.repository import Holder
from services.auth.passwords.rules import check_new
from services.auth.service import AuthService, auth_of
from services.auth.sign_in.next_path import HOME, local_path
from shared.log import get_log
from shared.web import answer_error, pages_of, render, wants_page

log = get_log(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/login/password")
async def show_sign_in(request: Request, wanted: str = Query("", alias="next")) -> Response:
    """The form on a page of its own."""
    return render(request, "password.html", next_path=local_path(wanted), email="", problem=None)


@router.post("/login/password", dependencies=[Depends(check_origin)])
async def sign_in(
    request: Request,
    email: str = Form(""),
    password: str = Form(""),
    wanted: str = Form("", alias="next"),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Come in; or the form again, in the same words whatever was not right."""
    email = as_looked_up(email)
    try:
        holder = await prove(request, auth, email=email, password=password)
        renewed = await auth.hasher.renewed(holder.hash or "", password)
        async with auth.database.transaction() as connection:
            person_id = await service.let_in(connection, holder, renewed=renewed)
            session = await begin_session(connection, request, auth, person_id)
    except FormRefused as refused:
        log.info("sign_in_failed", reason=type(refused).__name__)
        return render(
            request,
            "password.html",
            status=refused.status,
            next_path=local_path(wanted),
            email=email,
            problem=words(request, refused),
        )
    return send_in(auth, session, local_path(wanted))


@router.get("/login/reset")
async def show_reset_question(request: Request) -> Response:
    """Ask for the address."""
    return render(request, "reset_ask.html", email="", problem=None)


@router.post("/login/reset", dependencies=[Depends(check_origin)])
async def ask_reset(
    request: Request, email: str = Form(""), auth: AuthService = Depends(auth_of)
) -> Response:
    """Have a letter sent, if there is somebody to send it to; the page does not tell."""
    try:
        address = check_email(email)
    except FormRefused as refused:
        problem = words(request, refused)
        return render(
            request, "reset_ask.html", status=refused.status, email=email, problem=problem
        )
    to_address = await ask_by_letter(request, auth, address)
    locale = pages_of(request).texts(request).locale
    async with auth.database.transaction() as connection:
        await service.ask_reset(
            connection, address, locale=locale, letters=auth.letters, to_address=to_address
        )
    return render(request, "letter_sent.html", email=address, kind="reset", again="/login/reset")


@router.get("/login/reset/{token}")
async def show_reset(
    request: Request, token: str, auth: AuthService = Depends(auth_of)
) -> Response:
    """Ask for the new password."""
    async with auth.database.acquire() as connection:
        holder = await service.look_at_reset(connection, token)
    return _reset_form(request, holder, token)


@router.post("/login/reset/{token}", dependencies=[Depends(check_origin)])
async def reset(
    request: Request,
    token: str,
    new: str = Form(""),
    again: str = Form(""),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Set the new password, end every session, and come in. A bad one does not use the link up."""
    async with auth.database.acquire() as connection:
        holder = await service.look_at_reset(connection, token)
    try:
        password = check_new(new, again, known=(holder.name, holder.email or ""))
    except FormRefused as refused:
        return _reset_form(request, holder, token, refused)
    hash_ = await auth.hasher.hash(password)
    async with auth.database.transaction() as connection:
        await service.reset(connection, token, hash_, letters=auth.letters)
        await service.forget_guesses(connection, auth.slow_down, holder)
        session = await begin_session(connection, request, auth, holder.person_id)
    return send_in(auth, session, HOME)


def _reset_form(
    request: Request, holder: Holder, token: str, refused: FormRefused | None = None
) -> Response:
    return render(
        request,
        "reset.html",
        status=refused.status if refused else 200,
        holder=holder,
        token=token,
        problem=words(request, refused) if refused else None,
    )


def words(request: Request, refused: FormRefused) -> str:
    """What is said on the form, in the reader's language."""
    return pages_of(request).texts(request)(refused.title)


def answer_slowed_down(request: Request, error: Exception) -> Response:
    """How long to wait, as a page or, for a program, as JSON."""
    assert isinstance(error, SlowedDown)  # noqa: S101 - for the type checker
    log.info("slowed_down", seconds=error.retry_after)
    if not wants_page(request):
        return answer_error(request, pages_of(request), error)
    left = timedelta(seconds=error.retry_after or 1)
    locale = pages_of(request).texts(request).locale
    wait = format_timedelta(left, granularity="second", threshold=1.5, locale=locale)
    answer = render(
        request, "slowed.html", status=error.status, wait=wait, for_letters=error.for_letters
    )
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer
