"""Pull requests, their reviews and commits as JSON, shaped like the ones captured from GitHub."""

from __future__ import annotations

from datetime import datetime

from sandbox.github import shapes
from sandbox.github.accounts import GHOST, Accounts, may_dismiss
from sandbox.github.shapes import Shape, node_id, time
from sandbox.github.state import Commit, PullRequest, Repository, Review, sha_of


class PullShapes:
    """Knows whose number is whose."""

    def __init__(self, api: str, accounts: Accounts) -> None:
        self.api = api
        self._accounts = accounts

    def repository(self, repository: Repository) -> Shape:
        owner = self._accounts.find_by_id(repository.owner_id) or GHOST
        return shapes.repository(self.api, repository, owner)

    def user(self, account_id: int) -> Shape | None:
        """Null where the account has been deleted."""
        account = self._accounts.find_by_id(account_id)
        return shapes.user(self.api, account) if account else None

    def author(self, account_id: int) -> Shape:
        """A pull request whose author is gone is shown as the ghost's."""
        return shapes.user(self.api, self._accounts.find_by_id(account_id) or GHOST)

    def pull(self, repository: Repository, pull: PullRequest) -> Shape:
        """The fields that webhooks of reviews and lists carry."""
        repo = self.repository(repository)
        repo_url, web = repo["url"], repository.url_of(pull)
        url, issue = f"{repo_url}/pulls/{pull.number}", f"{repo_url}/issues/{pull.number}"
        links = {
            "self": url,
            "html": web,
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{repo_url}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{repo_url}/statuses/{pull.head_sha}",
        }
        merge_sha = sha_of(pull.head_sha + pull.base_sha) if pull.merged_at else None
        author = self.author(pull.author_id)
        return {
            "url": url,
            "id": pull.pull_id,
            "node_id": node_id("PullRequest", pull.pull_id),
            "html_url": web,
            "diff_url": f"{web}.diff",
            "patch_url": f"{web}.patch",
            "issue_url": issue,
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "title": pull.title,
            "user": author,
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
            "draft": pull.draft,
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "comments_url": links["comments"],
            "statuses_url": links["statuses"],
            "head": _side(author, repo, f"changes-{pull.number}", pull.head_sha),
            "base": _side(repo["owner"], repo, "main", pull.base_sha),
            "_links": {name: {"href": link} for name, link in links.items()},
            "author_association": self._association(repository, pull.author_id),
            "auto_merge": None,
            "active_lock_reason": None,
        }

    def full_pull(self, repository: Repository, pull: PullRequest) -> Shape:
        """With what GitHub counts only for a single pull."""
        return {
            **self.pull(repository, pull),
            "merged": pull.merged_at is not None,
            "mergeable": None,
            "rebaseable": None,
            "mergeable_state": "draft" if pull.draft else "unknown",
            "merged_by": self.author(repository.owner_id) if pull.merged_at else None,
            "comments": 0,
            "review_comments": 0,
            "maintainer_can_modify": False,
            "commits": len(pull.commits),
            "additions": len(pull.commits),
            "deletions": 0,
            "changed_files": 1,
        }

    def review(self, repository: Repository, pull: PullRequest, one: Review) -> Shape:
        """As a webhook has it: the state in small letters."""
        html = f"{repository.url_of(pull)}#pullrequestreview-{one.review_id}"
        pull_url = f"{self.api}/repos/{repository.full_name}/pulls/{pull.number}"
        return {
            "id": one.review_id,
            "node_id": node_id("PullRequestReview", one.review_id),
            "user": self.user(one.author_id),
            "body": one.body,
            "commit_id": one.commit_id,
            "submitted_at": time(one.submitted_at),
            "state": one.state,
            "html_url": html,
            "pull_request_url": pull_url,
            "author_association": self._association(repository, one.author_id),
            "_links": {"html": {"href": html}, "pull_request": {"href": pull_url}},
        }

    def rest_review(self, repository: Repository, pull: PullRequest, one: Review) -> Shape:
        """As the REST API has it: the state in capitals, the body never null."""
        shape = {**self.review(repository, pull, one), "body": one.body or ""}
        if one.state == "pending":
            del shape["submitted_at"]
        return {**shape, "state": one.state.upper()}

    def commit(self, repository: Repository, one: Commit) -> Shape:
        url = f"{self.api}/repos/{repository.full_name}"
        account = self._accounts.find_by_id(one.author_id)
        user = self.user(one.author_id)
        return {
            "url": f"{url}/commits/{one.sha}",
            "sha": one.sha,
            "node_id": node_id("Commit", int(one.sha[:8], 16)),
            "html_url": f"{shapes.WEB}/{repository.full_name}/commit/{one.sha}",
            "comments_url": f"{url}/commits/{one.sha}/comments",
            "commit": {
                "url": f"{url}/git/commits/{one.sha}",
                "author": _signature(account.login if account else "", one.committed_at),
                "committer": _signature(account.login if account else "", one.committed_at),
                "message": one.message,
                "tree": {"url": f"{url}/git/trees/{sha_of(one.sha)}", "sha": sha_of(one.sha)},
                "comment_count": 0,
                "verification": {
                    "verified": False,
                    "reason": "unsigned",
                    "signature": None,
                    "payload": None,
                    "verified_at": None,
                },
            },
            "author": user,
            "committer": user,
            "parents": [],
        }

    def _association(self, repository: Repository, account_id: int) -> str:
        if account_id == repository.owner_id:
            return "OWNER"
        account = self._accounts.find_by_id(account_id)
        if account and may_dismiss(account, owner_id=repository.owner_id):
            return "COLLABORATOR"
        return "NONE"


def _side(owner: Shape, repo: Shape, branch: str, sha: str) -> Shape:
    return {
        "label": f"{owner['login']}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": owner,
        "repo": {**repo, **shapes.HOW_TO_MERGE},
    }


def _signature(name: str, at: datetime) -> Shape:
    email = f"{name}@users.noreply.github.com"
    return {"name": name, "email": email, "date": time(at)}
