"""What statuses, troubles and streams are called in tables."""

from dataclasses import dataclass

from services.school.errors import STATUS_NAMES
from shared.texts import Texts

ICONS = {"available": "", "execution": "🧑‍💻", "review": "🔍", "correction": "⚠️", "approved": "✅"}


@dataclass(frozen=True, slots=True)
class Words:
    """A status's icon, what it is called, and the title of a column or table of its works."""

    icon: str
    label: str
    title: str


def words_of(texts: Texts) -> dict[str, Words]:
    """The words of each status in one language; works that are not begun have no icon."""
    names = {status: texts(name) for status, name in STATUS_NAMES.items()}
    titles = {"available": texts("Not begun"), "correction": texts("In correction")}
    return {
        status: Words(ICONS[status], name, titles.get(status, name))
        for status, name in names.items()
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
