"""Registering, and the button behind the letter's link."""

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.auth.email_proofs import service as proofs
from services.auth.email_proofs.repository import EmailProof
from services.auth.errors import FormRefused, NotWhoAsked
from services.auth.passwords.coming_in import begin_session, send_in
from services.auth.passwords.pages import words
from services.auth.passwords.proving import ask_by_letter, check_origin
from services.auth.passwords.rules import check_new
from services.auth.passwords.service import add_address
from services.auth.registration import service
from services.auth.service import AuthService, auth_of
from services.auth.sessions.cookie import keep_browser, read_browser
from services.auth.sign_in.next_path import HOME
from shared.identity import Identity, current_identity
from shared.web import pages_of, render

router = APIRouter(include_in_schema=False)


@router.get("/register")
async def show_register(
    request: Request, identity: Identity = Depends(current_identity)
) -> Response:
    """Ask for name, address and password."""
    if identity.person_id is not None:
        return RedirectResponse(HOME, 303)
    return render(request, "register.html", name="", email="", problem=None)


@router.post("/register", dependencies=[Depends(check_origin)])
async def register(
    request: Request,
    name: str = Form(""),
    email: str = Form(""),
    password: str = Form(""),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Have a letter sent; whether the address is known already the page does not tell."""
    try:
        wish = service.check_wish(name=name, email=email, password=password)
    except FormRefused as refused:
        problem = words(request, refused)
        return render(
            request, "register.html", status=refused.status, name=name, email=email, problem=problem
        )
    to_address = await ask_by_letter(request, auth, wish.email)
    hash_ = await auth.hasher.hash(wish.password)
    answer = render(
        request, "letter_sent.html", email=wish.email, kind="register", again="/register"
    )
    browser = keep_browser(answer, request.scope["headers"], secure=auth.settings.secure)
    async with auth.database.transaction() as connection:
        await service.ask(
            connection,
            wish,
            hash_=hash_,
            locale=pages_of(request).texts(request).locale,
            browser=browser,
            letters=auth.letters,
            to_address=to_address,
        )
    return answer


@router.get("/login/confirm/{token}")
async def show_confirm(
    request: Request, token: str, auth: AuthService = Depends(auth_of)
) -> Response:
    """A page with a button: link previews press none."""
    async with auth.database.acquire() as connection:
        proof = await proofs.look(connection, token, "register", "add")
    return _form(request, auth, proof, token)


@router.post("/login/confirm/{token}", dependencies=[Depends(check_origin)])
async def confirm(
    request: Request,
    token: str,
    password: str = Form(""),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Become a person here and come in; or, signed in, have the address from now on."""
    async with auth.database.acquire() as connection:
        proof = await proofs.look(connection, token, "register", "add")
    if proof.purpose == "add":
        return await _add_address(request, auth, token)
    hash_ = None
    if _asks_password(request, auth, proof):
        try:
            chosen = check_new(password, known=(proof.name or "", proof.email))
        except FormRefused as refused:
            return _form(request, auth, proof, token, refused)
        hash_ = await auth.hasher.hash(chosen)
    async with auth.database.transaction() as connection:
        person_id = await service.confirm(connection, token, hash_=hash_)
        session = await begin_session(connection, request, auth, person_id)
    return send_in(auth, session, HOME)


async def _add_address(request: Request, auth: AuthService, token: str) -> Response:
    identity: Identity = request.state.identity
    async with auth.database.transaction() as connection:
        await add_address(connection, token, identity.person_id)
    return RedirectResponse("/me/password", 303)


def _asks_password(request: Request, auth: AuthService, proof: EmailProof) -> bool:
    browser = read_browser(request.scope["headers"], secure=auth.settings.secure)
    return proof.purpose == "register" and not service.is_where_registered(proof, browser)


def _form(
    request: Request,
    auth: AuthService,
    proof: EmailProof,
    token: str,
    refused: FormRefused | None = None,
) -> Response:
    identity: Identity = request.state.identity
    if proof.purpose == "add" and proof.person_id != identity.person_id:
        raise NotWhoAsked
    return render(
        request,
        "confirm.html",
        status=refused.status if refused else 200,
        proof=proof,
        token=token,
        asks_password=_asks_password(request, auth, proof),
        problem=words(request, refused) if refused else None,
    )
