"""Links to pull requests, as people write them: read tolerantly, kept in one spelling."""

import re
from dataclasses import dataclass

from services.school.errors import PullLinkWrong

LONGEST = 500
HOSTS = r"(?:(?:www|m)\.)?github\.com"
OWNER = r"(?P<owner>[a-z0-9](?:[a-z0-9-]{0,38}))"
REPOSITORY = r"(?P<repository>(?!\.{1,2}(?:/|#))[a-z0-9._-]{1,100})"
NUMBER = r"(?P<number>[1-9][0-9]{0,8})"
# Whatever page of the pull request was open: its files, commits, checks, a line, a comment.
PAGE = r"(?:\.diff|\.patch)?(?:[/?#][^\s\\]*)?"
LINK = re.compile(
    rf"(?:https?://)?{HOSTS}/{OWNER}/{REPOSITORY}/pull/{NUMBER}{PAGE}", re.IGNORECASE | re.ASCII
)
SHORT = re.compile(rf"{OWNER}/{REPOSITORY}#{NUMBER}", re.IGNORECASE | re.ASCII)
AROUND = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff"
PAIRS = {"<": ">", '"': '"', "'": "'", "`": "`", "(": ")", "«": "»", "“": "”"}
CLOSING = ".,;:!"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull request is: `owner/repository` in lower case, and its number."""

    repository: str
    number: int

    @property
    def owner(self) -> str:
        """The account that the repository is of."""
        return self.repository.partition("/")[0]

    @property
    def url(self) -> str:
        """The link, in the one spelling that is kept."""
        return url_of(self.repository, self.number)


def url_of(repository: str, number: int) -> str:
    """The link to a pull request; the repository as GitHub spells it, or in lower case."""
    return f"https://github.com/{repository}/pull/{number}"


def read_pull_link(link: str, *, login: str | None = None) -> Place:
    """The pull request that a link is meant to lead to; `login` is for the example in the refusal.

    Taken is what can mean nothing else: any case, http, www., no scheme, a page of the pull
    request, a query, brackets around, `owner/repository#1`. Nothing is guessed: other hosts,
    look-alikes of letters, accounts within the link and impossible numbers are refused.

    Raises:
        PullLinkWrong: it is none.
    """
    found = None
    if len(link) <= LONGEST:
        bare = _unwrap(link)
        found = LINK.fullmatch(bare) or SHORT.fullmatch(bare)
    if found is None:
        raise PullLinkWrong(login)
    repository = found["repository"].lower()
    if repository.endswith(".git") and len(repository) > len(".git"):
        repository = repository.removesuffix(".git")
    return Place(f"{found['owner'].lower()}/{repository}", int(found["number"]))


def _unwrap(link: str) -> str:
    """Without what people and programs put around links."""
    bare = link.strip(AROUND)
    while len(bare) > 1 and PAIRS.get(bare[0]) == bare[-1]:
        bare = bare[1:-1].strip(AROUND)
    return bare.rstrip(CLOSING)
