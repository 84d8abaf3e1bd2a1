"""The school's films, as the story has them. `parta demo` opens the same ones."""

from __future__ import annotations

SUBSCRIPTION = "N5wLwvlW"

VIDEOS: tuple[tuple[str, str], ...] = (
    ("Vd1Hello", "The first program"),
    ("Vd2Names", "Names and values"),
    ("Vd3Forks", "If and else"),
    ("Vd4Loops", "Loops"),
    ("Vd5Lists", "Lists"),
    ("Vd6Words", "Dictionaries"),
    ("Vd7Funcs", "Functions"),
    ("Vd8Files", "Files"),
)
"""Codes of eight characters, and titles; one for each lesson, in their order."""

COLLECTION = ("Cl1Desks", "Evenings at the desk")
"""Everything that the subscription has."""
