"""What can be wrong with what people ask of school."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.errors import Conflict, Forbidden, NotFound, PartaError, TooLarge, Unprocessable

STATUS_NAMES = {
    "available": "Can be started",
    "execution": "In the making",
    "review": "On review",
    "correction": "Needs corrections",
    "approved": "Accepted",
}
"""As in `status.html`, where they are marked for translation."""


class SchoolError(PartaError):
    """Base of school's errors.

    `facts` fill the places of title and advice as they are, `words` after being translated; see
    `refusals.py`.
    """

    facts: Mapping[str, str] = MappingProxyType({})
    words: Mapping[str, str] = MappingProxyType({})


class SubmissionNotFound(SchoolError, NotFound):
    """There is none, or it concerns others."""

    title = "There is no such work"


class PullLinkWrong(SchoolError, Unprocessable):
    """The link is not one to a pull request on GitHub."""

    title = "A link to a pull request looks like https://github.com/owner/repository/pull/1"
    advice = "For example, as yours could be: https://github.com/{login}/first-steps/pull/1"

    def __init__(self, login: str | None = None) -> None:
        super().__init__()
        self.facts = {"login": login or "your-login"}


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
    begin_again = "/me"


class PullOfAnother(SchoolError, Unprocessable):
    """The repository's owner is another."""

    title = "Please send a pull request in a repository of your own"
    advice = (
        "The rule here: a repository of one's own. The link begins with https://github.com/{login}/"
    )

    def __init__(self, login: str) -> None:
        super().__init__()
        self.facts = {"login": login}


class PullInTaskRepository(SchoolError, Unprocessable):
    """The repository's owner is the assignment's own."""

    title = "Please send a pull request in another repository than the assignment's"
    advice = (
        "The rule here: any repository but those of the assignment's owner. "
        "The link must not begin with https://github.com/{owner}/"
    )

    def __init__(self, owner: str) -> None:
        super().__init__()
        self.facts = {"owner": owner}


class PullNotYours(SchoolError, Unprocessable):
    """In a repository that may be anybody's, somebody else opened it."""

    title = "This pull request was opened by {author}, not by you"

    def __init__(self, author: str) -> None:
        super().__init__()
        self.facts = {"author": author}


class PullGone(SchoolError, Unprocessable):
    """GitHub shows nobody such a pull request."""

    title = "GitHub shows no such pull request"
    advice = (
        "Open the link in a private window. Where GitHub says 404 there, the number is wrong, "
        "or the repository is private and has to be made public."
    )


class PullBlocked(SchoolError, Unprocessable):
    """GitHub does not show it for legal reasons (451)."""

    title = "GitHub has closed this repository to everybody, for legal reasons"
    advice = "Please put the work into another repository."


class PullClosed(SchoolError, Unprocessable):
    """It was closed without being merged."""

    title = "This pull request is closed"
    advice = "Open it again on GitHub, or send another one."


class PullMerged(SchoolError, Unprocessable):
    """It was merged: there is nothing left to review."""

    title = "This pull request was merged already"
    advice = "Works are merged once they are accepted. Please open another pull request."


class PullIsDraft(SchoolError, Unprocessable):
    """Its author says that it is not ready."""

    title = "This pull request is a draft"
    advice = 'Press "Ready for review" on GitHub, then send it.'


class TooManyWorks(SchoolError):
    """More new works than a day has hours for."""

    status = 429
    title = "That is enough new works for one day"


class PullTaken(SchoolError, Conflict):
    """Another student has sent this pull request."""

    title = "This pull request was already sent by somebody else"


class PullSentElsewhere(SchoolError, Conflict):
    """The student has sent it as another work of theirs."""

    title = "You have sent this pull request already, as “{work}”"
    advice = "Take that work back first, or open another pull request."

    def __init__(self, work: str) -> None:
        super().__init__()
        self.facts = {"work": work}


class SentTooOften(SchoolError):
    """More steps of one work than a day has hours for."""

    status = 429
    title = "This work was sent and taken back too often today"


class TeamLeft(SchoolError, Forbidden):
    """The student is in the work's team no more."""

    title = "You are no longer in the team of this work"


class LooksUsedUp(SchoolError):
    """More links than a student can mean: GitHub's limit is one for the whole school."""

    status = 429
    title = "Those were many links for one hour: please try again in an hour"
    retry_after = 3600


class StatusDoesNotAllow(SchoolError, Conflict):
    """The work's status has no such step."""

    title = "The work is not in a status that allows this"


class WorkMoved(SchoolError, Conflict):
    """Somebody moved it while this person was looking at it."""

    title = "Meanwhile this work was changed. Now it is: {status}"
    advice = "Open it again to see what happened."

    def __init__(self, status: str) -> None:
        super().__init__()
        self.words = {"status": STATUS_NAMES[status]}


class StreamNotBegun(SchoolError, Conflict):
    """Its first day is still to come."""

    title = "The course has not begun yet"


class StreamIsOver(SchoolError, Conflict):
    """Its last day is past."""

    title = "The course is over: works are not sent or decided any more"


class StreamNotFound(SchoolError, NotFound):
    """There is none, or it is not for the one who asks."""

    title = "There is no such stream"


class TeamNotFound(SchoolError, NotFound):
    """There is none, or it concerns others."""

    title = "There is no such team"


class TeamNameMissing(SchoolError, Unprocessable):
    """A team has to have a name."""

    title = "Please give the team a name of at most 100 characters"


class TeamNameTaken(SchoolError, Conflict):
    """The stream has another team of this name."""

    title = "The stream already has a team of this name"


class TeamHasWorks(SchoolError, Conflict):
    """Works were begun in the team: it cannot go, nor move to another program."""

    title = "Works were begun in this team, and they stay with it"
    advice = (
        "A team with works can be renamed, and moved to a stream that runs by the same program."
    )


