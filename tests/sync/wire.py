"""GitHub in small: things at addresses, answered as GitHub answers, with ETags and a quota."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.sync.asking import reply
from tests.sync.shapes import REPOSITORY_ID, pull

Thing = Any


@dataclass
class Hub:
    """What is at each path: something that JSON can say, an answer, or a function of the request.

    A list is given in pages. `costly` counts what counts against the quota.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    costly: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        thing = self.things.get(request.url.path, reply(404))
        if callable(thing):
            thing = thing(request)
        if isinstance(thing, httpx.Response):
            self.costly += 1
            return httpx.Response(thing.status_code, headers=thing.headers, content=thing.content)
        return self._answer(request, thing)

    def _answer(self, request: httpx.Request, thing: Any) -> httpx.Response:
        more: dict[str, str] = {}
        if isinstance(thing, list):
            size = int(request.url.params.get("per_page", 30))
            page = int(request.url.params.get("page", 1))
            if page * size < len(thing):
                following = request.url.copy_set_param("page", str(page + 1))
                more["Link"] = f'<{following}>; rel="next"'
            thing = thing[(page - 1) * size : page * size]
        etag = f'"{hashlib.sha256(json.dumps(thing).encode()).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return reply(304, ETag=etag, **more)
        self.costly += 1
        return reply(200, thing, ETag=etag, **more)

    def put(self, told: dict[str, Any], reviews: list[dict[str, Any]] | None = None) -> None:
        """A pull request where its repository's name and number say, with its reviews."""
        repository = told["base"]["repo"]
        for path in (f"/repos/{repository['full_name']}", f"/repositories/{repository['id']}"):
            place = f"{path}/pulls/{told['number']}"
            self.things[place] = told
            self.things[f"{place}/reviews"] = reviews if reviews is not None else []

    def rename(self, name: str, to: str, repository_id: int = REPOSITORY_ID) -> None:
        """The repository has another name; its former one leads there by number."""
        for path in [path for path in self.things if path.startswith(f"/repos/{name}/")]:
            rest = path.removeprefix(f"/repos/{name}")
            thing = self.things[path]
            if isinstance(thing, dict):
                thing = pull(
                    thing["number"],
                    repository=to,
                    repository_id=repository_id,
                    head=thing["head"]["sha"],
                    updated_at=thing["updated_at"],
                )
            self.things[f"/repos/{to}{rest}"] = thing
            self.things[f"/repositories/{repository_id}{rest}"] = thing
            self.things[path] = _moved(f"/repositories/{repository_id}{rest}")

    def remove(self, name: str, repository_id: int = REPOSITORY_ID) -> dict[str, Thing]:
        """Nobody may see the repository any more; gives what was there, to be put back."""
        gone = {
            path: thing
            for path, thing in self.things.items()
            if path.startswith((f"/repos/{name}/", f"/repositories/{repository_id}/"))
        }
        for path in gone:
            del self.things[path]
        return gone

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def forget(self) -> None:
        """Count from now on."""
        self.asked.clear()
        self.costly = 0


def _moved(path: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        query = f"?{request.url.query.decode()}" if request.url.query else ""
        return reply(301, Location=f"https://api.github.test{path}{query}")

    return answer
