"""State files of older sandboxes, read as if they were of today."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.school import find_person

Kept = dict[str, Any]


def renewed(kept: Any) -> Any:
    """A sandbox once knew pull requests only, each with its address and its author's login."""
    if not isinstance(kept, dict) or "pulls" not in kept or "repositories" in kept:
        return kept
    next_id = int(kept["next_review_id"])
    repositories: dict[str, Kept] = {}
    for pull in kept["pulls"]:
        name = f"{pull['owner']}/{pull['repo']}"
        repository = repositories.setdefault(name, _repository(name, pull))
        repository["pulls"].append(_pull(pull))
        for moment in ("updated_at", "pushed_at"):
            repository[moment] = max(repository[moment], pull["updated_at"])
    for number, repository in enumerate(repositories.values()):
        repository["hook_id"] = next_id + number
    next_id += len(repositories)
    deliveries = kept.get("deliveries", [])
    return {
        "next_review_id": kept["next_review_id"],
        "next_id": next_id + len(deliveries),
        "repositories": list(repositories.values()),
        "tokens": [
            {**token, "account_id": _account_id(token["login"])} for token in kept["tokens"]
        ],
        "deliveries": [
            {**delivery, "number": next_id + n} for n, delivery in enumerate(deliveries)
        ],
    }


def _repository(name: str, pull: Kept) -> Kept:
    """Its number is what it was: Parta knows it by that."""
    return {
        "repository_id": _number_of(name),
        "owner_id": _account_id(pull["owner"]),
        "owner": pull["owner"],
        "name": pull["repo"],
        "created_at": pull["created_at"],
        "updated_at": pull["updated_at"],
        "pushed_at": pull["updated_at"],
        "pulls": [],
    }


def _pull(pull: Kept) -> Kept:
    author_id = _account_id(pull["owner"])
    head = {
        "sha": pull["head_sha"],
        "author_id": author_id,
        "committed_at": pull["updated_at"],
        "message": pull["title"],
    }
    reviews = [
        {**review, "author_id": _account_id(review["login"])} for review in pull.get("reviews", [])
    ]
    return {**pull, "author_id": author_id, "commits": [head], "reviews": reviews}


def _account_id(login: str) -> int:
    person = find_person(login)
    return person.github_id if person else _number_of(login)


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1 | 1
