"""GitHub's objects as JSON, shaped like the ones captured from it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from sandbox.github.state import PullRequest, Review, number_of, sha_of
from sandbox.school import find_person

WEB = "https://github.com"
Shape = dict[str, Any]


def time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def node_id(kind: str, number: int) -> str:
    return base64.b64encode(f"0{len(kind)}:{kind}{number}".encode()).decode()


def user(api: str, login: str) -> Shape:
    """The short form, as it stands inside other objects."""
    person = find_person(login)
    number = person.github_id if person else number_of(login)
    url = f"{api}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": node_id("User", number),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/{login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": "User",
        "site_admin": False,
    }


def full_user(api: str, login: str, created_at: datetime) -> Shape:
    """The long form of `/user` and `/users/<login>`; the address is private, as is usual."""
    person = find_person(login)
    return {
        **user(api, login),
        "name": person.name if person else None,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 1,
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


_HOW_TO_MERGE = {
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "delete_branch_on_merge": False,
}


def repository(api: str, pulls: list[PullRequest]) -> Shape:
    """A repository is known by its pulls; there is at least one."""
    first = pulls[0]
    full_name, owner = first.full_name, first.owner
    number = number_of(full_name)
    url = f"{api}/repos/{full_name}"
    still_open = sum(pull.state == "open" for pull in pulls)
    return {
        "id": number,
        "node_id": node_id("Repository", number),
        "name": first.repo,
        "full_name": full_name,
        "private": False,
        "owner": user(api, owner),
        "html_url": f"{WEB}/{full_name}",
        "description": None,
        "fork": False,
        "url": url,
        **{name: url + tail for name, tail in _REPOSITORY_LINKS.items()},
        "created_at": time(first.created_at),
        "updated_at": time(first.updated_at),
        "pushed_at": time(max(pull.updated_at for pull in pulls)),
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
        "visibility": "public",
        "forks": 0,
        "open_issues": still_open,
        "watchers": 0,
        "default_branch": "main",
    }


def pull_request(api: str, pull: PullRequest, repo: Shape) -> Shape:
    """The fields that webhooks of reviews and lists carry."""
    repo_url = f"{api}/repos/{pull.full_name}"
    url, issue = f"{repo_url}/pulls/{pull.number}", f"{repo_url}/issues/{pull.number}"
    links = {
        "self": url,
        "html": pull.url,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repo_url}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repo_url}/statuses/{pull.head_sha}",
    }
    merge_sha = sha_of(pull.head_sha + pull.base_sha) if pull.merged_at else None
    return {
        "url": url,
        "id": pull.pull_id,
        "node_id": node_id("PullRequest", pull.pull_id),
        "html_url": pull.url,
        "diff_url": f"{pull.url}.diff",
        "patch_url": f"{pull.url}.patch",
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": user(api, pull.owner),
        "body": None,
        "created_at": time(pull.created_at),
        "updated_at": time(pull.updated_at),
        "closed_at": time(pull.closed_at),
        "merged_at": time(pull.merged_at),
        "merge_commit_sha": merge_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [],
        "milestone": None,
        "draft": False,
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _side(api, pull, repo, "changes", pull.head_sha),
        "base": _side(api, pull, repo, "main", pull.base_sha),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": "OWNER",
        "auto_merge": None,
        "active_lock_reason": None,
    }


def full_pull_request(api: str, pull: PullRequest, repo: Shape) -> Shape:
    """With what GitHub counts only for a single pull."""
    return {
        **pull_request(api, pull, repo),
        "merged": pull.merged_at is not None,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": user(api, pull.owner) if pull.merged_at else None,
        "comments": 0,
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": pull.commits,
        "additions": pull.commits,
        "deletions": 0,
        "changed_files": 1,
    }


def review(api: str, pull: PullRequest, one: Review) -> Shape:
    """As a webhook has it: the state in small letters."""
    html = f"{pull.url}#pullrequestreview-{one.review_id}"
    pull_url = f"{api}/repos/{pull.full_name}/pulls/{pull.number}"
    return {
        "id": one.review_id,
        "node_id": node_id("PullRequestReview", one.review_id),
        "user": user(api, one.login),
        "body": one.body,
        "commit_id": one.commit_id,
        "submitted_at": time(one.submitted_at),
        "state": one.state,
        "html_url": html,
        "pull_request_url": pull_url,
        "author_association": "OWNER" if one.login == pull.owner else "COLLABORATOR",
        "_links": {"html": {"href": html}, "pull_request": {"href": pull_url}},
    }


def rest_review(api: str, pull: PullRequest, one: Review) -> Shape:
    """As the REST API has it: the state in capitals, the body never null."""
    return {**review(api, pull, one), "state": one.state.upper(), "body": one.body or ""}


def _side(api: str, pull: PullRequest, repo: Shape, branch: str, sha: str) -> Shape:
    return {
        "label": f"{pull.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(api, pull.owner),
        "repo": {**repo, **_HOW_TO_MERGE},
    }
