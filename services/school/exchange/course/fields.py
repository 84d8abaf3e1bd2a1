"""The values of one map of a course's YAML, asked for by key; what nobody asked for is named."""

import difflib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from services.school.courses import links, markdown, slugs
from services.school.courses.entries import read_name
from services.school.errors import SchoolError, SlugWrong
from services.school.exchange.course.document import normal_text
from shared.problems import N_, Place, Problems, quoted
from shared.tree import Budget, Items, Keys, Node, Scalar, read_tree

T = TypeVar("T")

MOST_CHARACTERS = 3_000_000
READ_WITHIN = 20.0
"""Seconds, in a thread: texts may be made so that weighing each takes most of a second."""
WHOLE = re.compile(r"[0-9]{1,6}")

IS_NO_LIST = N_("“{key}” has to be a list")
IS_NO_TEXT = N_("“{key}” has to be a text")
IS_NO_MAP = N_("there have to be keys with values here")


class TooMuch(Exception):
    """The whole is more than a course may be; the problem has been added."""


class Reading:
    """What one reading of a course shares: the folder, what went wrong, how much is left."""

    def __init__(self, folder: Mapping[str, bytes]) -> None:
        self.problems = Problems()
        self.used: set[str] = set()
        self._folder = folder
        self._budget = Budget()
        self._characters = MOST_CHARACTERS
        self._until = time.monotonic() + READ_WITHIN

    def tree(self, file: str, asked: Place, shown: str) -> Node | None:
        """A YAML file of the folder, which a place names; `shown` is what people know it by."""
        text = self.file(file, asked, shown)
        return read_tree(text, shown, self.problems, self._budget) if text is not None else None

    def file(self, file: str, asked: Place, shown: str) -> str | None:
        """The text of a file of the folder, which a place names."""
        body = self._folder.get(file)
        if body is None:
            self.problems.add(asked, N_("there is no file “{file}”"), file=quoted(file))
            return None
        self.used.add(file)
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            place = Place(line, file=shown)
            self.problems.add(place, N_("this is not text in UTF-8: save the file in UTF-8"))
            return None

    def spend(self, text: str, place: Place) -> None:
        """Count a text.

        Raises:
            TooMuch: there are too many, or they take too long to read.
        """
        self._characters -= len(text)
        if self._characters < 0 or time.monotonic() > self._until:
            self.problems.add(place, N_("there is too much text in this course"))
            raise TooMuch


