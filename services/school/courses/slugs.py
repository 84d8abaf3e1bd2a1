"""Short names for addresses and files, proposed from the names that people give."""

import re
import unicodedata

LONGEST = 60
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"[0-9]+")
TAKEN_BY_PAGES = frozenset({"import", "new"})
"""Pages that stand where a course would: /school/courses/import."""

LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    **dict(zip("іїєґўё", "iiegue", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}


def is_slug(text: str) -> bool:
    """Whether it is small Latin letters and digits, with single hyphens between them."""
    return len(text) <= LONGEST and SLUG.fullmatch(text) is not None


def propose_slug(name: str, otherwise: str) -> str:
    """The words of a name with hyphens: "Первые шаги" is `pervye-shagi`."""
    words = [word for word in map(_in_latin, WORD.findall(name)) if word]
    return "-".join(words)[:LONGEST].strip("-") or otherwise


def propose_initials(name: str) -> str:
    """The initials of a course's name: "Основы Python 3" is `op3`. One word stays a word."""
    words = [word for word in map(_in_latin, WORD.findall(name)) if word]
    if len(words) < 2:
        return propose_slug(name, "course")
    return "".join(word if NUMBER.fullmatch(word) else word[0] for word in words)[:LONGEST]


def numbered(slug: str, number: int) -> str:
    """Another slug for when this one is taken: `op3-2`. The first is the slug itself."""
    tail = f"-{number}" if number > 1 else ""
    return slug[: LONGEST - len(tail)].rstrip("-") + tail


def _in_latin(word: str) -> str:
    # Letters are told before their marks are taken from them: "й" is one letter, not "и" and a
    # mark.
    told = "".join(LETTERS.get(letter, letter) for letter in word.lower())
    plain = unicodedata.normalize("NFKD", told).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)
