"""GitHub's REST API: who somebody is, what they have, and what became of a pull request."""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault, Limit, answer_with
from sandbox.github import hooks_api, shapes
from sandbox.github.accounts import find_person_of
from sandbox.github.limits import MINUTE_S
from sandbox.github.rest import (
    Answer,
    ApiRefused,
    Ask,
    Content,
    quota_of,
    refusal_of,
    refuse,
    reply,
)
from sandbox.github.state import Account, PullRequest, Repository
from sandbox.world import world_of

Method = Literal["GET", "POST"]
POINTS = {"GET": 1, "HEAD": 1, "POST": 5}
DIRECTIONS = ("asc", "desc")


def _user(ask: Ask) -> Content:
    return _full(ask, _known(ask))


def _emails(ask: Ask) -> Content:
    person = find_person_of(_known(ask))
    if person is None:
        raise ApiRefused(404, "Not Found")
    primary = {"email": person.email, "primary": True, "verified": True, "visibility": "private"}
    return Content([primary])


def _user_by_login(ask: Ask) -> Content:
    return _full(ask, _account(ask))


def _user_by_id(ask: Ask) -> Content:
    return _full(ask, _account(ask))


def _repositories(ask: Ask) -> Content:
    """Private ones are seen by nobody here; blocked ones stand in the list all the same."""
    account = _account(ask)
    ask.wanted("type", "owner", ("all", "owner", "member"))
    sort = ask.wanted("sort", "full_name", ("created", "updated", "pushed", "full_name"))
    usual = "asc" if sort == "full_name" else "desc"
    backwards = ask.wanted("direction", usual, DIRECTIONS) == "desc"
    found = [one for one in ask.world.hub.repositories.list_of(account) if not one.private]
    if sort == "full_name":
        found.sort(key=lambda one: one.full_name.casefold(), reverse=backwards)
    else:
        found.sort(key=lambda one: getattr(one, f"{sort}_at"), reverse=backwards)
    shape = ask.world.hub.shapes.repository
    return ask.page(found, shape, f"/user/{account.account_id}/repos")


def _repository(ask: Ask) -> Content:
    one = ask.repository()
    hub = ask.world.hub
    owner = hub.accounts.find_by_id(one.owner_id)
    assert owner  # noqa: S101 - a deleted account takes its repositories along
    return Content(shapes.full_repository(hub.api, one, owner), one.updated_at)


def _pulls(ask: Ask) -> Content:
    repository = ask.repository()
    state = ask.wanted("state", "open", ("open", "closed", "all"))
    orders = ("created", "updated", "popularity", "long-running")
    sort = ask.wanted("sort", "created", orders)
    usual = "desc" if sort == "created" else "asc"
    backwards = ask.wanted("direction", usual, DIRECTIONS) == "desc"
    found = [pull for pull in repository.pulls if state in ("all", pull.state)]
    if sort == "updated":
        found.sort(key=lambda pull: (pull.updated_at, pull.number), reverse=backwards)
    else:
        found.sort(key=lambda pull: (pull.created_at, pull.number), reverse=backwards)

    def shape(pull: PullRequest) -> shapes.Shape:
        return ask.world.hub.shapes.pull(repository, pull)

    return ask.page(found, shape, f"{_by_number(repository)}/pulls")


def _pull(ask: Ask) -> Content:
    repository, pull = ask.pull()
    return Content(ask.world.hub.shapes.full_pull(repository, pull), pull.updated_at)


def _reviews(ask: Ask) -> Content:
    """In the order in which they came. One that is still being written is seen by its author."""
    repository, pull = ask.pull()
    own = ask.account.account_id if ask.account else 0
    found = [one for one in pull.reviews if one.state != "pending" or one.author_id == own]
    rest_review = ask.world.hub.shapes.rest_review
    path = f"{_by_number(repository)}/pulls/{pull.number}/reviews"
    return ask.page(found, lambda one: rest_review(repository, pull, one), path)


def _commits(ask: Ask) -> Content:
    repository, pull = ask.pull()
    commit = ask.world.hub.shapes.commit
    path = f"{_by_number(repository)}/pulls/{pull.number}/commits"
    return ask.page(pull.commits, lambda one: commit(repository, one), path)


def _rate_limit(ask: Ask) -> Content:
    """The one question that costs nothing."""
    core = quota_of(ask)
    search = {"limit": 30, "remaining": 30, "reset": core["reset"], "used": 0}
    return Content({"resources": {"core": core, "search": search}, "rate": core}, is_free=True)


def _known(ask: Ask) -> Account:
    if ask.account is None:
        raise ApiRefused(401, "Requires authentication")
    return ask.account


