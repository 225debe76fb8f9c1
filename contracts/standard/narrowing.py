"""The specification narrowed to one test order: requests that are generated from it name nothing else."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.model.exchange import Order

REFERENCE = "#/components/schemas/"


def narrowed(document: Mapping[str, Any], *, order: Order, **_known: Any) -> dict[str, Any]:
    """Return a copy of a document from which requests for `order` can be generated.

    What is generated as valid has no unlisted member, and may still break a rule that no schema can state. The page's
    examples are taken out: they name an order that is not a test order.
    """
    result = copy.deepcopy(dict(document))
    _drop_examples(result)
    for operation in _operations(result):
        (parameter,) = operation["parameters"]
        parameter["schema"] = {"type": "string", "enum": [order.uuid]}
        for schema in _objects(operation["requestBody"], result["components"]["schemas"]):
            schema["additionalProperties"] = False
    return result


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (operation for operation in item.values() if isinstance(operation, dict))


def _objects(node: Any, schemas: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of objects in a body, through references."""
    if isinstance(node, dict):
        if str(node.get("$ref", "")).startswith(REFERENCE):
            yield from _objects(schemas[node["$ref"].removeprefix(REFERENCE)], schemas)
        if node.get("type") == "object":
            yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from _objects(child, schemas)


def _drop_examples(node: object) -> None:
    if isinstance(node, dict):
        node.pop("example", None)
        node.pop("examples", None)
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        _drop_examples(child)
