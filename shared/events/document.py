"""`docs/events.md`, made from the contracts: `python -m shared.events.document` writes it."""

import inspect
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from shared.events import SERVICES, told_by
from shared.events.contract import Event

PLACE = Path(__file__).resolve().parents[2] / "docs" / "events.md"

HEAD = """\
# Events

What the services tell each other. Made from `shared/events/` by `python -m shared.events.document`;
a test holds this page equal to the classes. An event is a fact: never changed, only added to.
Events of one key keep their order, and every listener has each one's effect once.
"""


def render() -> str:
    """The whole page: a section for each publisher, a table for each event."""
    parts = [HEAD]
    for service in SERVICES:
        if told := told_by(service):
            parts.append(f"\n## What {service} tells\n")
            parts += [_event(event) for event in told]
    return "".join(parts)


def _event(event: type[Event]) -> str:
    rows = "".join(
        f"| `{name}` | {_type(info.annotation)} | {_words(info)} |\n"
        for name, info in event.model_fields.items()
    )
    retired = f" No longer: {', '.join(event.retired)}." if event.retired else ""
    return (
        f"\n### `{event.type}`\n\n{inspect.cleandoc(event.__doc__ or '')}\n\n"
        f"Heard by: {', '.join(event.listeners) or 'nobody'}.{retired} Key: {event.keyed_by}.\n\n"
        f"| field | type | |\n|---|---|---|\n{rows}"
    )


def _type(annotation: Any) -> str:
    """A type in words: `text`, `number or nothing`, `one of …`."""
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    match get_origin(annotation):
        case origin if origin is Literal:
            return "one of " + ", ".join(f"`{value}`" for value in arguments)
        case origin if origin in (Union, UnionType):
            return " or ".join([*(_type(argument) for argument in arguments), "nothing"])
        case origin if origin in (tuple, list):
            return f"list of {_type(arguments[0])}"
        case _:
            return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))


WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    datetime: "moment",
}


def _words(info: FieldInfo) -> str:
    """What stands beside a field: its description, and what is taken where it is missing."""
    known = info.description or ""
    if info.is_required():
        return known
    default = {None: "nothing", "": "empty", (): "empty"}.get(info.default, f"`{info.default}`")
    return f"{known}; {default} where missing".removeprefix("; ")


if __name__ == "__main__":
    PLACE.write_text(render(), encoding="utf-8")
