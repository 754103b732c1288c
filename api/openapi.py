"""The description of the API (OpenAPI 3.1), drawn from the routes; `python -m api.documents` writes docs/openapi.json.

What the framework draws is completed in one walk: every operation answers with our problems, the key of what moves points is
required, and each operation says which roles it serves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from api import auth, door, problems
from api.routes import shapes

PATH = "/openapi"
VERSION = "1.0.0"  # of the API, not of the package
DESCRIPTION = """\
A community time bank and points ledger, one municipality behind each token.

* Amounts are integers in the smallest part of their unit (minutes, points, yen). Instants are RFC 3339 with an offset.
* What moves points is posted with an `Idempotency-Key` and happens once.
* Lists come in pages: `limit`, and `after` with the `next` of the page before.
* Every refusal is `application/problem+json` with a stable `code` and the facts beside it.
"""

_EXAMPLES: dict[str, Any] = {
    "uuid": "0196c0de-7a11-7b2c-8d3e-4f5061728394",
    "date": "2026-05-11",
    "date-time": "2026-05-11T10:00:00+09:00",
    "integer": 1,
    "boolean": False,
    "string": "x",
}
_PROBLEM = {"$ref": "#/components/responses/Problem"}


class _Document(JsonRenderPlugin):
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return written(request.app)


def config() -> OpenAPIConfig:
    """How the framework draws the routes; a fresh one for each application."""
    bearer = SecurityScheme(type="http", scheme="bearer", description="A token made by `yui token create` or by an officer.")
    served = Router(PATH, route_handlers=[], include_in_schema=False, opt={"may": auth.PUBLIC}, guards=[_only_the_document])
    return OpenAPIConfig(
        title="Yui",
        version=VERSION,
        description=DESCRIPTION,
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        components=Components(security_schemes={"bearer": bearer}),
        render_plugins=[_Document(path="/openapi.json")],
        openapi_router=served,
    )


def written(app: Litestar) -> bytes:
    """The document as it is served and kept: readable, sorted by nothing but the order of the routes."""
    return (json.dumps(document(app), ensure_ascii=False, indent=1) + "\n").encode()


def document(app: Litestar) -> dict[str, Any]:
    """The description of `app`, complete."""
    drawn: dict[str, Any] = deepcopy(app.openapi_schema.to_schema())
    handlers = {(route.path_format, method): handler for route, method, handler in operations(app)}
    _, schemas = msgspec.json.schema_components([problems.Problem], ref_template="#/components/schemas/{name}")
    known = drawn["components"].setdefault("schemas", {})
    known.update(schemas)
    for body in _closed(shapes.Asked):
        known.get(body.__name__, {})["additionalProperties"] = False
    for path, item in drawn["paths"].items():
        for method, operation in item.items():
            _complete(operation, handlers[path, method.upper()], known)
    drawn["components"]["responses"] = {
        "Problem": {
            "description": "Refused, or failed: decide by `code`. The facts stand beside it.",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    return drawn


def operations(app: Litestar) -> Iterator[tuple[HTTPRoute, str, HTTPRouteHandler]]:
    """Every route of `app` with its methods and handlers, without the answers to OPTIONS that the framework adds."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield from ((route, method, handler) for method in sorted(handler.http_methods) if method != "OPTIONS")


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value of the shape that `schema` states: its own example where it has one, and only the fields that are required."""
    if examples := schema.get("examples"):
        return examples[0]
    plain = next((part for part in schema.get("oneOf", ()) if part.get("type") != "null"), schema)
    if "$ref" in plain:
        return example(schemas[plain["$ref"].rpartition("/")[2]], schemas)
    if plain.get("type") == "object":
        return {name: example(plain["properties"][name], schemas) for name in plain.get("required", [])}
    if plain.get("type") == "array":
        return [example(plain["items"], schemas)]
    return plain["enum"][0] if "enum" in plain else _EXAMPLES[plain.get("format") or plain["type"]]


def _closed(body: type[shapes.Asked]) -> Iterator[type[shapes.Asked]]:
    """`body` and every shape that is made from it: none takes a field that it does not name."""
    yield body
    for made in body.__subclasses__():
        yield from _closed(made)


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler, schemas: dict[str, Any]) -> None:
    may = auth.declared(handler)
    sentence, _, rest = operation.get("description", "").partition("\n")
    operation["summary"] = sentence.rstrip(".")
    serves = ", ".join(f"{role} ({reach})" for role, reach in may.items()) if may != auth.PUBLIC else "everybody"
    operation["description"] = f"{sentence}\n{rest}\n\nServes: {serves}.".strip()
    if "requestBody" in operation:
        media = operation["requestBody"]["content"]["application/json"]
        media["example"] = example(media["schema"], schemas)
    operation["responses"].pop("400", None)
    operation["responses"]["default"] = _PROBLEM
    if may != auth.PUBLIC:
        operation["security"] = [{"bearer": []}]
        operation["responses"] |= {"401": _PROBLEM, "403": _PROBLEM}
    for parameter in operation.get("parameters", []):
        if parameter["name"] == door.KEY_HEADER:
            parameter |= {"required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}}


def _operation_id(handler: HTTPRouteHandler, _method: str, _path: object) -> str:
    """The module of the route and the name of its function: stable, and found again in the code."""
    return f"{handler.fn.__module__.rpartition('.')[2]}_{handler.handler_name}"


def _only_the_document(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """The framework would answer other paths below this one with a page of its own."""
    if connection.path_params:
        raise NotFoundException