class Fields:
    """One map. Each method takes a key; `end` complains of those that nobody took."""

    def __init__(self, reading: Reading, node: Node | None) -> None:
        self._reading = reading
        self._asked: list[str] = []
        self._left: dict[str, tuple[Place, Node]] = {}
        self.place = node.place if node else Place()
        if isinstance(node, Keys):
            self._left = dict(node.entries)
        elif node is not None:
            reading.problems.add(node.place, IS_NO_MAP)
        self.is_map = isinstance(node, Keys)

    def place_of(self, key: str) -> Place:
        """Where a key's value stands; where the map begins if it has none."""
        found = self._left.get(key)
        return found[1].place if found else self.place

    def name(self, key: str = "name", *, required: bool = True) -> str:
        """A line of text."""
        place = self.place_of(key)
        text = self._text(key, required=required)
        return (self._check(place, text, read_name) or "") if text else ""

    def slug(self, key: str = "slug") -> str:
        """A short name."""
        place = self.place_of(key)
        text = self._text(key, required=True)
        if text and not slugs.is_slug(text):
            self._complain(place, SlugWrong.title)
        return text

    def reference(self, key: str) -> tuple[str, Place] | None:
        """The slug of something else, and where it stands."""
        place = self.place_of(key)
        text = self._text(key)
        return (text, place) if text else None

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of several words; the first if there is none."""
        place = self.place_of(key)
        text = self._text(key) or choices[0]
        if text not in choices:
            self._complain(
                place, N_("“{key}” is one of: {choices}"), key=key, choices=", ".join(choices)
            )
            return choices[0]
        return text

    def number(self, key: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number."""
        place = self.place_of(key)
        text = self._text(key, required=required)
        if not text:
            return None
        number = int(text) if WHOLE.fullmatch(text) else low - 1
        if not low <= number <= high:
            words = N_("“{key}” is a whole number from {low} to {high}")
            self._complain(place, words, key=key, low=low, high=high)
            return None
        return number

    def link(self, key: str, read: Callable[[str], str | None]) -> str | None:
        """A link, checked as the pages check it."""
        place = self.place_of(key)
        return self._check(place, self._text(key), read)

    def prose(self, key: str) -> str:
        """A text in Markdown, written here or in a file that `<key>_file` names."""
        beside = f"{key}_file"
        place = self.place_of(key)
        if beside not in self._left:
            self._asked.append(beside)
            text: str | None = self._text(key)
        else:
            if key in self._left:
                words = N_("there is “{key}” already: take one of both away")
                self._complain(self.place_of(beside), words, key=key)
            place = self.place_of(beside)
            file = self._text(beside)
            self._asked.append(key)
            self._left.pop(key, None)
            path = _path(file)
            text = self._reading.file(path, place, path) if file else ""
            place = Place(file=path) if text else place
        text = normal_text(text or "")
        self._reading.spend(text, place)
        return normal_text(self._check(place, text, markdown.read_markdown) or "")

    def items(self, key: str, most: int) -> Iterator["Fields"]:
        """A list of maps. Of one in another file (`file:`), that file's."""
        found = self._take(key)
        if found is None:
            return
        node = found[1]
        if isinstance(node, Scalar) and node.is_nothing:
            return
        if not isinstance(node, Items):
            self._complain(node.place, IS_NO_LIST, key=key)
            return
        if len(node.items) > most:
            words = N_("“{key}” has too many entries: {most} at most")
            self._complain(node.place, words, key=key, most=most)
        for item in node.items[:most]:
            fields = Fields(self._reading, item)
            if fields.is_map:
                yield fields

    def elsewhere(self) -> "Fields":
        """The map that a file holds, if `file` names one; else this."""
        if "file" not in self._left:
            self._asked.append("file")
            return self
        place = self.place_of("file")
        file = _path(self._text("file"))
        self.end()
        return Fields(self._reading, self._reading.tree(file, place, file))

    def end(self) -> None:
        """Name the keys that mean nothing here."""
        for key, (place, _) in self._left.items():
            close = difflib.get_close_matches(key[:100], self._asked, 1, 0.7)
            if close:
                words = N_("there is no “{key}” here; did you mean “{close}”?")
                self._complain(place, words, key=quoted(key), close=close[0])
            else:
                words = N_("there is no “{key}” here; there are: {keys}")
                keys = ", ".join(sorted(set(self._asked)))
                self._complain(place, words, key=quoted(key), keys=keys)

    def _take(self, key: str) -> tuple[Place, Node] | None:
        self._asked.append(key)
        return self._left.pop(key, None)

    def _text(self, key: str, *, required: bool = False) -> str:
        found = self._take(key)
        text = ""
        if found is not None:
            node = found[1]
            if not isinstance(node, Scalar):
                self._complain(node.place, IS_NO_TEXT, key=key)
                return ""
            text = "" if node.is_nothing else node.value.strip()
            self._reading.spend(text, node.place)
        if required and not text:
            place = found[1].place if found else self.place
            self._complain(place, N_("“{key}” is missing here"), key=key)
        return text

    def _check(self, place: Place, text: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(text)
        except SchoolError as error:
            self._complain(place, error.title)
            return None

    def _complain(self, place: Place, text: str, **values: object) -> None:
        self._reading.problems.add(place, text, **values)


def _path(file: str) -> str:
    # Only a name by which the folder's own list is asked: it opens nothing.
    return file.removeprefix("./")


LINKS = {
    "video": links.read_video,
    "slides": links.read_slides,
    "repository": links.read_repository,
    "link": links.read_link,
}
"""How the links of a lesson are checked."""
