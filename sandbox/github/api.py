"""GitHub's REST API: who somebody is, and what became of a pull request."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import answer_with
from sandbox.github import shapes
from sandbox.github.quota import Quota
from sandbox.github.state import PullRequest
from sandbox.school import PEOPLE, find_person
from sandbox.world import World, world_of

DOCS = "https://docs.github.com/rest"
COSTLY = (200, 404, 422)
Content = tuple[Any, datetime | None]
Answer = Callable[[World, Request, str | None], Content]


class ApiRefused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def refuse(status: int, retry_after: int | None) -> Response:
    """An error that is not about this request: a fault that a script set."""
    if retry_after is not None:
        message = "You have exceeded a secondary rate limit. Please wait a few minutes."
        return _refusal(status, message, {"retry-after": str(retry_after)})
    known = any(status == one.value for one in HTTPStatus)
    return _refusal(status, HTTPStatus(status).phrase if known else "Unknown", {})


def _user(world: World, request: Request, login: str | None) -> Content:
    if login is None:
        raise ApiRefused(401, "Requires authentication")
    return shapes.full_user(world.hub.api, login, world.born_at), None


def _emails(world: World, request: Request, login: str | None) -> Content:
    person = find_person(login or "")
    if person is None:
        raise ApiRefused(401, "Requires authentication")
    primary = {"email": person.email, "primary": True, "verified": True, "visibility": "private"}
    return [primary], None


def _user_by_login(world: World, request: Request, login: str | None) -> Content:
    wanted = request.path_params["login"].casefold()
    for person in PEOPLE:
        if person.github_login == wanted:
            return shapes.full_user(world.hub.api, person.github_login, world.born_at), None
    raise ApiRefused(404, "Not Found")


def _user_by_id(world: World, request: Request, login: str | None) -> Content:
    for person in PEOPLE:
        if person.github_id == request.path_params["id"]:
            return shapes.full_user(world.hub.api, person.github_login, world.born_at), None
    raise ApiRefused(404, "Not Found")


def _repository(world: World, request: Request, login: str | None) -> Content:
    pulls = _list_pulls(world, request)
    return shapes.repository(world.hub.api, pulls), max(pull.updated_at for pull in pulls)


def _pulls(world: World, request: Request, login: str | None) -> Content:
    pulls = _list_pulls(world, request)
    state = request.query_params.get("state", "open")
    if state not in ("open", "closed", "all"):
        raise ApiRefused(422, "Validation Failed")
    repo = shapes.repository(world.hub.api, pulls)
    chosen = [pull for pull in reversed(pulls) if state in ("all", pull.state)]
    return [shapes.pull_request(world.hub.api, pull, repo) for pull in chosen], None


def _pull(world: World, request: Request, login: str | None) -> Content:
    pull = _get_pull(world, request)
    shape = shapes.full_pull_request(world.hub.api, pull, world.hub.repository(pull))
    return shape, pull.updated_at


def _reviews(world: World, request: Request, login: str | None) -> Content:
    pull = _get_pull(world, request)
    return [shapes.rest_review(world.hub.api, pull, review) for review in pull.reviews], None


def _list_pulls(world: World, request: Request) -> list[PullRequest]:
    pulls = world.hub.list_pulls(request.path_params["owner"], request.path_params["repo"])
    if not pulls:
        raise ApiRefused(404, "Not Found")
    return pulls


def _get_pull(world: World, request: Request) -> PullRequest:
    for pull in _list_pulls(world, request):
        if pull.number == request.path_params["number"]:
            return pull
    raise ApiRefused(404, "Not Found")


def _route(path: str, answer: Answer) -> Route:
    name = f"GET {path.replace(':int', '')}"

    async def endpoint(request: Request) -> Response:
        world = world_of(request)
        fault = world.faults.take("github", name)

        async def reply() -> Response:
            return _reply(world, request, answer)

        response = await answer_with(fault, reply, refuse)
        world.counts.add("github", name, costs=response.status_code in COSTLY)
        return response

    return Route(f"/github/api{path}", endpoint, methods=["GET"])


def _reply(world: World, request: Request, answer: Answer) -> Response:
    """A request costs one of the quota, unless its answer is that nothing has changed."""
    value = _token(request)
    login = world.oauth.find_login(value) if value else None
    if value and login is None:
        return _refusal(401, "Bad credentials", {})
    quota = world.quotas.of(value or "anonymous", named=login is not None)
    if quota.left == 0:
        message = "API rate limit exceeded for this token."
        return _refusal(403, message, _quota_headers(quota, world))
    try:
        content, modified_at = answer(world, request, login)
    except ApiRefused as refused:
        quota.spend()
        return _refusal(refused.status, refused.message, _quota_headers(quota, world))
    content, links = _one_page(request, content)
    response = JSONResponse(content, headers=links)
    etag = f'W/"{hashlib.sha256(response.body).hexdigest()}"'
    validators = {"etag": etag, "cache-control": "private, max-age=60, s-maxage=60"}
    if modified_at is not None:
        validators["last-modified"] = format_datetime(modified_at.astimezone(UTC), usegmt=True)
    if _unchanged(request, validators):
        return Response(status_code=304, headers={**validators, **_quota_headers(quota, world)})
    quota.spend()
    response.headers.update({**validators, **_quota_headers(quota, world)})
    response.headers["x-github-media-type"] = "github.v3; format=json"
    return response


def _token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() in ("bearer", "token") else ""


def _unchanged(request: Request, validators: dict[str, str]) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return validators["etag"].removeprefix("W/") in tags
    since = request.headers.get("if-modified-since")
    return since is not None and since == validators.get("last-modified")


def _one_page(request: Request, content: Any) -> tuple[Any, dict[str, str]]:
    """Lists come thirty at a time, with the way to the next page in a header."""
    if not isinstance(content, list):
        return content, {}
    size = min(max(_number(request, "per_page", 30), 1), 100)
    page = max(_number(request, "page", 1), 1)
    links = {}
    if page * size < len(content):
        following = request.url.include_query_params(page=page + 1)
        last = request.url.include_query_params(page=-(-len(content) // size))
        links["link"] = f'<{following}>; rel="next", <{last}>; rel="last"'
    return content[(page - 1) * size : page * size], links


def _number(request: Request, name: str, default: int) -> int:
    try:
        return int(request.query_params.get(name, default))
    except ValueError:
        return default


def _quota_headers(quota: Quota, world: World) -> dict[str, str]:
    resets_at = int(time.time() + quota.resets_in(world.monotonic()))
    return {
        "x-ratelimit-limit": str(quota.limit),
        "x-ratelimit-remaining": str(quota.left),
        "x-ratelimit-used": str(quota.limit - quota.left),
        "x-ratelimit-reset": str(resets_at),
        "x-ratelimit-resource": "core",
    }


def _refusal(status: int, message: str, headers: dict[str, str]) -> Response:
    body = {"message": message, "documentation_url": DOCS, "status": str(status)}
    return JSONResponse(body, status, headers)


async def not_found(request: Request) -> Response:
    world_of(request).counts.add("github", "unknown", costs=False)
    return _refusal(404, "Not Found", {})


API = [
    _route("/user", _user),
    _route("/user/emails", _emails),
    _route("/user/{id:int}", _user_by_id),
    _route("/users/{login}", _user_by_login),
    _route("/repos/{owner}/{repo}", _repository),
    _route("/repos/{owner}/{repo}/pulls", _pulls),
    _route("/repos/{owner}/{repo}/pulls/{number:int}", _pull),
    _route("/repos/{owner}/{repo}/pulls/{number:int}/reviews", _reviews),
    Route("/github/api/{path:path}", not_found, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
]
