"""GitHub's answers as short as they can be: only what is read."""

from typing import Any

LENA, ANNA = 101, 202
"""The student and the curator, by GitHub's numbers."""
REPOSITORY_ID = 77


def pull(
    number: int = 3,
    *,
    head: str = "a" * 40,
    repository: str = "lena/tasks",
    repository_id: int = REPOSITORY_ID,
    updated_at: str = "2026-09-01T12:00:00Z",
    **more: Any,
) -> dict[str, Any]:
    """A pull request, asked for by itself."""
    return {
        "number": number,
        "html_url": f"https://github.com/{repository}/pull/{number}",
        "title": "Tasks of the week",
        "state": "open",
        "draft": False,
        "user": {"id": LENA, "login": "lena"},
        "head": {"sha": head},
        "base": {"repo": {"id": repository_id, "full_name": repository}},
        "updated_at": updated_at,
        "merged_at": None,
        **more,
    }


def review(
    review_id: int = 9,
    state: str = "APPROVED",
    *,
    by: int = ANNA,
    commit_id: str = "a" * 40,
    submitted_at: str = "2026-09-01T13:00:00Z",
    **more: Any,
) -> dict[str, Any]:
    """A review in a list."""
    return {
        "id": review_id,
        "user": {"id": by, "login": f"user-{by}"},
        "state": state,
        "commit_id": commit_id,
        "submitted_at": submitted_at,
        "html_url": f"https://github.com/lena/tasks/pull/3#pullrequestreview-{review_id}",
        "body": "a comment",
        **more,
    }
