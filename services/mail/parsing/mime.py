"""The parts of a letter, found by their boundaries; nothing is decoded or copied here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.mail.parsing import limits
from services.mail.parsing.charsets import one_line
from services.mail.parsing.headers import Head, decode_words, read_head, read_parameters

_FIRST_BOUNDARY = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,69})\r?\n")
_GUESSING_BYTES = 4_096
_DATA = frozenset({"text/calendar", "text/x-vcalendar", "text/vcard", "text/x-vcard", "text/csv"})
"""Text for programs."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its kind in lower case, where its body lies in the letter, the parts within."""

    kind: str
    head: Head
    start: int
    end: int
    parameters: dict[str, str]
    is_attached: bool
    name: str
    children: "tuple[Part, ...]" = ()

    @property
    def is_text(self) -> bool:
        """Whether it is text to be read, not a file that happens to be text."""
        return self.kind.startswith("text/") and not self.is_attached and self.kind not in _DATA

    def walk(self) -> "Iterator[Part]":
        """It and all within, in their order, letters within letters too."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Structure:
    """A letter's parts, and what of it was too much."""

    raw: bytes
    root: Part = field(init=False)
    trouble: str | None = None
    count: int = 0
    hits: int = 0

    @classmethod
    def read(cls, raw: bytes, head: Head, end: int) -> "Structure":
        """The parts of a letter whose head was read."""
        structure = cls(raw, trouble=head.trouble)
        structure.root = structure._part(head, end, depth=0, is_digest=False)
        return structure

    def _part(self, head: Head, end: int, *, depth: int, is_digest: bool) -> Part:
        self.count += 1
        kind, parameters = read_parameters(head.raw_text("content-type"))
        if kind.count("/") != 1:
            kind = "message/rfc822" if is_digest else "text/plain"
        disposition, more = read_parameters(head.raw_text("content-disposition"))
        name = one_line(decode_words(more.get("filename") or parameters.get("name") or ""), 200)
        return Part(
            kind=kind,
            head=head,
            start=head.body_at,
            end=end,
            parameters=parameters,
            is_attached=disposition == "attachment" or bool(name),
            name=name,
            children=self._children(kind, parameters, head.body_at, end, depth),
        )

    def _children(
        self, kind: str, parameters: dict[str, str], start: int, end: int, depth: int
    ) -> tuple[Part, ...]:
        if not kind.startswith("multipart/") and kind != "message/rfc822":
            return ()
        if depth >= limits.DEPTH:
            self.trouble = self.trouble or "its parts lie too deep: the outer ones were read"
            return ()
        spans = (
            [(start, end)]
            if kind == "message/rfc822"
            else self._spans(parameters.get("boundary", ""), start, end)
        )
        children = []
        for first, last in spans:
            if self.count >= limits.PARTS:
                self.trouble = self.trouble or "it has too many parts: the first were read"
                break
            head = read_head(self.raw, first, last)
            children.append(
                self._part(head, last, depth=depth + 1, is_digest=kind == "multipart/digest")
            )
        return tuple(children)

    def _spans(self, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
        """Where the parts lie that this boundary divides."""
        mark = boundary.rstrip().encode("utf-8", "replace") or self._guess_boundary(start, end)
        if not mark:
            return []
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        for line, after, is_last in self._boundaries(b"--" + mark, start, end):
            if opened is not None:
                spans.append((opened, max(opened, line)))
            opened = None if is_last else after
            if is_last or len(spans) > limits.PARTS:
                break
        if opened is not None:
            spans.append((opened, end))
        return spans

    def _guess_boundary(self, start: int, end: int) -> bytes:
        found = _FIRST_BOUNDARY.search(
            self.raw, max(start - 1, 0), min(end, start + _GUESSING_BYTES)
        )
        return found[1].rstrip() if found else b""

    def _boundaries(self, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Where each boundary's line break is, what follows its line, whether it is the last."""
        raw, at = self.raw, start - 1
        while self.hits < limits.BOUNDARY_HITS:
            if at < start and raw.startswith(mark, start, end):
                line, tail = start, start + len(mark)
            else:
                at = raw.find(b"\n" + mark, max(at, start - 1, 0), end)
                if at < 0:
                    return
                line, tail = at, at + 1 + len(mark)
                if line > start and raw[line - 1 : line] == b"\r":
                    line -= 1
            self.hits += 1
            stop = raw.find(b"\n", tail, end)
            stop = end if stop < 0 else stop + 1
            rest = raw[tail : min(stop, tail + 80)].strip()
            if rest in (b"", b"--"):
                yield line, stop, rest == b"--"
            at = tail - 1
