"""From a course to the files that `reading` reads."""

import re
import zipfile
from dataclasses import asdict
from io import BytesIO
from typing import Any

import yaml

from services.school.exchange.course.document import OWN_REPO, Course, Program, Week
from services.school.exchange.course.folder import MAIN

DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
# A text that YAML can show as it is, line by line: nothing at its edges or the ends of its lines
# that would be lost, and no other line breaks than ours.
SHOWN_AS_IT_IS = re.compile(
    r"(?![ \t\n])(?:[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff])+"
)
SPACE_AT_AN_END = re.compile(r"[ \t](?:\n|\Z)")
# The same files give the same archive.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
RENAMED = ("text", "description")
"""Texts, which a folder keeps in files of their own."""
UNSAID = {"policy": OWN_REPO}


class Text(str):
    """A text of several lines, or that might be."""

    __slots__ = ()


class Dumper(DUMPER):  # type: ignore[misc, valid-type]
    """Writes texts of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whatever stands twice is written twice: aliases are not read."""
        return True


def _text(dumper: yaml.SafeDumper, text: Text) -> yaml.Node:
    as_it_is = SHOWN_AS_IT_IS.fullmatch(text) and not SPACE_AT_AN_END.search(text)
    style = "|" if "\n" in text and as_it_is else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


Dumper.add_representer(Text, _text)


def write_yaml(course: Course) -> str:
    """The course as one YAML document. It takes a while: use a thread."""
    return _dump(_shortened(asdict(course)))


def write_zip(course: Course) -> bytes:
    """The course as a .zip of a folder: a file a week, a file a text."""
    files: dict[str, str] = {}
    main = _shortened(asdict(course))
    _put_out(main, "", "course", files)
    for track in main.get("tracks", ()):
        _put_out(track, "tracks/", track["slug"], files)
    for program, kept in zip(course.programs, main.get("programs", ()), strict=True):
        if program.weeks:
            kept["weeks"] = [{"file": _write_week(program, week, files)} for week in program.weeks]
    files[MAIN] = _dump(main)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _write_week(program: Program, week: Week, files: dict[str, str]) -> str:
    place = f"{program.slug}/{week.number:02}"
    kept = _shortened(asdict(week))
    _put_out(kept, f"{place}/", "week", files)
    for kind in ("lessons", "assignments"):
        for one in kept.get(kind, ()):
            _put_out(one, f"{place}/{kind}/", one["slug"], files)
    files[f"{place}.yaml"] = _dump(kept)
    return f"{place}.yaml"


def _put_out(kept: dict[str, Any], folder: str, name: str, files: dict[str, str]) -> None:
    """Write a map's text into a file beside, and name that in its place."""
    for key in RENAMED:
        if key in kept:
            file = f"{folder}{name}.md"
            files[file] = f"{kept[key]}\n"
            kept[f"{key}_file"] = file
            del kept[key]


def _shortened(value: Any) -> Any:
    """Without what says nothing."""
    if isinstance(value, dict):
        return {
            key: Text(one) if key in RENAMED else _shortened(one)
            for key, one in value.items()
            if one not in (None, "", ()) and UNSAID.get(key) != one
        }
    if isinstance(value, list | tuple):
        return [_shortened(one) for one in value]
    return value


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text
