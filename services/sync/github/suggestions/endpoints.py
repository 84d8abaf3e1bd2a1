"""`GET /sync/github/suggestions`: a person's own, while they type a link."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.sync.github.suggestions.schemas import Suggestions
from services.sync.github.suggestions.service import suggest
from services.sync.service import SyncService, sync_of
from shared.db import storable
from shared.identity import Identity, signed_in

router = APIRouter()


@router.get("/sync/github/suggestions")
async def list_suggestions(
    q: Annotated[str, Query(max_length=300)] = "",
    identity: Identity = Depends(signed_in),
    sync: SyncService = Depends(sync_of),
) -> Suggestions:
    """From what is kept, at once; `complete` says whether to ask again in two seconds."""
    assert identity.person_id is not None  # noqa: S101 - for the type checker
    async with sync.database.transaction() as connection:
        return await suggest(connection, identity.person_id, storable(q), sync.clock.now())
