"""Copies what Parta asks of GitHub out of GitHub's own description into `github-api.json`.

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
    python -m tests.material.make_github_api package/generated/api.github.com.json

Run it when `services/sync/github/calls.py` asks something new, or GitHub describes itself anew.
"""

import json
import sys
from pathlib import Path
from typing import Any

from services.sync.github.calls import CALLS

PLACE = Path(__file__).parent / "github-api.json"
DEEPEST = 5
ORIGIN = "npm @octokit/openapi {version}, generated/api.github.com.json; {licence}, see LICENSE"


def copy(described: dict[str, Any]) -> dict[str, Any]:
    """The paths that are asked, their parameters and answers resolved, without prose."""
    paths: dict[str, Any] = {}
    for call in CALLS:
        path = call.stands_for or call.path
        operation = described["paths"][path][call.method.lower()]
        answers = {
            status: _schema(described, _resolved(described, answer), 0)
            for status, answer in operation["responses"].items()
        }
        parameters = [_resolved(described, one) for one in operation.get("parameters", [])]
        paths.setdefault(path, {})[call.method.lower()] = {
            "parameters": [
                {"name": one["name"], "in": one["in"], "required": one.get("required", False)}
                for one in parameters
            ],
            "responses": answers,
        }
    info = described["info"]
    origin = ORIGIN.format(version=info["version"], licence=info["license"]["name"])
    return {"origin": f"{origin}.github-api", "paths": paths}


def _resolved(described: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = described
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _schema(described: dict[str, Any], answer: dict[str, Any], depth: int) -> Any:
    content = answer.get("content", {}).get("application/json")
    return _plain(described, content["schema"], depth) if content else None


def _plain(described: dict[str, Any], schema: dict[str, Any], depth: int) -> dict[str, Any]:
    """A schema without references and prose, as deep as anybody here reads."""
    schema = _resolved(described, schema)
    plain: dict[str, Any] = {
        name: schema[name] for name in ("type", "nullable", "required", "enum") if name in schema
    }
    if depth >= DEEPEST:
        return plain
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            plain[several] = [_plain(described, one, depth) for one in schema[several]]
    if "items" in schema:
        plain["items"] = _plain(described, schema["items"], depth)
    if "properties" in schema:
        plain["properties"] = {
            name: _plain(described, one, depth + 1) for name, one in schema["properties"].items()
        }
    return plain


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PLACE.write_text(json.dumps(copy(source), separators=(",", ":")) + "\n", encoding="utf-8")
