"""mail's tables of contents: what it listens to, and what it does when time has come."""

from shared.consumer import Subscriptions
from shared.due import Due
from shared.events import PersonChanged
from shared.people import project_person

SUBSCRIPTIONS: Subscriptions = ((PersonChanged, project_person),)

DUE: tuple[Due, ...] = ()
