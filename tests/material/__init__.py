"""Real input: what the tests carry themselves, and what stands beside the repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
BESIDE = Path(os.environ.get("PARTA_MATERIAL") or HERE.parent.parent.parent / "shared" / "material")


def captured(event: str, action: str) -> dict[str, Any]:
    """A payload that GitHub really sent; a fresh copy."""
    examples = json.loads((HERE / "github-webhooks.json").read_text(encoding="utf-8"))[event]
    return next(example for example in examples if example["action"] == action)


def every_captured_webhook() -> list[tuple[str, dict[str, Any]]]:
    """All 329 payloads of 58 kinds; the test is skipped, with the reason, where they are not."""
    path = BESIDE / "github-webhooks" / "payloads.json"
    if not path.exists():
        pytest.skip(f"no captured webhooks at {path} (set PARTA_MATERIAL)")
    kinds = json.loads(path.read_text(encoding="utf-8"))
    return [(kind["name"], example) for kind in kinds for example in kind["examples"]]


def described_github() -> dict[str, Any]:
    """What GitHub says of the calls that are made here: parameters and answers by path, method."""
    told: dict[str, Any] = json.loads((HERE / "github-api.json").read_text(encoding="utf-8"))
    paths: dict[str, Any] = told["paths"]
    return paths
