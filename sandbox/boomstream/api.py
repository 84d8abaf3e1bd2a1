"""Boomstream's API over HTTP: parameters in a GET, or JSON in a POST; JSON or XML back."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.boomstream.cinema import METHODS, Failed, Fields
from sandbox.faults import answer_with
from sandbox.oauth.programs import refuse
from sandbox.world import world_of

PREFIX = "/boomstream/api/ppv"
LARGEST_BODY = 100_000
VERSIONS = [
    {"version": "1.0", "description": "By default"},
    {"version": "1.1", "description": "Another response format of ppv/listBuyers"},
]


async def ppv(request: Request) -> Response:
    """A failure, too, is answered with 200."""
    method = request.path_params["method"].lower()
    world = world_of(request)
    known = method if method in METHODS else "other"
    world.counts.add("boomstream", known, costs=False)

    async def answer() -> Response:
        is_xml = request.query_params.get("format", "xml") != "json" and request.method == "GET"
        spoilt = world.spoils.take(method)
        if spoilt is not None:
            return Response(spoilt, media_type="text/xml" if is_xml else "application/json")
        try:
            told = {**world.cinema.answer(method, await _fields(request)), "Status": "Success"}
        except Failed as failed:
            told = {"Message": str(failed), "Status": "Failed"}
        except KeyError:
            told = {"Message": "Method not found", "Status": "Failed"}
        told |= {"Version": "1.1", "Versions": {"Item": VERSIONS}}
        return _as_xml(told) if is_xml else _as_json(told)

    return await answer_with(world.faults.take("boomstream", known), answer, refuse)


async def _fields(request: Request) -> Fields:
    if request.method == "GET":
        return dict(request.query_params)
    body = await request.body()
    try:
        told = json.loads(body) if len(body) <= LARGEST_BODY else None
    except ValueError:
        told = None
    if not isinstance(told, dict) or not _is_json(request):
        return {}
    return {name: str(value) for name, value in told.items() if isinstance(value, str | int)}


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").split(";")[0].strip() == "application/json"


def _as_json(told: dict[str, Any]) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")


def _as_xml(told: dict[str, Any]) -> Response:
    root = ElementTree.Element("Response")
    _grow(root, told)
    return Response(
        ElementTree.tostring(root, "utf-8", xml_declaration=True), media_type="text/xml"
    )


def _grow(parent: ElementTree.Element, told: dict[str, Any]) -> None:
    """A list is an element for each of it, all of the same name."""
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            child = ElementTree.SubElement(parent, name)
            if isinstance(one, dict):
                _grow(child, one)
            else:
                child.text = str(one)


API = [Route(f"{PREFIX}/{{method}}", ppv, methods=["GET", "POST"])]
