"""How GitHub's REST API answers: whose token, within which limits, changed since when."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.github.limits import Holder, Wait
from sandbox.github.state import Account, PullRequest, Repository
from sandbox.github.validators import is_unchanged, validators_of
from sandbox.world import World, world_of

DOCS = "https://docs.github.com/rest"
RATE_DOCS = f"{DOCS}/using-the-rest-api/rate-limits-for-the-rest-api"
VERSIONS = ("2022-11-28", "2026-03-10")
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
MOST_A_PAGE = 100
T = TypeVar("T")


class ApiRefused(Exception):
    """`more` stands in the body beside the message."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = more


class Moved(Exception):
    """What was asked for is at another address."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass
class Content:
    body: Any
    modified_at: datetime | None = None
    links: dict[str, str] = field(default_factory=dict)
    status: int = 200
    background: BackgroundTask | None = None
    is_free: bool = False


@dataclass
class Ask:
    """One request, and who sent it."""

    world: World
    request: Request
    account: Account | None
    scopes: frozenset[str]
    holder: Holder
    has_bad_token: bool
    costs: bool = False
    wait: Wait | None = None
    """The limit that this request met when it came."""

    @classmethod
    def of(cls, request: Request) -> Ask:
        world = world_of(request)
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = value.strip() if scheme.lower() in ("bearer", "token") else ""
        found = world.oauth.find_account(token) if token else None
        account, scopes = found or (None, frozenset())
        holder = world.limits.of(
            account.account_id if account else 0,
            account.login if account else "nobody",
            named=account is not None,
        )
        return cls(world, request, account, scopes, holder, bool(token) and account is None)

    def wanted(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """A choice among a few; anything else is refused."""
        value = self.request.query_params.get(name, default)
        if value not in allowed:
            raise ApiRefused(422, "Validation Failed", errors=[{"field": name, "code": "invalid"}])
        return value

    def number(self, name: str, default: int) -> int:
        value = self.request.query_params.get(name, "")
        return int(value) if re.fullmatch("[0-9]{1,9}", value) else default

    @property
    def page_size(self) -> int:
        return min(max(self.number("per_page", 30), 1), MOST_A_PAGE)

    def page(self, rows: Sequence[T], shape: Callable[[T], Any], path: str) -> Content:
        """Thirty at a time unless asked otherwise, with the ways on in a header.

        `path` is how GitHub itself names the list there: by numbers, which outlive renames.
        """
        size, page = self.page_size, max(self.number("page", 1), 1)
        last = max(1, -(-len(rows) // size))
        ways = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        there = {
            name: number
            for name, number in ways.items()
            if (page > 1 if name in ("prev", "first") else page < last)
        }
        links = {name: self.address(path, page=str(number)) for name, number in there.items()}
        return Content([shape(one) for one in rows[(page - 1) * size : page * size]], links=links)

    def address(self, path: str, **changes: str) -> str:
        query = urlencode({**self.request.query_params, **changes})
        return f"{self.world.hub.api}{path}?{query}"

    def repository(self) -> Repository:
        """The one that the address names, if it is to be seen.

        Raises:
            Moved: it was at this address before.
            ApiRefused: there is none, or nobody may see it.
        """
        names, hub = self.request.path_params, self.world.hub
        if "repository_id" in names:
            repository = hub.repositories.find_by_id(names["repository_id"])
        else:
            repository = hub.repositories.find(names["owner"], names["repo"])
            if repository is None and (moved := hub.repositories.find_moved(**_names(names))):
                raise Moved(self._address_by_number(moved))
        if repository is None or repository.private:
            raise ApiRefused(404, "Not Found")
        if repository.block is not None:
            raise _blocked(repository)
        return repository

    def pull(self) -> tuple[Repository, PullRequest]:
        repository = self.repository()
        number = self.request.path_params["number"]
        pull = self.world.hub.repositories.find_pull(repository, number)
        if pull is None:
            raise ApiRefused(404, "Not Found")
        return repository, pull

    def _address_by_number(self, repository: Repository) -> str:
        parts = self.request.url.path.removeprefix("/github/api/repos/").split("/", 2)
        rest = f"/{parts[2]}" if len(parts) > 2 else ""
        query = f"?{self.request.url.query}" if self.request.url.query else ""
        return f"{self.world.hub.api}/repositories/{repository.repository_id}{rest}{query}"


Answer = Callable[[Ask], Content]


def reply(ask: Ask, answer: Answer) -> Response:
    """A request costs one of the hour, unless a known asker hears that nothing has changed."""
    if refusal := _refuse_malformed(ask):
        return refusal
    if ask.wait is not None:
        return refuse_for(ask, ask.wait)
    try:
        content = answer(ask)
    except ApiRefused as refused:
        ask.costs = True
        return _finish(ask, refusal_of(refused.status, refused.message, refused.more))
    except Moved as moved:
        ask.costs = True
        return _finish(ask, _move(ask, moved))
    response: Response = JSONResponse(content.body, content.status, background=content.background)
    if content.links:
        ways = (f'<{url}>; rel="{name}"' for name, url in content.links.items())
        response.headers["link"] = ", ".join(ways)
    if content.status != 200 or content.is_free:
        ask.costs = not content.is_free
        return _finish(ask, response)
    validators = validators_of(ask.request, bytes(response.body), content.modified_at)
    if is_unchanged(ask.request, validators, content.modified_at):
        response = Response(status_code=304)
        ask.costs = ask.account is None
    else:
        ask.costs = True
    response.headers.update(validators)
    return _finish(ask, response)


def refuse_for(ask: Ask, wait: Wait) -> Response:
    """By a limit: the primary one tells when the hour ends, a secondary one may tell nothing."""
    if wait.kind == "primary":
        who = f"user ID {ask.account.account_id}" if ask.account else "127.0.0.1"
        message, more = f"API rate limit exceeded for {who}.", {}
    else:
        message = SECONDARY
        more = {"retry-after": str(ask.world.limits.wait_s(wait))} if wait.tells else {}
    response = refusal_of(wait.status, message, {"documentation_url": RATE_DOCS})
    response.headers.update(more)
    return _finish(ask, response)


def refuse(status: int, retry_after: int | None) -> Response:
    """An error that is not about this request: a fault that a script set."""
    if retry_after is not None:
        response = refusal_of(status, SECONDARY, {"documentation_url": RATE_DOCS})
        response.headers["retry-after"] = str(retry_after)
        return response
    known = any(status == one.value for one in HTTPStatus)
    return refusal_of(status, HTTPStatus(status).phrase if known else "Unknown", {})


def refusal_of(status: int, message: str, more: dict[str, Any]) -> Response:
    body = {"message": message, "documentation_url": DOCS, "status": str(status), **more}
    return JSONResponse(body, status)


def quota_of(ask: Ask) -> dict[str, int]:
    """The reset is a whole second, and never one that comes too early."""
    left_s = ask.holder.resets_in(ask.world.limits.now())
    reset = math.ceil((ask.world.hub.now() + timedelta(seconds=left_s)).timestamp())
    holder = ask.holder
    return {
        "limit": holder.limit,
        "remaining": holder.left,
        "reset": reset,
        "used": holder.limit - holder.left,
    }


def _finish(ask: Ask, response: Response) -> Response:
    if ask.costs:
        ask.holder.spend()
    response.headers.update({f"x-ratelimit-{name}": str(n) for name, n in quota_of(ask).items()})
    response.headers["x-ratelimit-resource"] = "core"
    response.headers["x-github-media-type"] = "github.v3; format=json"
    if ask.account is not None:
        response.headers["x-oauth-scopes"] = ", ".join(sorted(ask.scopes))
    return response


def _refuse_malformed(ask: Ask) -> Response | None:
    headers = ask.request.headers
    if not headers.get("user-agent"):
        message = "Request forbidden by administrative rules. Please make sure your request has a "
        return refusal_of(403, f"{message}User-Agent header.", {})
    version = headers.get("x-github-api-version", VERSIONS[0])
    if version not in VERSIONS:
        return refusal_of(400, f'"{version}" is not a supported version.', {})
    if ask.has_bad_token:
        return refusal_of(401, "Bad credentials", {})
    return None


def _move(ask: Ask, moved: Moved) -> Response:
    """A write is sent on with a status that keeps its method."""
    status = 301 if ask.request.method in ("GET", "HEAD") else 307
    text = "Moved Permanently" if status == 301 else "Temporary Redirect"
    docs = f"{DOCS}/guides/best-practices-for-using-the-rest-api#follow-redirects"
    body = {"message": text, "url": moved.location, "documentation_url": docs}
    return JSONResponse(body, status, {"location": moved.location})


def _blocked(repository: Repository) -> ApiRefused:
    """By the law, which has a status of its own, or by GitHub's own terms, which has not."""
    assert repository.block  # noqa: S101 - asked before
    block = {
        "reason": repository.block,
        "created_at": repository.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "html_url": f"https://github.com/{'github/dmca' if repository.block == 'dmca' else 'tos'}",
    }
    status = 451 if repository.block == "dmca" else 403
    return ApiRefused(status, "Repository access blocked", block=block)


def _names(path_params: dict[str, Any]) -> dict[str, str]:
    return {"owner": path_params["owner"], "name": path_params["repo"]}
