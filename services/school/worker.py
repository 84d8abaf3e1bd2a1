"""school's tables of contents: what it listens to, and what it does when time has come."""

from services.school.submissions import service as submissions
from shared.due import Due
from shared.events import PersonChanged, PullChanged, ReviewFound
from shared.handling import Subscriptions

SUBSCRIPTIONS: Subscriptions = (
    (PersonChanged, submissions.learn_person),
    (PullChanged, submissions.learn_pull),
    (ReviewFound, submissions.learn_review),
)

DUE: tuple[Due, ...] = ()
