"""What people type to find somebody."""

from shared.db import storable

LONGEST = 200
MOST_WORDS = 10


def tidy_search(text: str) -> str:
    """What is searched for: one line, not too long, nothing that Postgres refuses."""
    return " ".join(storable(text[:LONGEST]).split())


def words_of(name: str) -> list[str]:
    """The words of a name that another's is compared with; initials say nothing."""
    words = tidy_search(name).lower().split()
    return list(dict.fromkeys(word for word in words if len(word) > 1))[:MOST_WORDS]