def _account(ask: Ask) -> Account:
    names, accounts = ask.request.path_params, ask.world.hub.accounts
    account = (
        accounts.find_by_id(names["account_id"])
        if "account_id" in names
        else accounts.find_by_login(names["login"])
    )
    if account is None:
        raise ApiRefused(404, "Not Found")
    return account


def _full(ask: Ask, account: Account) -> Content:
    hub = ask.world.hub
    public = sum(not one.private for one in hub.repositories.list_of(account))
    return Content(shapes.full_user(hub.api, account, ask.world.born_at, public))


def _by_number(repository: Repository) -> str:
    return f"/repositories/{repository.repository_id}"


def _route(path: str, answer: Answer, method: Method = "GET") -> Route:
    name = f"{method} {path.replace(':int', '')}"

    async def endpoint(request: Request) -> Response:
        ask = Ask.of(request)
        limits, holder = ask.world.limits, ask.holder
        fault = ask.world.faults.take("github", name)
        limits.arrive(holder, points=POINTS[request.method])

        async def answers() -> Response:
            return reply(ask, answer)

        def refuses(status: int, retry_after: int | None) -> Response:
            if retry_after is None:
                return refuse(status, None)
            limits.begin(holder, "secondary", retry_after, status=status, tells=True)
            ask.wait = limits.refuses(holder)
            return reply(ask, answer)

        if fault is not None and fault.limit is not None:
            _begin(ask, fault, fault.limit)
            fault = None
        ask.wait = limits.refuses(holder)
        try:
            response = await answer_with(fault, answers, refuses)
        finally:
            limits.leave(holder)
        ask.world.counts.add("github", name, costs=ask.costs)
        return response

    return Route(f"/github/api{path}", endpoint, methods=[method])


def _begin(ask: Ask, fault: Fault, limit: Limit) -> None:
    """As a script wishes: the hour is used up, or too much was asked at once."""
    limits, holder = ask.world.limits, ask.holder
    usual = MINUTE_S if limit == "secondary" else holder.resets_in(limits.now())
    limits.begin(
        holder,
        limit,
        fault.retry_after or usual,
        status=fault.status or 403,
        tells=fault.retry_after is not None,
    )


def _routes_of_repository(path: str, answer: Answer, method: Method = "GET") -> list[Route]:
    """By its name, and by its number, where GitHub sends those who know an old name."""
    return [
        _route(f"/repos/{{owner}}/{{repo}}{path}", answer, method),
        _route(f"/repositories/{{repository_id:int}}{path}", answer, method),
    ]


async def not_found(request: Request) -> Response:
    world_of(request).counts.add("github", "unknown", costs=False)
    return refusal_of(404, "Not Found", {})


API = [
    _route("/rate_limit", _rate_limit),
    _route("/user", _user),
    _route("/user/emails", _emails),
    _route("/user/{account_id:int}", _user_by_id),
    _route("/user/{account_id:int}/repos", _repositories),
    _route("/users/{login}", _user_by_login),
    _route("/users/{login}/repos", _repositories),
    *_routes_of_repository("", _repository),
    *_routes_of_repository("/pulls", _pulls),
    *_routes_of_repository("/pulls/{number:int}", _pull),
    *_routes_of_repository("/pulls/{number:int}/reviews", _reviews),
    *_routes_of_repository("/pulls/{number:int}/commits", _commits),
    *_routes_of_repository("/hooks", hooks_api.list_hooks),
    *_routes_of_repository("/hooks/{hook_id:int}", hooks_api.show_hook),
    *_routes_of_repository("/hooks/{hook_id:int}/deliveries", hooks_api.list_deliveries),
    *_routes_of_repository(
        "/hooks/{hook_id:int}/deliveries/{delivery_id:int}", hooks_api.show_delivery
    ),
    *_routes_of_repository(
        "/hooks/{hook_id:int}/deliveries/{delivery_id:int}/attempts",
        hooks_api.redeliver,
        "POST",
    ),
    _route("/orgs/{org}/hooks", hooks_api.list_hooks),
    _route("/orgs/{org}/hooks/{hook_id:int}", hooks_api.show_hook),
    _route("/orgs/{org}/hooks/{hook_id:int}/deliveries", hooks_api.list_deliveries),
    _route("/orgs/{org}/hooks/{hook_id:int}/deliveries/{delivery_id:int}", hooks_api.show_delivery),
    _route(
        "/orgs/{org}/hooks/{hook_id:int}/deliveries/{delivery_id:int}/attempts",
        hooks_api.redeliver,
        "POST",
    ),
    Route("/github/api/{path:path}", not_found, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
]
