"""Where a pull request is: the repository as `owner/name`, and the number."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/(?P<repo>(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]{1,100}"
REPOSITORY = re.compile(rf"(?P<owner>{NAME})")
PATH = re.compile(rf"/(?P<owner>{NAME})/pull/(?P<number>[1-9][0-9]{{0,8}})/?")


@dataclass(frozen=True, slots=True)
class Place:
    """A pull request's place by name; `repository_id` where it was seen before."""

    repository: str
    number: int
    repository_id: int | None = None

    @property
    def owner(self) -> str:
        """Whose it is."""
        return self.repository.partition("/")[0]

    @property
    def repo(self) -> str:
        """The repository's name without its owner."""
        return self.repository.partition("/")[2]


def read_link(url: str) -> Place | None:
    """The place that a pull request's link names, in lower case; None: it is no such link."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    found = PATH.fullmatch(path)
    if found is None:
        return None
    return Place(f"{found['owner']}/{found['repo']}".lower(), int(found["number"]))
