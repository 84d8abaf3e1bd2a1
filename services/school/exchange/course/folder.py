"""A .zip of a folder, unpacked into memory and no further than its limits."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from shared.problems import N_, Place, Problems, quoted

MAIN = "course.yaml"
TEXTS = (".yaml", ".yml", ".md", ".txt")
MOST_FILES = 5_000
LARGEST_TEXT = 500_000
LARGEST_FOLDER = 4_000_000
# Prose shrinks to a third, tables of it to a thirtieth.
MOST_RATIO = 100
RATIO_FROM = 50_000
SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

# What a damaged archive makes `zipfile` raise.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Folder:
    """The texts of a folder by their paths within it, and all paths that mean something."""

    texts: dict[str, bytes]
    names: tuple[str, ...]


def is_zip(body: bytes) -> bool:
    """Whether this is an archive and not a text."""
    return body.startswith(SIGNATURES)


def read_folder(body: bytes, problems: Problems) -> Folder | None:
    """What an archive holds; None if it cannot be unpacked safely."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            texts, names = _unpack(archive, problems)
    except DAMAGED:
        problems.add(Place(), N_("the archive is damaged: pack the folder again"))
        return None
    if problems:
        return None
    root = _root_of(names)
    if root is None:
        problems.add(Place(), N_("there is no course.yaml in the archive"))
        return None
    return Folder(
        {name.removeprefix(root): text for name, text in texts.items() if name.startswith(root)},
        tuple(name.removeprefix(root) for name in names),
    )


def _unpack(
    archive: zipfile.ZipFile, problems: Problems
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    texts: dict[str, bytes] = {}
    names: list[str] = []
    left = LARGEST_FOLDER
    entries = [one for one in archive.infolist() if not one.is_dir() and _means(one.filename)]
    if len(entries) > MOST_FILES:
        problems.add(
            Place(), N_("there are too many files in the archive: {most} at most"), most=MOST_FILES
        )
        return texts, ()
    for entry in entries:
        place = Place(file=quoted(entry.filename))
        wrong = _wrong_with(entry)
        if wrong is None and entry.filename in names:
            wrong = N_("this file is in the archive twice")
        if wrong is not None:
            problems.add(place, wrong)
            continue
        names.append(entry.filename)
        if not entry.filename.endswith(TEXTS):
            continue
        # What an entry says of its size is a stranger's word: reading stops at the limit.
        with archive.open(entry) as source:
            text = source.read(min(LARGEST_TEXT, left) + 1)
        left -= len(text)
        if len(text) > LARGEST_TEXT or left < 0:
            problems.add(place, N_("this is too large: the archive holds too much text"))
            break
        if len(text) > max(RATIO_FROM, MOST_RATIO * entry.compress_size):
            problems.add(place, N_("this was packed too tightly to be a text"))
            break
        texts[entry.filename] = text
    return texts, tuple(names)


def _means(name: str) -> bool:
    """Whether it is more than what systems leave in folders."""
    parts = name.split("/")
    return not any(part.startswith(".") and part != ".." for part in parts if part != ".") and (
        parts[0] != "__MACOSX"
    )


def _wrong_with(entry: zipfile.ZipInfo) -> str | None:
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or len(name) > 200:
        return N_("this path leads out of the folder, or is too long")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return N_("this is a link to another file: put the file itself there")
    if entry.flag_bits & 0x1:
        return N_("the archive has a password: pack it without one")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return N_("this was packed in an unusual way: pack a plain .zip")
    return None


def _root_of(names: tuple[str, ...]) -> str | None:
    """Where in the archive the folder begins: there, or in its only folder."""
    if MAIN in names:
        return ""
    tops = {name.partition("/")[0] for name in names}
    root = f"{tops.pop()}/" if len(tops) == 1 else ""
    return root if root and f"{root}{MAIN}" in names else None
