"""GitHub's accounts and repositories as JSON, shaped like the ones captured from it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sandbox.github.state import Account, Repository

WEB = "https://github.com"
Shape = dict[str, Any]


def time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def node_id(kind: str, number: int) -> str:
    return base64.b64encode(f"0{len(kind)}:{kind}{number}".encode()).decode()


def user(api: str, account: Account) -> Shape:
    """The short form, as it stands inside other objects."""
    url = f"{api}/users/{quote(account.login)}"
    name = account.login.removesuffix("[bot]")
    return {
        "login": account.login,
        "id": account.account_id,
        "node_id": node_id("User", account.account_id),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.account_id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/apps/{name}" if account.kind == "Bot" else f"{WEB}/{name}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.kind,
        "site_admin": False,
    }


def full_user(api: str, account: Account, created_at: datetime, public_repos: int) -> Shape:
    """The long form of `/user` and `/users/<login>`; the address is private, as is usual."""
    return {
        **user(api, account),
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": public_repos,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": time(created_at),
        "updated_at": time(created_at),
    }


_REPOSITORY_LINKS = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}

HOW_TO_MERGE = {
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "delete_branch_on_merge": False,
}


def repository(api: str, repository: Repository, owner: Account) -> Shape:
    full_name = repository.full_name
    number = repository.repository_id
    url = f"{api}/repos/{full_name}"
    still_open = sum(pull.state == "open" for pull in repository.pulls)
    return {
        "id": number,
        "node_id": node_id("Repository", number),
        "name": repository.name,
        "full_name": full_name,
        "private": repository.private,
        "owner": user(api, owner),
        "html_url": f"{WEB}/{full_name}",
        "description": None,
        "fork": False,
        "url": url,
        **{name: url + tail for name, tail in _REPOSITORY_LINKS.items()},
        "created_at": time(repository.created_at),
        "updated_at": time(repository.updated_at),
        "pushed_at": time(repository.pushed_at),
        "git_url": f"git://github.com/{full_name}.git",
        "ssh_url": f"git@github.com:{full_name}.git",
        "clone_url": f"{WEB}/{full_name}.git",
        "svn_url": f"{WEB}/{full_name}",
        "homepage": None,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": "Python",
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "open_issues_count": still_open,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "custom_properties": {},
        "topics": [],
        "visibility": "private" if repository.private else "public",
        "forks": 0,
        "open_issues": still_open,
        "watchers": 0,
        "default_branch": "main",
    }


def full_repository(api: str, one: Repository, owner: Account) -> Shape:
    """With what GitHub tells only of a single repository."""
    return {
        **repository(api, one, owner),
        **HOW_TO_MERGE,
        "temp_clone_token": None,
        "network_count": 0,
        "subscribers_count": 0,
    }
