"""The end of a right: its tokens are forgotten, and it is told, once."""

from typing import Literal
from uuid import UUID

from services.auth.vault import repository
from services.auth.vault.repository import Right
from shared import outbox
from shared.db import Connection
from shared.events import RightEnded
from shared.log import get_log

log = get_log(__name__)

Reason = Literal["refused", "taken_back"]
PAGE = "/me#rights"


class Ending:
    """Ends rights; it knows where a person may grant them anew."""

    def __init__(self, public_url: str) -> None:
        self._grant_url = f"{public_url}{PAGE}"

    async def end(
        self, connection: Connection, right_id: UUID, *, reason: Reason, owner: UUID | None = None
    ) -> Right | None:
        """End a right and tell it; None when there is nothing to end, or no lease to end it by."""
        right = await repository.end(connection, right_id, owner=owner, reason=reason)
        if right is None or right.ended_at is None:
            return None
        await outbox.record(
            connection,
            RightEnded(
                right_id=right.right_id,
                version=right.version,
                person_id=right.person_id,
                right=right.name,
                issuer=right.issuer,
                label=right.label,
                reason=reason,
                ended_at=right.ended_at,
                grant_url=self._grant_url,
            ),
        )
        log.info("right_ended", right_id=str(right_id), right=right.name, reason=reason)
        return right
