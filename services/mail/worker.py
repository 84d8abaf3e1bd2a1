"""mail's tables of contents: what it listens to, and what it does when time has come."""

from shared.due import Due
from shared.events import PersonChanged
from shared.handling import Batched, Subscriptions
from shared.people import project_people

SUBSCRIPTIONS: Subscriptions = ((PersonChanged, Batched(project_people)),)

DUE: tuple[Due, ...] = ()
