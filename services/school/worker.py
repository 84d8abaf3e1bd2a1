"""school's tables of contents: what it listens to, and what it does when time has come."""

from functools import partial

from services.school.courses import service as courses
from services.school.courses.streams.service import tell_weeks
from services.school.exchange.imports.service import FORGET_IMPORTS
from services.school.groups.telling.service import TELL_GROUPS
from services.school.people.service import learn_person
from services.school.submissions import service as submissions
from services.school.submissions.looks.service import FORGET_LOOKS
from shared.due import Due
from shared.events import ChatLinked, PersonChanged, PullChanged, PullLost, ReviewFound
from shared.handling import Subscriptions


def subscriptions(public_url: str | None = None) -> Subscriptions:
    """What it listens to; what it tells of works then names their pages, below this address."""
    return (
        (PersonChanged, partial(learn_person, public_url=public_url)),
        (PullChanged, partial(submissions.learn_pull, public_url=public_url)),
        (PullLost, partial(submissions.learn_loss, public_url=public_url)),
        (ReviewFound, partial(submissions.learn_review, public_url=public_url)),
        (ChatLinked, courses.link_chat),
    )


SUBSCRIPTIONS = subscriptions()


def due(public_url: str) -> tuple[Due, ...]:
    """What it looks for; people are led to pages below this address."""
    return (
        Due(name="tell_weeks", run=partial(tell_weeks, public_url=public_url), every=60),
        FORGET_IMPORTS,
        FORGET_LOOKS,
        *TELL_GROUPS,
    )
