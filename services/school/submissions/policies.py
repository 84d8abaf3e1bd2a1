"""In whose repository the pull request of an assignment may be: pure rules."""

from services.school.courses.entries import Policy
from services.school.courses.links import find_repository
from services.school.errors import PullInTaskRepository, PullNotYours, PullOfAnother


def check_policy(
    policy: Policy, owner: str, *, login: str, task_repository_url: str | None
) -> None:
    """Refuse a pull request in a repository of the wrong account.

    Raises:
        PullOfAnother: it has to be one's own.
        PullInTaskRepository: it may not be that of the assignment's own account.
    """
    if policy == "own_repo" and owner.lower() != login.lower():
        raise PullOfAnother(login)
    if policy == "any_repo_except_task":
        task_owner = owner_of(task_repository_url)
        if task_owner is not None and owner.lower() == task_owner.lower():
            raise PullInTaskRepository(task_owner)


def check_author(
    policy: Policy, *, author_id: int, author_login: str, github_id: int | None
) -> None:
    """Where the repository may be anybody's, the pull request has to be the student's own.

    In a repository of one's own a program or a partner may have opened it: its owner took it in.

    Raises:
        PullNotYours: somebody else opened it.
    """
    if policy != "own_repo" and github_id is not None and author_id != github_id:
        raise PullNotYours(author_login)


def owner_of(repository_url: str | None) -> str | None:
    """The account that an assignment's repository is of."""
    found = find_repository(repository_url) if repository_url else None
    return found[0] if found else None
