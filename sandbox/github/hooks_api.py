"""GitHub's REST API of webhooks: what was sent, what became of it, and sending it again."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask

from sandbox.github import shapes
from sandbox.github.accounts import find_person_of
from sandbox.github.hooks import EVENTS, Hook
from sandbox.github.rest import ApiRefused, Ask, Content
from sandbox.github.state import Account, Delivery

READERS = frozenset(
    {"admin:repo_hook", "write:repo_hook", "read:repo_hook", "repo", "admin:org_hook"}
)
WRITERS = READERS - {"read:repo_hook"}
NOT_CONNECTED = 502
TIMED_OUT = 504


def list_hooks(ask: Ask) -> Content:
    hook, path, created_at = _find_hook(ask)
    hooks = [hook] if hook else []
    return ask.page(hooks, lambda one: _hook(ask, one, path, created_at), f"{path}/hooks")


def show_hook(ask: Ask) -> Content:
    hook, path, created_at = _get_hook(ask)
    return Content(_hook(ask, hook, path, created_at))


def list_deliveries(ask: Ask) -> Content:
    """The newest first; the way on is a cursor, never a number of a page."""
    hook, path, _ = _get_hook(ask)
    assert hook.hook_id  # noqa: S101 - only such are found
    wanted = ask.wanted("status", "", ("", "success", "failure"))
    found = [
        one
        for one in ask.world.hooks.list_of(hook.hook_id)
        if wanted in ("", "success" if _status(one)[1] < 400 else "failure")
    ]
    if cursor := ask.request.query_params.get("cursor"):
        match = re.fullmatch(r"v1_([0-9]{1,18})", cursor)
        if match is None:
            raise ApiRefused(422, "Validation Failed")
        found = [one for one in found if one.number <= int(match.group(1))]
    page, rest = found[: ask.page_size], found[ask.page_size :]
    there = f"{path}/hooks/{hook.hook_id}/deliveries"
    links = {"next": ask.address(there, cursor=f"v1_{rest[0].number}")} if rest else {}
    return Content([_item(one) for one in page], links=links)


def show_delivery(ask: Ask) -> Content:
    hook, _, _ = _get_hook(ask)
    delivery = _get_delivery(ask, hook)
    hooks = ask.world.hooks
    body = hooks.find_body(delivery)
    request = {
        "headers": hooks.headers(delivery, body or b"", hook),
        "payload": None if body is None else json.loads(body),
    }
    return Content(
        {
            **_item(delivery),
            "url": hooks.url,
            "request": request,
            "response": {"headers": {}, "payload": None},
        }
    )


def redeliver(ask: Ask) -> Content:
    """Taken at once; whether it arrives is seen in the list."""
    hook, _, _ = _get_hook(ask, WRITERS)
    delivery = _get_delivery(ask, hook)
    if ask.world.hooks.find_body(delivery) is None:
        raise ApiRefused(422, "This delivery can no longer be redelivered.")
    later = BackgroundTask(ask.world.hooks.redeliver, delivery, hook)
    return Content({}, status=202, background=later)


def _get_hook(ask: Ask, scopes: frozenset[str] = READERS) -> tuple[Hook, str, datetime]:
    hook, path, created_at = _find_hook(ask, scopes)
    if hook is None or hook.hook_id != ask.request.path_params["hook_id"]:
        raise ApiRefused(404, "Not Found")
    return hook, path, created_at


def _find_hook(ask: Ask, scopes: frozenset[str] = READERS) -> tuple[Hook | None, str, datetime]:
    """The hook, its address, by numbers where there are any, and since when it may be there.

    Who may not see webhooks is told that there are none, as everywhere on GitHub.
    """
    hub, names = ask.world.hub, ask.request.path_params
    if "org" in names:
        owner = hub.accounts.find_by_login(names["org"])
        if owner is None or owner.kind != "Organization" or not _may(ask, owner, scopes):
            raise ApiRefused(404, "Not Found")
        found = Hook(owner.hook_id, "organization", owner.account_id)
        return found, f"/orgs/{owner.login}", ask.world.born_at
    repository = ask.repository()
    owner = hub.accounts.find_by_id(repository.owner_id)
    if owner is None or not _may(ask, owner, scopes):
        raise ApiRefused(404, "Not Found")
    path, number = f"/repositories/{repository.repository_id}", repository.repository_id
    if repository.hook_id is None:
        return None, path, repository.created_at
    hook = Hook(repository.hook_id, target_id=number, repository_id=number)
    return hook, path, repository.created_at


def _may(ask: Ask, owner: Account, scopes: frozenset[str]) -> bool:
    """The school's administrator has the right to every repository; others to their own."""
    if ask.account is None or not ask.scopes & scopes:
        return False
    if owner.kind == "Organization" and "org" in ask.request.path_params:
        return "admin:org_hook" in ask.scopes
    person = find_person_of(ask.account)
    is_administrator = person is not None and "administrator" in person.roles
    return is_administrator or ask.account is owner


def _get_delivery(ask: Ask, hook: Hook) -> Delivery:
    assert hook.hook_id  # noqa: S101 - only such are found
    wanted = ask.request.path_params["delivery_id"]
    for delivery in ask.world.hooks.list_of(hook.hook_id):
        if delivery.number == wanted:
            return delivery
    raise ApiRefused(404, "Not Found")


def _status(delivery: Delivery) -> tuple[str, int]:
    """In words and as a number; what met nobody has a number too."""
    if delivery.timed_out:
        return "timed out", TIMED_OUT
    if delivery.status is None:
        return "failed to connect", NOT_CONNECTED
    if 200 <= delivery.status < 300:
        return "OK", delivery.status
    return f"Invalid HTTP Response: {delivery.status}", delivery.status


def _item(delivery: Delivery) -> dict[str, Any]:
    status, code = _status(delivery)
    return {
        "id": delivery.number,
        "guid": delivery.delivery_id,
        "delivered_at": shapes.time(delivery.at),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration_ms / 1000,
        "status": status,
        "status_code": code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": None,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


def _hook(ask: Ask, hook: Hook, path: str, created_at: datetime) -> dict[str, Any]:
    world = ask.world
    url = f"{world.hub.api}{path}/hooks/{hook.hook_id}"
    newest = next(iter(world.hooks.list_of(hook.hook_id or 0)), None)
    status, code = _status(newest) if newest else ("unused", None)
    return {
        "type": hook.target.title(),
        "id": hook.hook_id,
        "name": "web",
        "active": True,
        "events": list(EVENTS),
        "config": {
            "content_type": "json",
            "insecure_ssl": "0",
            "url": world.hooks.url,
            "secret": "********",
        },
        "updated_at": shapes.time(created_at),
        "created_at": shapes.time(created_at),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": {
            "code": code,
            "status": "active" if status == "OK" else status,
            "message": None if newest is None else status,
        },
    }
