"""`/internal/github/*`: for school alone."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse, Response

from services.sync.errors import GitHubNotAsked
from services.sync.github.errors import Blocked, Missing
from services.sync.github.lookups.schemas import Number, PullAsked, PullTold, RepositoryName
from services.sync.github.lookups.service import ANSWERS_WITHIN, look_up
from services.sync.github.place import Place
from services.sync.github.watches.service import ask_for
from services.sync.service import SyncService, sync_of
from shared.identity import called_by

router = APIRouter(prefix="/internal/github", dependencies=[called_by("school")])
IN_ALL = ANSWERS_WITHIN + 0.6


@router.get("/pull")
async def get_pull(
    repository: Annotated[RepositoryName, Query()],
    number: Annotated[Number, Query()],
    sync: SyncService = Depends(sync_of),
) -> Response:
    """A pull request as it stands: 200, 404 gone, 451 blocked, 503 GitHub cannot be asked."""
    place = Place(repository, number)
    try:
        async with asyncio.timeout(IN_ALL):
            row = await look_up(sync.database, sync.finder, place, sync.github.turns.holder)
    except Missing:
        return JSONResponse({"reason": "gone"}, 404)
    except Blocked:
        return JSONResponse({"reason": "blocked"}, 451)
    except TimeoutError:
        raise GitHubNotAsked from None
    return JSONResponse(PullTold.of(row).model_dump())


@router.post("/refresh", status_code=202)
async def refresh(asked: PullAsked, sync: SyncService = Depends(sync_of)) -> Response:
    """Look at a pull request now; what is new comes as events."""
    async with sync.database.transaction() as connection:
        await ask_for(connection, Place(asked.repository, asked.number), sync.clock.now())
    return JSONResponse({"result": "asked"}, 202)
