"""An operator's word on what a person may watch: it stands above every rule."""

from uuid import UUID

from services.sync.access.checks.repository import ask
from services.sync.access.errors import GrantsAreOff, ReasonMissing, ResourceArchived
from services.sync.access.grants import repository
from services.sync.access.grants.repository import Decision, Deed, Grant
from services.sync.access.resources import repository as resources
from services.sync.boomstream.recovery import new_recovery
from shared.clock import Clock
from shared.db import Connection, storable
from shared.secret import KeyRing

LONGEST_REASON = 500
DEEDS: dict[Decision | None, Deed] = {"allow": "allowed", "deny": "denied", None: "undecided"}


async def decide(
    connection: Connection,
    person_id: UUID,
    resource_id: UUID,
    decision: Decision | None,
    reason: str,
    by: UUID,
    clock: Clock,
    *,
    ring: KeyRing | None,
) -> None:
    """Allow, deny, or leave it to the rule again (None). The same once more changes nothing.

    Raises:
        ResourceNotFound: there is no such resource.
        ReasonMissing: no reason was given, or one too long.
        ResourceArchived: nothing new is opened of it.
        GrantsAreOff: there is no ring to seal with.
    """
    reason = storable(" ".join(reason.split()))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing
    # Before a grant is locked, as a look does it. Who is deleted meanwhile is looked at after this.
    await ask(connection, [person_id])
    resource = await resources.get(connection, resource_id)
    found = await repository.find(connection, person_id, resource_id, lock=True)
    if decision == (found.decision if found else None):
        return
    wanted = _is_wanted(decision, found)
    if resource.archived_at is not None and wanted and not (found and found.wanted):
        raise ResourceArchived
    if ring is None:
        raise GrantsAreOff
    now = clock.now()
    await repository.keep_decision(
        connection,
        person_id,
        resource_id,
        decision=decision,
        wanted=wanted,
        reason=reason,
        by=by,
        recovery=new_recovery(ring, person_id, resource_id),
        now=now,
    )
    await repository.write_down(
        connection, person_id, resource_id, DEEDS[decision], at=now, by=by, reason=reason
    )


def _is_wanted(decision: Decision | None, found: Grant | None) -> bool:
    if decision is None:
        return found is not None and found.earned_at is not None
    return decision == "allow"
