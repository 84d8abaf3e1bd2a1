"""The relay: takes what was committed to the outbox to its listeners, in order."""

import asyncio

from shared import outbox
from shared.crash import crash_point
from shared.db import Database
from shared.lead import Holder, lead
from shared.loops import pause_after
from shared.metrics import Metrics
from shared.transport import Transport

BATCH = 200
POLL = 1.0
"""Seconds between looks when no bell rings: the net under the wake-ups."""


class Relay:
    """One is active a service; what it claims and marks runs on the connection of its lock.

    A row is marked sent after every listener's queue has confirmed it. A crash between the two
    sends it again, and the inbox drops it. Within one key the order of ids is kept, save where a
    broker takes a later message and refuses an earlier one: then the handlers' own versions hold.
    """

    def __init__(self, database: Database, transport: Transport, metrics: Metrics) -> None:
        self._database = database
        self._transport = transport
        self._metrics = metrics

    async def run(self) -> None:
        """Relay until cancelled, or until the role is lost (then it raises)."""
        bell = self._database.bell("relay")
        failures = 0
        try:
            async with lead(self._database, "relay") as holder:
                while True:
                    self._metrics.progress.labels("relay").set_to_current_time()
                    taken, refused = await self.send_batch(holder)
                    if refused:
                        failures += 1
                        await holder.wait_for(asyncio.sleep(pause_after(failures)))
                    else:
                        failures = 0
                        if taken < BATCH:
                            await bell.wait(POLL)
        finally:
            await self._transport.close_publisher()

    async def send_batch(self, holder: Holder) -> tuple[int, int]:
        """Send the oldest unsent rows; gives how many were taken and how many refused."""
        connection = holder.connection
        rows = await outbox.list_unsent(connection, BATCH)
        if not rows:
            return 0, 0
        crash_point("relay.after_select")
        refused = await holder.wait_for(self._transport.publish([row.message for row in rows]))
        crash_point("relay.after_confirm")
        sent = [row for place, row in enumerate(rows) if place not in refused]
        await outbox.mark_sent(connection, sent)
        crash_point("relay.after_mark")
        self._metrics.sent(len(sent))
        return len(sent), len(refused)
