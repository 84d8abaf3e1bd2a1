"""What can be wrong with what people ask of school."""

from shared.errors import Conflict, Forbidden, NotFound, PartaError, Unprocessable


class SchoolError(PartaError):
    """Base of school's errors."""


class SubmissionNotFound(SchoolError, NotFound):
    """There is none, or it concerns others."""

    title = "There is no such work"


class PullLinkWrong(SchoolError, Unprocessable):
    """The link is not one to a pull request on GitHub."""

    title = "A link to a pull request looks like https://github.com/owner/repository/pull/1"


class TitleMissing(SchoolError, Unprocessable):
    """A work has to have a name."""

    title = "Please give the work a name of at most 200 characters"


class NotACurator(SchoolError, Unprocessable):
    """Works are sent to curators only."""

    title = "Please choose a curator from the list"


class NotAStudent(SchoolError, Forbidden):
    """Works are sent by students."""

    title = "Works are sent by students: ask an administrator for the role"


class GitHubNotLinked(SchoolError, Unprocessable):
    """Whose pull request it is cannot be told."""

    title = "Please sign in with GitHub first, so that we know which pull requests are yours"


class PullOfAnother(SchoolError, Unprocessable):
    """The repository's owner is another."""

    title = "Please send a pull request in a repository of your own"


class TooManyWorks(SchoolError):
    """More new works than a day has hours for."""

    status = 429
    title = "That is enough new works for one day"


class PullTaken(SchoolError, Conflict):
    """Another student has sent this pull request."""

    title = "This pull request was already sent by somebody else"


class StatusDoesNotAllow(SchoolError, Conflict):
    """The work's status has no such step."""

    title = "The work is not in a status that allows this"
