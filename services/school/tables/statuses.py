"""What statuses, troubles and streams are called in tables."""

from dataclasses import dataclass

from shared.texts import Texts


@dataclass(frozen=True, slots=True)
class Words:
    """A status's icon, what it is called, and the title of a column or table of its works."""

    icon: str
    label: str
    title: str


def words_of(texts: Texts) -> dict[str, Words]:
    """The words of each status in one language; works that are not begun have no icon."""
    return {
        "available": Words("", texts("Can be started"), texts("Not begun")),
        "execution": Words("🧑‍💻", texts("In the making"), texts("In the making")),
        "review": Words("🔍", texts("On review"), texts("On review")),
        "correction": Words("⚠️", texts("Needs corrections"), texts("In correction")),
        "approved": Words("✅", texts("Accepted"), texts("Accepted")),
    }


def trouble_words(texts: Texts) -> dict[str, str]:
    """What became of a pull request, in one language."""
    return {
        "gone": texts("The pull request is gone"),
        "blocked": texts("The pull request is blocked"),
        "found": texts("The pull request is there again"),
    }


def stream_name(course: str | None, number: int | None, texts: Texts) -> str:
    """What a work's stream is called in one language; empty for a work that stands alone."""
    if not course:
        return ""
    stream = texts("stream {number}", number=number)
    return f"{course}, {stream}"
