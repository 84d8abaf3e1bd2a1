"""The story's courses, and how far everybody has come when the world begins."""

from __future__ import annotations

from sandbox.stepik.structure import Course, make_course

COURSE_ID = 67
EMPTY_ID = 68
FOREIGN_ID = 69
TEACHER = "administrator"
"""Whose the program is, and who teaches in the school's courses."""

COURSES: tuple[Course, ...] = (
    make_course(
        COURSE_ID,
        "Python from the desk",
        (
            (
                "First steps",
                (
                    ("Say it and ask it", "tmm"),
                    ("How a program runs", "tt"),
                    ("Numbers and text", "tmm"),
                ),
            ),
            (
                "Choices and loops",
                (
                    ("If and else", "tmm"),
                    ("For and while", "tmm"),
                    ("Lists", "tm"),
                ),
            ),
            (
                "Functions and files",
                (
                    ("A function of your own", "tmm"),
                    ("Reading a file", "tm"),
                ),
            ),
        ),
    ),
    make_course(EMPTY_ID, "A course to be", ()),
    make_course(
        FOREIGN_ID,
        "Somebody else's course",
        (("Only module", (("Only lesson", "tm"),)),),
        is_foreign=True,
    ),
)

LEARNERS: dict[str, dict[int, tuple[int, ...]]] = {
    "student": {670101: (1, 2, 3), 670102: (1, 2), 670103: (1, 2)},
    "student2": {670101: (1,)},
    "curator": {670101: (1, 2, 3), 670103: (1, 2, 3)},
    "teacher": {},
    "teacher-old": {},
}
"""By account: the positions of the steps that are passed, by lesson."""
