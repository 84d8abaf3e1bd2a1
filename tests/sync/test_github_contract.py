"""Everything that GitHub is asked, held against GitHub's own description of itself."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import AwareDatetime, BaseModel

from services.sync.github import calls
from services.sync.github.calls import CALLS, Call
from tests.material import described_github

DESCRIBED = described_github()
KINDS: dict[str, Any] = {
    "integer": int,
    "string": (str, datetime, AwareDatetime),
    "boolean": bool,
    "number": (int, float),
}
CLIENT = Path(calls.__file__).parent

every_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")


@every_call
def test_each_call_exists_with_these_parameters(call: Call) -> None:
    described = DESCRIBED[call.stands_for or call.path][call.method.lower()]["parameters"]
    in_path = {one["name"] for one in described if one["in"] == "path"}
    in_query = {one["name"] for one in described if one["in"] == "query"}
    needed = {one["name"] for one in described if one["required"] and one["in"] == "query"}
    if call.stands_for is None:
        assert call.places == in_path
    assert set(call.query) <= in_query
    assert needed <= set(call.query)


@every_call
def test_each_field_that_is_read_is_in_the_answer(call: Call) -> None:
    if call.answer is None:
        assert call.method == "POST"
        return
    schema = DESCRIBED[call.stands_for or call.path][call.method.lower()]["responses"]["200"]
    if call.many:
        assert schema["type"] == "array"
        schema = schema["items"]
    assert list(_complaints(call.answer, schema, call.answer.__name__)) == []


@every_call
def test_what_is_not_described_is_where_a_described_address_leads(call: Call) -> None:
    if call.stands_for is not None:
        assert call.path.replace("/repositories/{repository_id}", "/repos/{owner}/{repo}") == (
            call.stands_for
        )


def test_nothing_is_asked_but_what_stands_in_the_table() -> None:
    defined = {id(value) for value in vars(calls).values() if isinstance(value, Call)}
    assert defined <= {id(call) for call in CALLS}
    asked = re.compile(r"""["'](?:GET|POST|PUT|PATCH|DELETE)["']""")
    for path in CLIENT.rglob("*.py"):
        if path.name != "calls.py":
            found = asked.findall(path.read_text(encoding="utf-8"))
            assert set(found) <= {'"GET"'}, f"{path.name} asks past calls.py: {found}"


def test_the_check_would_see_a_field_that_github_does_not_give() -> None:
    class Wrong(BaseModel):
        number: str
        head_commit: str
        body: str

    schema = DESCRIBED[calls.PULL.path]["get"]["responses"]["200"]
    assert len(list(_complaints(Wrong, schema, "Wrong"))) == 3


def _complaints(model: type[BaseModel], schema: dict[str, Any], place: str) -> Iterator[str]:
    properties, required = _object(schema)
    for name, field in model.model_fields.items():
        here = f"{place}.{name}"
        if name not in properties:
            yield f"{here}: GitHub gives no such field"
            continue
        told = properties[name]
        kinds = set(_kinds(field.annotation))
        if field.is_required() and name not in required:
            yield f"{here}: may be missing"
        if _is_nullable(told) and type(None) not in kinds:
            yield f"{here}: may be null"
        inner = next((kind for kind in kinds if issubclass(kind, BaseModel)), None)
        if inner is not None:
            yield from _complaints(inner, told, here)
        elif not any(issubclass(kind, KINDS.get(_type(told), object)) for kind in kinds):
            yield f"{here}: is {_type(told)}"


def _kinds(annotation: Any) -> Iterator[type]:
    """The classes that an annotation allows, whatever it is wrapped in."""
    if isinstance(annotation, type):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _kinds(get_args(annotation)[0])
    else:
        for part in get_args(annotation):
            yield from _kinds(part)


def _object(schema: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """All properties of a schema, its alternatives' included, and which are always there."""
    properties = dict(schema.get("properties", {}))
    required = set(schema.get("required", []))
    for part in schema.get("allOf", []):
        more, needed = _object(part)
        properties |= more
        required |= needed
    several = [_object(one) for one in schema.get("anyOf", []) + schema.get("oneOf", [])]
    for more, _ in several:
        properties |= more
    if several:
        required |= set.intersection(*(needed for _, needed in several))
    return properties, required


def _is_nullable(schema: dict[str, Any]) -> bool:
    several = schema.get("anyOf", []) + schema.get("oneOf", []) + schema.get("allOf", [])
    return bool(schema.get("nullable")) or any(_is_nullable(one) for one in several)


def _type(schema: dict[str, Any]) -> str:
    several = schema.get("allOf", []) + schema.get("anyOf", []) + schema.get("oneOf", [])
    return str(schema.get("type") or (_type(several[0]) if several else ""))
