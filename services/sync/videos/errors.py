"""What a learner is told instead of a video."""

from services.sync.errors import SyncError
from shared.errors import Forbidden


class VideoGone(SyncError):
    """An operator took it off, and the one who asks never had it."""

    status = 410
    title = "This video is not shown any more"
    begin_again = "/sync/videos"


class VideoClosed(SyncError, Forbidden):
    """It is not open for the one who asks; the detail says why, in their words."""

    title = "This video is not open for you"
    begin_again = "/sync/videos"
