"""The password of the one who is signed in: set, changed, removed."""

from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.auth.errors import FormRefused
from services.auth.letters.address import check_email
from services.auth.passwords import service
from services.auth.passwords.pages import words
from services.auth.passwords.proving import ask_by_letter, prove_present
from services.auth.passwords.repository import Holder
from services.auth.passwords.rules import check_new
from services.auth.service import AuthService, auth_of
from services.auth.ways.pages import BACK
from shared.identity import Identity, session_of, signed_in, signed_in_person
from shared.web import render

router = APIRouter(include_in_schema=False)


@router.get("/me/password")
async def show(
    request: Request,
    person_id: UUID = Depends(signed_in_person),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """What can be done: prove an address, set a password, change it, remove it."""
    return _form(request, await _holder(auth, person_id))


@router.post("/me/password")
async def change(
    request: Request,
    old: str = Form(""),
    new: str = Form(""),
    again: str = Form(""),
    identity: Identity = Depends(signed_in),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Set or change the password; the one that stands is asked for."""
    holder = await _holder(auth, signed_in_person(identity))
    if holder.address is None:
        return _form(request, holder)
    try:
        password = check_new(new, again, known=(holder.name, holder.address))
        if holder.hash is not None:
            await prove_present(request, auth, holder, old)
        hash_ = await auth.hasher.hash(password)
        async with auth.database.transaction() as connection:
            await service.change(
                connection, holder, hash_, session_id=session_of(identity), letters=auth.letters
            )
    except FormRefused as refused:
        return _form(request, holder, refused)
    return RedirectResponse(BACK, 303)


@router.post("/me/password/address")
async def ask_address(
    request: Request,
    email: str = Form(""),
    person_id: UUID = Depends(signed_in_person),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Have a letter sent that proves the address; whose it is the page does not tell."""
    holder = await _holder(auth, person_id)
    if holder.address is not None:
        return RedirectResponse("/me/password", 303)
    try:
        address = check_email(email)
    except FormRefused as refused:
        return _form(request, holder, refused, email=email)
    to_address = await ask_by_letter(request, auth, address)
    async with auth.database.transaction() as connection:
        await service.ask_address(
            connection, holder, address, letters=auth.letters, to_address=to_address
        )
    return render(request, "letter_sent.html", email=address, kind="add", again="/me/password")


@router.post("/me/password/remove")
async def remove(
    request: Request,
    old: str = Form(""),
    identity: Identity = Depends(signed_in),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Come in by password no more, unless it is the last way in."""
    holder = await _holder(auth, signed_in_person(identity))
    if holder.hash is None:
        return RedirectResponse(BACK, 303)
    try:
        await prove_present(request, auth, holder, old)
        async with auth.database.transaction() as connection:
            await service.remove(
                connection,
                holder,
                session_id=session_of(identity),
                usable=auth.usable_ways,
                letters=auth.letters,
            )
    except FormRefused as refused:
        return _form(request, holder, refused)
    return RedirectResponse(BACK, 303)


async def _holder(auth: AuthService, person_id: UUID) -> Holder:
    async with auth.database.acquire() as connection:
        return await service.get_holder(connection, person_id)


def _form(
    request: Request, holder: Holder, refused: FormRefused | None = None, *, email: str = ""
) -> Response:
    return render(
        request,
        "my_password.html",
        status=refused.status if refused else 200,
        holder=holder,
        email=email or holder.email or "",
        problem=words(request, refused) if refused else None,
    )
