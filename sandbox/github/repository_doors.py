"""Script doors of GitHub: repositories, accounts, and many of them at once for load."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.errors import Refused
from sandbox.github.delivery_doors import told
from sandbox.github.hub import RepositoryAction
from sandbox.github.seeding import seed
from sandbox.github.state import ACCOUNTS_KEPT, PULLS_KEPT, Block, Repository
from sandbox.world import world_of

MOST_REPOSITORIES = 1_000


class ChangeRepository(Body):
    repository: str
    action: RepositoryAction
    to: str | None = Field(default=None, max_length=100)
    """The new name, or the new owner's login."""
    reason: Block = "dmca"


class ChangeAccount(Body):
    account: str
    action: Literal["rename", "delete"]
    to: str | None = Field(default=None, max_length=100)


class Seed(Body):
    owner: str | None = None
    """Who gets them; without one `owners` new accounts do."""
    owners: int = Field(default=1, ge=1, le=ACCOUNTS_KEPT)
    prefix: str = Field(default="seed", min_length=1, max_length=30)
    repositories: int = Field(default=1, ge=0, le=1_000)
    pulls_each: int = Field(default=1, ge=0, le=PULLS_KEPT)
    hooked: bool = True


async def change_repository(request: Request) -> Response:
    body = await read_body(request, ChangeRepository)
    repository, delivery = await world_of(request).hub.change_repository(
        body.repository, body.action, body.to, body.reason
    )
    return JSONResponse({**_repository(repository), **told(delivery)})


async def list_repositories(request: Request) -> Response:
    """The oldest first; `?owner=` names one whose they are."""
    limit = min(max(0, read_integer(request, "limit", 100)), MOST_REPOSITORIES)
    hub = world_of(request).hub
    owner = request.query_params.get("owner")
    found = (
        hub.repositories.list_of(hub.accounts.get(owner)) if owner else hub.repositories.list_all()
    )
    return JSONResponse([_repository(one) for one in found[:limit]])


async def change_account(request: Request) -> Response:
    body = await read_body(request, ChangeAccount)
    hub = world_of(request).hub
    account = hub.accounts.get(body.account)
    if body.action == "delete":
        hub.delete_account(account)
    elif body.to:
        hub.rename_account(account, body.to)
    else:
        raise Refused(400, "to: rename to what?")
    return JSONResponse({"id": account.account_id, "login": account.login})


async def seed_many(request: Request) -> Response:
    body = await read_body(request, Seed)
    seeded = seed(world_of(request).hub, **body.model_dump())
    return JSONResponse(
        {
            "owners": [{"id": one.account_id, "login": one.login} for one in seeded.owners],
            "pulls": seeded.pulls,
        }
    )


def _repository(repository: Repository) -> dict[str, Any]:
    return {
        "id": repository.repository_id,
        "full_name": repository.full_name,
        "private": repository.private,
        "block": repository.block,
        "hook_id": repository.hook_id,
        "pulls": len(repository.pulls),
        "next_number": max((pull.number for pull in repository.pulls), default=0) + 1,
    }


DOORS = [
    Route("/github/repository", change_repository, methods=["POST"]),
    Route("/github/repositories", list_repositories),
    Route("/github/account", change_account, methods=["POST"]),
    Route("/github/seed", seed_many, methods=["POST"]),
]
