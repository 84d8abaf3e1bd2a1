"""What can be wrong with what administrators and operators ask of access."""

from collections.abc import Sequence

from services.sync.errors import SyncError
from shared.errors import Conflict, NotFound, Unavailable, Unprocessable
from shared.problems import Problem, Problems


class ResourceNotFound(SyncError, NotFound):
    """There is none of this id, or not for the one who asks."""

    title = "There is no such video"


class ResourceChanged(SyncError, Conflict):
    """Somebody else saved it since it was opened."""

    title = "Somebody has changed this meanwhile. Open the page again and repeat."


class ResourceArchived(SyncError, Conflict):
    """Nothing new is opened of what is archived."""

    title = "This is archived: take it back from the archive first"


class CodeTaken(SyncError, Conflict):
    """Another resource of this kind has the code."""

    title = "There is one with this code already"


class CodeInUse(SyncError, Conflict):
    """Boomstream has people under this code; another one would leave them there."""

    title = "People watch this already, so its kind, code and subscription stay"
    advice = "Archive it and make a new one."


class TooManyResources(SyncError, Conflict):
    """There are as many as pages can show."""

    title = "There are 500 videos and collections already: archive some first"


class ResourceWrong(SyncError, Unprocessable):
    """What was entered cannot be so: `problems` says what, each with its place."""

    title = "This cannot be saved so"

    def __init__(self, problems: Problems | Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class PlanOutdated(SyncError, Conflict):
    """Something was changed since the preview."""

    title = "Something was changed since this preview. Look at it again."


class SchoolNotAsked(Unavailable):
    """A rule names groups or assignments, and school does not answer."""

    title = "School cannot be asked right now whether this group or assignment exists"


class GrantsAreOff(Unavailable):
    """There is no key to seal the codes of links with."""

    title = "Videos cannot be opened here: DATA_KEYS is not set"


class ReasonMissing(SyncError, Unprocessable):
    """Who takes or gives by hand says why."""

    title = "Please give a reason of at most 500 characters"
