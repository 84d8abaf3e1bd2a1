"""Every fault, in the order of their numbers."""

from tests.faults.catalogue import (
    broker,
    consumers,
    database,
    kills,
    links,
    messages,
    poison,
    replicas,
    volume,
)
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = tuple(
    sorted(
        (
            *kills.FAULTS,
            *broker.FAULTS,
            *database.FAULTS,
            *links.FAULTS,
            *messages.FAULTS,
            *poison.FAULTS,
            *consumers.FAULTS,
            *replicas.FAULTS,
            *volume.FAULTS,
        ),
        key=lambda fault: int(fault.number[1:]),
    )
)
