"""The administrator's pages: people, their roles, and the journal of both."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.auth.people import service
from services.auth.people.service import Action
from services.auth.persons import repository as persons_repository
from services.auth.persons.service import ADMINISTRATOR, GITHUB, ROLES, get_person
from services.auth.service import AuthService, auth_of
from shared.errors import Forbidden
from shared.identity import Identity, signed_in, signed_in_person
from shared.web import render

router = APIRouter(prefix="/people", include_in_schema=False)
MOST_PAGES = 100_000


def administrator(
    identity: Identity = Depends(signed_in), person_id: UUID = Depends(signed_in_person)
) -> UUID:
    """FastAPI dependency: the administrator who is signed in.

    Raises:
        NotSignedIn, Forbidden: it is nobody, or somebody else.
    """
    if not identity.has(ADMINISTRATOR):
        raise Forbidden
    return person_id


@router.get("", dependencies=[Depends(administrator)])
async def list_people(
    request: Request,
    q: str = "",
    page: int = Query(1, ge=1, le=MOST_PAGES),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """People, found by a name, an e-mail address or a GitHub login."""
    async with auth.database.acquire() as connection:
        people = await service.search(connection, q, page)
    return render(request, "people.html", people=people, q=q, roles=ROLES)


@router.get("/{person_id}", dependencies=[Depends(administrator)])
async def show_person(
    request: Request,
    person_id: UUID,
    page: int = Query(1, ge=1, le=MOST_PAGES),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """One person, and who gave them what and when."""
    async with auth.database.acquire() as connection:
        person = await get_person(connection, person_id)
        accounts = await persons_repository.list_accounts(connection, [person_id])
        grants = await service.list_grants(connection, person_id, page)
    github = accounts[person_id].get(GITHUB)
    return render(request, "person.html", person=person, github=github, grants=grants, roles=ROLES)


@router.post("/{person_id}/roles")
async def change_role(
    person_id: UUID,
    role: str = Form(),
    action: Action = Form(),
    q: str = Form(""),
    page: int | None = Form(None, ge=1, le=MOST_PAGES),
    by: UUID = Depends(administrator),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Give a role, or take one; then back to the page that was pressed on."""
    async with auth.database.transaction() as connection:
        await service.change_role(connection, person_id, role, action, by=by)
    if page is None:
        return RedirectResponse(f"/people/{person_id}", 303)
    return RedirectResponse(f"/people?{urlencode({'q': q, 'page': page})}#p{person_id}", 303)
