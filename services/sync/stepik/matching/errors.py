"""What can be wrong with saying whose account is whose."""

from services.sync.errors import SyncError
from shared.errors import Conflict, NotFound


class AccountTaken(SyncError, Conflict):
    """An administrator has matched this account with somebody else."""

    title = "This account is matched with somebody else by hand: undo that first"


class AccountUnknown(SyncError, NotFound):
    """No course has a learner of this number."""

    title = "There is no such learner in the courses"
