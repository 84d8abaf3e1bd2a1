"""What can be wrong with what administrators ask of sync."""

from services.sync.errors import SyncError
from shared.errors import NotFound


class PersonNotFound(SyncError, NotFound):
    """Nobody of this id was told of, or they are gone."""

    title = "There is no such person"


class LearnerNotFound(SyncError, NotFound):
    """No course has such an account."""

    title = "There is no such account in the courses"


class NothingToTry(SyncError, NotFound):
    """The opening is not there, or has succeeded meanwhile."""

    title = "There is nothing to try again here: it has succeeded meanwhile"
    begin_again = "/sync/stepik"
