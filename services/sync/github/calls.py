"""Everything that GitHub is asked, in one table; a test holds it against GitHub's description."""

from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote, urlencode

from pydantic import BaseModel

from services.sync.github.answers import (
    AnsweredPull,
    Hook,
    HookDelivery,
    ListedPull,
    OwnRepository,
)
from services.sync.github.payloads import Review


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a call with its places filled in. The address is what validators are kept by."""

    call: "Call"
    address: str


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of request, named as GitHub's description names it.

    `stands_for`: the described path whose redirect leads to this one.
    """

    method: str
    path: str
    answer: type[BaseModel] | None = None
    many: bool = False
    query: tuple[str, ...] = ()
    stands_for: str | None = None

    @property
    def places(self) -> set[str]:
        """The names in the path."""
        return {name for _, name, _, _ in Formatter().parse(self.path) if name}

    def of(self, **values: str | int) -> Ask:
        """This call with values for its path, all of them, and its query.

        Raises:
            KeyError: a place has no value.
            ValueError: a value has no place.
        """
        if strangers := values.keys() - self.places - set(self.query):
            raise ValueError(f"{self.path} knows no {sorted(strangers)}")
        path = self.path.format_map(
            {name: quote(str(values[name]), safe="") for name in self.places}
        )
        query = [(name, str(values[name])) for name in self.query if name in values]
        return Ask(self, f"{path}?{urlencode(query)}" if query else path)


_REPOSITORY = "/repos/{owner}/{repo}"
_PULL = f"{_REPOSITORY}/pulls/{{pull_number}}"
_DELIVERIES = "/hooks/{hook_id}/deliveries"
_ATTEMPTS = f"{_DELIVERIES}/{{delivery_id}}/attempts"

PULL = Call("GET", _PULL, AnsweredPull)
# Where GitHub sends on who asks for a repository by a former name; it outlives every name.
PULL_BY_ID = Call(
    "GET", "/repositories/{repository_id}/pulls/{pull_number}", AnsweredPull, stands_for=_PULL
)
REVIEWS = Call("GET", f"{_PULL}/reviews", Review, many=True, query=("per_page", "page"))
REPOSITORIES = Call(
    "GET",
    "/users/{username}/repos",
    OwnRepository,
    many=True,
    query=("type", "sort", "per_page", "page"),
)
PULLS = Call(
    "GET",
    f"{_REPOSITORY}/pulls",
    ListedPull,
    many=True,
    query=("state", "sort", "direction", "per_page"),
)


@dataclass(frozen=True, slots=True)
class HookCalls:
    """What is asked about webhooks, of a repository or of an organisation."""

    hooks: Call
    deliveries: Call
    attempt: Call


def _hook_calls(owner: str) -> HookCalls:
    return HookCalls(
        hooks=Call("GET", f"{owner}/hooks", Hook, many=True, query=("per_page",)),
        deliveries=Call(
            "GET",
            f"{owner}{_DELIVERIES}",
            HookDelivery,
            many=True,
            query=("per_page", "cursor"),
        ),
        attempt=Call("POST", f"{owner}{_ATTEMPTS}"),
    )


OF_REPOSITORY = _hook_calls(_REPOSITORY)
OF_ORGANISATION = _hook_calls("/orgs/{org}")

CALLS: tuple[Call, ...] = (
    PULL,
    PULL_BY_ID,
    REVIEWS,
    REPOSITORIES,
    PULLS,
    OF_REPOSITORY.hooks,
    OF_REPOSITORY.deliveries,
    OF_REPOSITORY.attempt,
    OF_ORGANISATION.hooks,
    OF_ORGANISATION.deliveries,
    OF_ORGANISATION.attempt,
)
