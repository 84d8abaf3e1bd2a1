"""How the tables of words are written: many words in one string, spaces between."""


def listed(words: str) -> tuple[str, ...]:
    """The words of `words`, in order."""
    return tuple(words.split())