class TeamFull(SchoolError, Conflict):
    """The team has as many as a team may have."""

    title = "The team is full: it has 500 students"


class StreamOfAnotherCourse(SchoolError, Unprocessable):
    """Teams move between the streams of one course."""

    title = "A team can be moved to a stream of the same course only"


class GitHubLoginWrong(SchoolError, Unprocessable):
    """Nobody on GitHub can have such a login."""

    title = "This is not a GitHub login: it has letters, digits and single hyphens, 39 at most"


class LoginOfTwo(SchoolError, Conflict):
    """Two people are known by one login: one of them has another by now."""

    title = "Two people are known by this GitHub login"
    advice = "The one who gave the login up has to sign in once, then we know their new one."


class StudentElsewhere(SchoolError, Conflict):
    """A student is in one team of a stream."""

    title = "This student is in another team of the stream"
    advice = "Open that team, and move the student from there or take them out."


class CuratorInTeam(SchoolError, Conflict):
    """Nobody reviews their own works."""

    title = "A curator does not learn in their own team"


class EntryWrong(SchoolError, Unprocessable):
    """Some of what was entered is not right: `fields` has the source text of each complaint."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__()
        self.fields = fields


class CourseNotFound(SchoolError, NotFound):
    """There is none of this slug."""

    title = "There is no such course"


class TrackNotFound(SchoolError, NotFound):
    """There is none, or it is another course's."""

    title = "There is no such track"


class ProgramNotFound(SchoolError, NotFound):
    """There is none, or it is another course's."""

    title = "There is no such program"


class WeekNotFound(SchoolError, NotFound):
    """There is none, or it is not for the one who asks."""

    title = "There is no such week"


class LessonNotFound(SchoolError, NotFound):
    """There is none, or it is not open for the one who asks."""

    title = "There is no such lesson"


class AssignmentNotFound(SchoolError, NotFound):
    """There is none, or it is not open for the one who asks."""

    title = "There is no such assignment"


class NameMissing(SchoolError, Unprocessable):
    """Whatever people see in a list has a name."""

    title = "Please give a name of at most 200 characters"


class SlugWrong(SchoolError, Unprocessable):
    """Addresses and files are made of it."""

    title = "A short name has small Latin letters, digits and single hyphens, 60 at most"


class SlugTaken(SchoolError, Conflict):
    """Another one is called so."""

    title = "This short name is taken"


class LinkWrong(SchoolError, Unprocessable):
    """It cannot be opened, or says a password."""

    title = "A link begins with https:// and has no password in it"


class VideoLinkWrong(SchoolError, Unprocessable):
    """No player can be made of it."""

    title = "A link to a video on YouTube looks like https://youtu.be/aaaaaaaaaaa"


class SlidesLinkWrong(SchoolError, Unprocessable):
    """No presentation can be shown of it."""

    title = (
        "A link to Google Slides looks like https://docs.google.com/presentation/d/aaaaaaaaaa/edit"
    )


class RepositoryLinkWrong(SchoolError, Unprocessable):
    """It leads to no repository on GitHub."""

    title = "A link to a repository looks like https://github.com/owner/repository"


class TextTooLong(SchoolError, Unprocessable):
    """More than a page should hold."""

    title = "The text is too long: it has 20,000 characters at most"


class TextTooHeavy(SchoolError, Unprocessable):
    """Few characters, but much work for every reader."""

    title = "The text has too much formatting: divide it into several lessons"


class DayWrong(SchoolError, Unprocessable):
    """It is no day of these years."""

    title = "Please choose a day"


class FinishBeforeStart(SchoolError, Unprocessable):
    """A stream ends after it has begun."""

    title = "The last day cannot be before the first"


class NumberWrong(SchoolError, Unprocessable):
    """It is no whole number, or one that nothing has."""

    title = "Please enter a whole number from 1 on, not too large"


class NumberTaken(SchoolError, Conflict):
    """Another one has this number."""

    title = "This number is taken"


class ZoneUnknown(SchoolError, Unprocessable):
    """Nobody lives in it."""

    title = "Please choose a time zone from the list"


class ChoiceWrong(SchoolError, Unprocessable):
    """It is not on the list that it was chosen from."""

    title = "Please choose from the list"


class TooManyHere(SchoolError, Conflict):
    """More than a page should hold."""

    title = "There are too many of these here already"


class TrackInUse(SchoolError, Conflict):
    """Lessons or assignments belong to it."""

    title = "Lessons or assignments belong to this track, so it stays"


class WeekNotEmpty(SchoolError, Conflict):
    """Lessons or assignments are in it."""

    title = "Lessons or assignments are in this week, so it stays"


class ProfileNotFound(SchoolError, NotFound):
    """There is nobody, or they concern others."""

    title = "There is no such person here"


class FileMissing(SchoolError, Unprocessable):
    """A form came without its file."""

    title = "Please choose a file"


class FileTooLarge(SchoolError, TooLarge):
    """An upload has more bytes than it may."""

    title = "The file is too large: 1 MB at most"
    advice = "Of a long course make a .zip of a folder with its texts in files of their own."


class ImportNotFound(SchoolError, NotFound):
    """There is none, it is another's, or its hour is over."""

    title = "This upload is not here any more. Please upload the file again."


class ImportOutdated(SchoolError, Conflict):
    """What the preview showed is not what would happen now."""

    title = "Something was changed since the preview, so nothing was done"
    advice = "Go back and open the preview again: it shows what would change now."


class ImportHasProblems(SchoolError, Conflict):
    """Some lines are wrong, and nobody said that the others are to be applied."""

    title = "Some lines are wrong, so nothing was done"
    advice = "Mend them and upload the file again, or tick that the good lines are to be applied."
